"""An Elasticsearch of one node on 127.0.0.1."""

import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from typing import ClassVar

import psutil

from deploy.servers.addresses import ServersUnavailable
from deploy.servers.embedded import LOGGING, EmbeddedServer
from deploy.servers.pids import ProcessMark, end_left_over
from deploy.servers.ready import START_LIMIT_S, elasticsearch_answers
from schemas.settings import Settings

UNWANTED_OPTIONS = ("-Xlog:gc", "-XX:+HeapDumpOnOutOfMemoryError")
"""Garbage collection logs fill the disk, and a heap dump would hold petitions."""


def jvm_options(shipped: str, heap_mb: int, for_tests: bool) -> str:
    """The options that the distribution ships, without the unwanted ones, with our heap; tests start faster."""
    kept = [line for line in shipped.splitlines() if line.strip() and not line.startswith("#")]
    kept = [line for line in kept if not any(option in line for option in UNWANTED_OPTIONS)]
    if for_tests:
        kept = [line.replace("-XX:+UseG1GC", "-XX:+UseSerialGC") for line in kept]
        kept.append("-XX:TieredStopAtLevel=1")
    kept += [f"-Xms{heap_mb}m", f"-Xmx{heap_mb}m", "-XX:-AlwaysPreTouch"]
    return "\n".join(kept) + "\n"


@dataclass(slots=True)
class SearchNode(EmbeddedServer):
    """Elasticsearch; its ports are that of clients and that between nodes."""

    name: ClassVar[str] = "Elasticsearch"

    @property
    def address(self) -> str:
        """The URL."""
        return f"http://127.0.0.1:{self.ports[0]}"

    def configuration(self) -> dict[str, str]:
        """The settings of one node that nobody else joins."""
        return {
            "cluster.name": "petitions",
            "node.name": "petitions-1",
            "network.host": "127.0.0.1",
            "http.port": str(self.ports[0]),
            "transport.port": str(self.ports[1]),
            "discovery.type": "single-node",
            "xpack.security.enabled": "false",
            # an embedded server shares its disk: a nearly full one must not make the index read-only
            "cluster.routing.allocation.disk.threshold_enabled": "false",
            "path.data": str(self.folder / "data"),
            "path.logs": str(self.folder / "logs"),
        }

    def configure(self) -> None:
        """Write a configuration folder of our own beside the shipped one."""
        for name in ("config", "data", "logs", "tmp"):
            (self.folder / name).mkdir(exist_ok=True)
        config, shipped = self.folder / "config", self.runtime().elasticsearch / "config"
        lines = (f"{name}: {value}\n" for name, value in self.configuration().items())
        (config / "elasticsearch.yml").write_text("".join(lines))
        (config / "log4j2.properties").write_text(LOGGING.format(file=self.folder / "logs" / "elasticsearch.log"))
        options = jvm_options((shipped / "jvm.options").read_text(), self.heap_mb, self.for_tests)
        (config / "jvm.options").write_text(options)

    def launch(self) -> ProcessMark:
        """Start the node in the background; its launcher leaves when the node is up."""
        pid_file = self.folder / "pid"
        end_left_over(pid_file)
        pid_file.unlink(missing_ok=True)
        launcher = self.spawn(
            [self.runtime().elasticsearch / "bin" / "elasticsearch", "-d", "-p", pid_file],
            {
                "ES_JAVA_HOME": str(self.runtime().java),
                "ES_PATH_CONF": str(self.folder / "config"),
                "ES_TMPDIR": str(self.folder / "tmp"),
                "CLI_JAVA_OPTS": f"-Djava.io.tmpdir={self.folder / 'tmp'} -XX:-UsePerfData",
            },
        )
        try:
            failed = launcher.wait(START_LIMIT_S) != 0
        except BaseException:
            with suppress(ProcessLookupError):
                os.killpg(launcher.pid, signal.SIGKILL)
            raise
        if failed:
            raise ServersUnavailable(f"Elasticsearch did not start; see {self.folder / 'logs'}")
        try:
            return ProcessMark.of(int(pid_file.read_text()))
        except psutil.NoSuchProcess:
            raise ServersUnavailable(f"Elasticsearch ended at once; see {self.folder / 'logs'}") from None

    def answers(self) -> bool:
        """Whether the node has elected itself and its shards are assigned."""
        return elasticsearch_answers(Settings(elasticsearch=self.address))
