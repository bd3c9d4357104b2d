"""Servers in Docker: official images, by compose for use and by testcontainers in tests."""

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from deploy.servers.addresses import Origin, Servers, ServersUnavailable
from deploy.servers.ready import elasticsearch_answers, kafka_answers, wait_until
from schemas.keys import digest
from schemas.settings import Settings

if TYPE_CHECKING:
    from testcontainers.core.container import DockerContainer

COMPOSE_FILE = Path(__file__).parents[1] / "compose.yaml"
KAFKA_IMAGE = "apache/kafka:4.3.0"
ELASTICSEARCH_IMAGE = "elasticsearch:9.5.0"
ENGINE_LIMIT_S = 15


def docker_is_usable(needs_compose: bool) -> bool:
    """Whether an engine answers and has both images; images are never pulled unasked."""
    if shutil.which("docker") is None:
        return False
    checks = [["docker", "image", "inspect", KAFKA_IMAGE, ELASTICSEARCH_IMAGE]]
    if needs_compose:
        checks.append(["docker", "compose", "version"])
    return all(_succeeds(check) for check in checks)


def _succeeds(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False, timeout=ENGINE_LIMIT_S).returncode == 0
    except subprocess.TimeoutExpired:
        return False


@dataclass(frozen=True, slots=True)
class ContainerServer:
    """One server in a container whose port on 127.0.0.1 stays the same."""

    name: str
    address: str
    run: Callable[[str], None]
    """Does `start`, `stop` or `kill` with the container."""
    answers: Callable[[], bool]

    def start(self) -> None:
        """Start it and return when it answers."""
        self.run("start")
        wait_until(self.answers, lambda: True, self.name)

    def stop(self) -> None:
        """Stop it cleanly."""
        self.run("stop")

    def kill(self) -> None:
        """SIGKILL."""
        self.run("kill")


def compose_servers(settings: Settings, kafka_port: int, elasticsearch_port: int) -> Servers:
    """The servers of `deploy/compose.yaml`, one project and its volumes for each home."""
    project = "petitions-" + digest("home", str(settings.folder.resolve()))
    env = os.environ | {
        "KAFKA_HEAP_MB": str(settings.kafka_heap_mb),
        "ELASTICSEARCH_HEAP_MB": str(settings.elasticsearch_heap_mb),
        "KAFKA_PORT": str(kafka_port),
        "ELASTICSEARCH_PORT": str(elasticsearch_port),
        "KAFKA_IMAGE": KAFKA_IMAGE,
        "ELASTICSEARCH_IMAGE": ELASTICSEARCH_IMAGE,
    }

    def compose(*arguments: str) -> "subprocess.CompletedProcess[str]":
        command = ["docker", "compose", "-p", project, "-f", str(COMPOSE_FILE), *arguments]
        return subprocess.run(command, env=env, capture_output=True, text=True, check=False)

    def start(service: str) -> "subprocess.CompletedProcess[str]":
        """One that runs is left alone; another is made anew where its settings changed, with the same volume."""
        is_running = compose("ps", "--quiet", "--status", "running", service).stdout.strip()
        return compose("up", "--detach", *(["--no-recreate"] if is_running else []), service)

    def runner(service: str) -> Callable[[str], None]:
        def run(action: str) -> None:
            done = start(service) if action == "start" else compose(action, service)
            if done.returncode != 0 and action != "kill":
                last = (done.stderr.strip().splitlines() or ["no message"])[-1]
                raise ServersUnavailable(f"docker compose could not {action} {service}: {last}")

        return run

    return _servers(kafka_port, elasticsearch_port, runner("kafka"), runner("elasticsearch"))


def throwaway_containers(kafka_port: int, elasticsearch_port: int) -> Servers:
    """Throw-away containers, removed by testcontainers when the run ends."""
    kafka = _testcontainer(KAFKA_IMAGE, 9092, kafka_port, kafka_environment(kafka_port))
    elasticsearch = _testcontainer(ELASTICSEARCH_IMAGE, 9200, elasticsearch_port, ELASTICSEARCH_ENVIRONMENT)
    return _servers(kafka_port, elasticsearch_port, _runner(kafka), _runner(elasticsearch))


def _testcontainer(image: str, inner: int, outer: int, environment: dict[str, str]) -> "DockerContainer":
    from testcontainers.core.container import DockerContainer

    container = DockerContainer(image).with_bind_ports(inner, outer)
    for name, value in environment.items():
        container.with_env(name, value)
    return container


def _runner(container: "DockerContainer") -> Callable[[str], None]:
    def run(action: str) -> None:
        wrapped = container.get_wrapped_container()
        if wrapped is None:
            if action == "start":
                container.start()
        else:
            getattr(wrapped, action)()

    return run


def _servers(
    kafka_port: int,
    elasticsearch_port: int,
    run_kafka: Callable[[str], None],
    run_elasticsearch: Callable[[str], None],
) -> Servers:
    here = Settings(kafka=f"127.0.0.1:{kafka_port}", elasticsearch=f"http://127.0.0.1:{elasticsearch_port}")
    return Servers(
        Origin.DOCKER,
        ContainerServer("Kafka", here.kafka, run_kafka, lambda: kafka_answers(here)),
        ContainerServer("Elasticsearch", here.elasticsearch, run_elasticsearch, lambda: elasticsearch_answers(here)),
    )


def kafka_environment(port: int) -> dict[str, str]:
    """One node, as in compose.yaml; clients on this machine find it at the given port."""
    return {
        "KAFKA_NODE_ID": "1",
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_LISTENERS": "CLIENTS://:9092,CONTROLLER://:9093,INSIDE://:9094",
        "KAFKA_ADVERTISED_LISTENERS": f"CLIENTS://127.0.0.1:{port},INSIDE://localhost:9094",
        "KAFKA_INTER_BROKER_LISTENER_NAME": "INSIDE",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT,INSIDE:PLAINTEXT",
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
        "KAFKA_COMPRESSION_TYPE": "producer",
        "KAFKA_MESSAGE_MAX_BYTES": "16777216",
        "KAFKA_REPLICA_FETCH_MAX_BYTES": "16777216",
        "KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS": "8",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR": "1",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "KAFKA_LOG_CLEANER_BACKOFF_MS": "500",
    }


ELASTICSEARCH_ENVIRONMENT = {
    "discovery.type": "single-node",
    "xpack.security.enabled": "false",
    "xpack.ml.enabled": "false",
    "cluster.routing.allocation.disk.threshold_enabled": "false",
    "ES_JAVA_OPTS": "-Xms640m -Xmx640m",
}
