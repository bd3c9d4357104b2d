"""Where servers come from, and what they may and may not do to the machine."""

import hashlib
import re
import subprocess
from pathlib import Path

import pytest

from deploy.servers import containers, provision
from deploy.servers.account import PRODUCT, Account, cache_folder, data_folder
from deploy.servers.addresses import Origin, ServersUnavailable
from deploy.servers.artifacts import CHECKSUMS, POM, verify
from deploy.servers.broker import Broker
from deploy.servers.embedded import Runtime
from deploy.servers.instance import Instance, located
from deploy.servers.java import describes_suitable_java
from deploy.servers.search_node import SearchNode, jvm_options
from deploy.status import status
from schemas.settings import Settings

STRANGER = Account(uid=54_321, gid=54_321)


def no_runtime() -> Runtime:
    """Nothing may start in a unit test."""
    raise AssertionError("a server was about to start")


@pytest.fixture
def chosen_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ports without asking the network."""
    monkeypatch.setattr(provision, "free_ports", lambda count: tuple(range(1, count + 1)))


def test_addresses_of_the_environment_come_first(tmp_path: Path) -> None:
    known = Instance(origin=Origin.EMBEDDED, kafka="127.0.0.1:1", elasticsearch="http://127.0.0.1:2")
    known.write(tmp_path)
    servers = provision.find(Settings(home=tmp_path, kafka="k:9092", elasticsearch="http://e:9200/"))
    assert servers is not None
    assert servers.origin is Origin.ENVIRONMENT
    assert (servers.addresses.kafka, servers.addresses.elasticsearch) == ("k:9092", "http://e:9200")


@pytest.mark.parametrize("given", [{"kafka": "k:9092"}, {"elasticsearch": "http://e:9200"}])
def test_one_address_without_the_other_is_refused(tmp_path: Path, given: dict[str, str]) -> None:
    with pytest.raises(ServersUnavailable, match="set both"):
        provision.provide(Settings(home=tmp_path, **given))


@pytest.mark.usefixtures("chosen_ports")
@pytest.mark.parametrize(("has_docker", "origin"), [(True, Origin.DOCKER), (False, Origin.EMBEDDED)])
def test_a_docker_engine_with_the_images_comes_before_embedded_servers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_docker: bool, origin: Origin
) -> None:
    monkeypatch.setattr(provision, "docker_is_usable", lambda needs_compose: has_docker)
    made = provision._new_instance(Settings(home=tmp_path), for_tests=False)
    assert (made.origin, made.kafka, made.elasticsearch) == (origin, "127.0.0.1:1", "http://127.0.0.1:3")


def test_a_home_keeps_the_kind_of_servers_that_holds_its_data(tmp_path: Path) -> None:
    Instance(
        origin=Origin.EMBEDDED,
        kafka="127.0.0.1:1",
        elasticsearch="http://127.0.0.1:3",
        kafka_ports=(1, 2),
        elasticsearch_ports=(3, 4),
        folder=tmp_path / "servers",
    ).write(tmp_path)
    found = provision.find(Settings(home=tmp_path))
    assert found is not None
    assert found.origin is Origin.EMBEDDED


@pytest.mark.parametrize("running", ["", "3f2a\n"], ids=["stopped", "running"])
def test_docker_is_given_the_memory_of_the_settings_and_what_runs_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, running: str
) -> None:
    asked = list[tuple[list[str], dict[str, str]]]()

    def run(command: list[str], *, env: dict[str, str], **_given: object) -> subprocess.CompletedProcess[str]:
        asked.append((command[6:], env))
        return subprocess.CompletedProcess(command, 0, stdout=running, stderr="")

    monkeypatch.setattr(containers.subprocess, "run", run)
    settings = Settings(home=tmp_path, kafka_heap_mb=2_048, elasticsearch_heap_mb=4_096)
    servers = containers.compose_servers(settings, 1, 3)
    monkeypatch.setattr(containers, "wait_until", lambda *_given: None)
    servers.kafka.start()
    servers.kafka.stop()
    kept = ["--no-recreate"] if running else []
    assert [command for command, _ in asked][1:] == [["up", "--detach", *kept, "kafka"], ["stop", "kafka"]]
    read = set(re.findall(r"\$\{(\w+_HEAP_MB):", containers.COMPOSE_FILE.read_text("utf-8")))
    given = {name: value for name, value in asked[1][1].items() if name in read}
    assert given == {"KAFKA_HEAP_MB": "2048", "ELASTICSEARCH_HEAP_MB": "4096"}


def test_commands_before_the_first_start_say_what_to_do(tmp_path: Path) -> None:
    assert provision.find(Settings(home=tmp_path)) is None
    with pytest.raises(ServersUnavailable, match="petitions up"):
        located(Settings(home=tmp_path))


def test_commands_find_the_servers_of_their_home(tmp_path: Path) -> None:
    Instance(origin=Origin.EMBEDDED, kafka="127.0.0.1:1", elasticsearch="http://127.0.0.1:3").write(tmp_path)
    settings = located(Settings(home=tmp_path))
    assert (settings.kafka, settings.elasticsearch) == ("127.0.0.1:1", "http://127.0.0.1:3")


@pytest.mark.parametrize("given", [{"kafka": "127.0.0.1:7"}, {"elasticsearch": "http://127.0.0.1:7"}])
def test_one_address_alone_is_refused_by_every_command(tmp_path: Path, given: dict[str, str]) -> None:
    settings = Settings(home=tmp_path, **given)
    for ask in (provision.find, provision.prepare, located, status):
        with pytest.raises(ServersUnavailable, match="both"):
            ask(settings)
    Instance(origin=Origin.EMBEDDED, kafka="127.0.0.1:1", elasticsearch="http://127.0.0.1:3").write(tmp_path)
    for ask in (provision.find, located, status):
        with pytest.raises(ServersUnavailable, match="both"):
            ask(settings)


def test_every_downloaded_file_has_a_pinned_checksum(tmp_path: Path) -> None:
    (tmp_path / "good.jar").write_bytes(b"as published")
    pinned = f"{hashlib.sha256(b'as published').hexdigest()}  good.jar\n"
    verify(tmp_path, pinned)
    (tmp_path / "good.jar").write_bytes(b"tampered with")
    with pytest.raises(ServersUnavailable, match=r"good\.jar"):
        verify(tmp_path, pinned)


@pytest.mark.parametrize(("pinned", "name"), [("0  absent.jar\n", "absent.jar"), ("", "extra.jar")])
def test_missing_and_unexpected_files_are_refused(tmp_path: Path, pinned: str, name: str) -> None:
    if not pinned:
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(ServersUnavailable, match=name):
        verify(tmp_path, pinned)


def test_the_pinned_files_are_those_of_the_versions_in_the_pom() -> None:
    names = {line.split()[1] for line in CHECKSUMS.read_text().splitlines()}
    pom = POM.read_text()
    assert {"kafka_2.13-4.3.0.jar", "elasticsearch-9.5.0.zip"} <= names
    assert "<version>4.3.0</version>" in pom
    assert "<version>9.5.0</version>" in pom


@pytest.mark.parametrize(
    ("modules", "suitable"),
    [
        ("java.base@25.0.3\njdk.incubator.vector@25.0.3\n", True),
        ("java.base@21\njdk.incubator.vector@21\n", True),
        ("java.base@17.0.15\njdk.incubator.vector@17.0.15\n", False),
        ("java.base@25.0.3\njava.sql@25.0.3\n", False),
        ("", False),
    ],
)
def test_java_must_be_21_with_the_vector_module(modules: str, suitable: bool) -> None:
    assert describes_suitable_java(modules) is suitable


def test_an_ordinary_users_data_lie_under_the_home(tmp_path: Path) -> None:
    assert data_folder(tmp_path, None) == tmp_path / "servers"


def test_data_move_to_where_the_servers_account_can_reach_them(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    folder = data_folder(closed / "home", STRANGER)
    assert folder.parent == Path("/var/lib") / PRODUCT
    assert folder != data_folder(closed / "another", STRANGER)


def test_the_cache_follows_xdg_and_lies_outside_every_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder(None) == tmp_path / PRODUCT


def test_the_broker_listens_on_this_machine_only_and_creates_no_topic_by_itself(tmp_path: Path) -> None:
    settings = Broker(no_runtime, tmp_path, (19_001, 19_002), 512).properties()
    assert settings["listeners"] == "CLIENTS://127.0.0.1:19001,CONTROLLER://127.0.0.1:19002"
    assert settings["auto.create.topics.enable"] == "false"
    assert settings["compression.type"] == "producer"


def test_elasticsearch_listens_on_this_machine_only(tmp_path: Path) -> None:
    settings = SearchNode(no_runtime, tmp_path, (19_001, 19_002), 1_024).configuration()
    assert settings["network.host"] == "127.0.0.1"
    assert settings["cluster.routing.allocation.disk.threshold_enabled"] == "false"


def test_no_heap_dump_of_petitions_is_ever_written() -> None:
    shipped = "# a comment\n-XX:+UseG1GC\n-XX:+HeapDumpOnOutOfMemoryError\n20-:--add-modules=jdk.incubator.vector\n"
    options = jvm_options(shipped, 640, for_tests=True).splitlines()
    assert not any("HeapDump" in option for option in options)
    assert {"20-:--add-modules=jdk.incubator.vector", "-XX:+UseSerialGC", "-Xmx640m"} <= set(options)


def test_stopping_servers_that_never_ran_needs_no_java(tmp_path: Path) -> None:
    server = SearchNode(no_runtime, tmp_path, (1, 2), 1_024)
    server.stop()
    server.kill()
    assert not server.is_running
