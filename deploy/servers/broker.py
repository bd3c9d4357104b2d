"""A Kafka of one node (KRaft: broker and controller in one process) on 127.0.0.1."""

import subprocess
import uuid
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import ClassVar

from deploy.servers.addresses import ServersUnavailable
from deploy.servers.embedded import LOGGING, EmbeddedServer
from deploy.servers.pids import ProcessMark
from deploy.servers.ready import kafka_answers
from schemas.settings import Settings

LARGEST_MESSAGE = 16 * 1024 * 1024


@dataclass(slots=True)
class Broker(EmbeddedServer):
    """Kafka; its ports are that of clients and that of the controller."""

    name: ClassVar[str] = "Kafka"

    @property
    def address(self) -> str:
        """The bootstrap server."""
        return f"127.0.0.1:{self.ports[0]}"

    def properties(self) -> dict[str, str]:
        """The settings of one node; nothing is made by accident, nothing is compressed anew."""
        clients, controller = self.ports
        return {
            "process.roles": "broker,controller",
            "node.id": "1",
            "controller.quorum.voters": f"1@127.0.0.1:{controller}",
            "controller.listener.names": "CONTROLLER",
            "listeners": f"CLIENTS://127.0.0.1:{clients},CONTROLLER://127.0.0.1:{controller}",
            "advertised.listeners": f"CLIENTS://127.0.0.1:{clients}",
            "inter.broker.listener.name": "CLIENTS",
            "listener.security.protocol.map": "CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "log.dirs": str(self.folder / "data"),
            "auto.create.topics.enable": "false",
            "compression.type": "producer",
            "message.max.bytes": str(LARGEST_MESSAGE),
            "replica.fetch.max.bytes": str(LARGEST_MESSAGE),
            "offsets.topic.num.partitions": "8",
            "offsets.topic.replication.factor": "1",
            "transaction.state.log.num.partitions": "4",
            "transaction.state.log.replication.factor": "1",
            "transaction.state.log.min.isr": "1",
            "share.coordinator.state.topic.replication.factor": "1",
            "share.coordinator.state.topic.min.isr": "1",
            "group.initial.rebalance.delay.ms": "0" if self.for_tests else "1000",
            # a killed broker may register again when its session has passed
            "broker.session.timeout.ms": "4000" if self.for_tests else "9000",
            "broker.heartbeat.interval.ms": "500" if self.for_tests else "2000",
            "num.network.threads": "2",
            "num.io.threads": "4",
            "background.threads": "4",
            # the default of 128 MiB would be a quarter of the heap
            "log.cleaner.dedupe.buffer.size": str(32 * 1024 * 1024),
            "log.cleaner.backoff.ms": "500" if self.for_tests else "15000",
        }

    def configure(self) -> None:
        """Write the properties, and format the storage once."""
        logs = self.folder / "logs"
        logs.mkdir(exist_ok=True)
        lines = (f"{name}={value}\n" for name, value in self.properties().items())
        (self.folder / "server.properties").write_text("".join(lines))
        (self.folder / "log4j2.properties").write_text(LOGGING.format(file=logs / "kafka.log"))
        if not (self.folder / "data" / "meta.properties").exists():
            self._format()

    def _format(self) -> None:
        if self.account is not None:
            self.account.own(self.folder)
        cluster = urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        # one id of 64 begins with a dash: as an argument of its own it would be read as an option
        arguments = ["format", f"--cluster-id={cluster}", "-c", str(self.folder / "server.properties")]
        formatting = self._java("kafka.tools.StorageTool", arguments, heap_mb=128)
        if formatting.wait() != 0:
            said = (self.folder / "logs" / "out.log").read_text(errors="replace").strip().rpartition("\n")[-1]
            raise ServersUnavailable(f"Kafka's storage could not be prepared: {said}; see {self.folder / 'logs'}")

    def launch(self) -> ProcessMark:
        """Start the broker."""
        started = self._java("kafka.Kafka", [str(self.folder / "server.properties")], self.heap_mb)
        return ProcessMark.of(started.pid)

    def _java(self, main: str, arguments: list[str], heap_mb: int) -> subprocess.Popen[bytes]:
        command = [
            str(self.runtime().java / "bin" / "java"),
            f"-Xmx{heap_mb}m",
            "-XX:-UsePerfData",
            # one broker on a small machine: what C2 and G1 spend on compiling and collecting is missed elsewhere
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Djava.awt.headless=true",
            f"-Dlog4j2.configurationFile={self.folder / 'log4j2.properties'}",
            "-cp",
            f"{self.runtime().kafka_jars}/*",
            main,
        ]
        return self.spawn(command + arguments, {})

    def answers(self) -> bool:
        """Whether the broker is registered and takes requests."""
        return kafka_answers(Settings(kafka=self.address))
