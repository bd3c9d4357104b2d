"""Fixtures with real servers, started once a run by the place that decides for use as well (`deploy.servers`)."""

import contextlib
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from deploy.servers.addresses import Servers
from deploy.servers.instance import Instance
from deploy.servers.pids import ProcessMark
from deploy.servers.provision import find, running_servers
from deploy.topics import create_topics
from schemas.settings import Settings

HOMES = "petitions-test-"
OWNER = "owner.json"


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """Kafka and Elasticsearch for the whole run; each test uses a prefix of its own on them."""
    remove_left_over()
    with empty_home() as home, running_servers(_settings_from_environment(home), for_tests=True) as started:
        yield started
        for server in (started.elasticsearch, started.kafka):
            server.kill()  # a clean stop takes half a minute for the topics of all tests, which are removed anyway


@pytest.fixture
def settings(servers: Servers, tmp_path: Path) -> Settings:
    """A fresh instance on the shared servers: its own prefix, home and topics."""
    return fresh_instance(servers, tmp_path / "home")


@pytest.fixture
def own_servers() -> Iterator[Servers]:
    """Servers of the test alone, which it may stop, kill and start again; never those of the environment."""
    with empty_home() as home, running_servers(Settings(home=home), for_tests=True) as started:
        yield started


@pytest.fixture
def own_settings(own_servers: Servers, tmp_path: Path) -> Settings:
    """A fresh instance on the test's own servers."""
    return fresh_instance(own_servers, tmp_path / "own-home")


def fresh_instance(servers: Servers, home: Path, **values: object) -> Settings:
    """Settings with a prefix that nobody uses, and its topics; short time-outs, no fixed port."""
    home.mkdir(parents=True, exist_ok=True)
    given: dict[str, object] = {
        "home": home,
        "prefix": "t" + secrets.token_hex(4),
        "kafka": servers.addresses.kafka,
        "elasticsearch": servers.addresses.elasticsearch,
        "session_timeout_s": 6,
        "refresh_ms": 100,
        "gateway_port": 0,
        "console_port": 0,
    }
    made = Settings.model_validate(given | values)
    create_topics(made)
    return made


def remove_left_over() -> None:
    """End servers whose test run was killed, and remove their data."""
    for home in Path(tempfile.gettempdir()).glob(HOMES + "*"):
        owner = ProcessMark.read(home / OWNER)
        if owner is not None and not owner.is_running:
            _remove(home)


@contextlib.contextmanager
def empty_home() -> Iterator[Path]:
    """A folder for the servers of a test, gone with them; a killed run's is removed by the next one."""
    home = Path(tempfile.mkdtemp(prefix=HOMES))
    home.chmod(0o711)  # servers that run under another account must reach their folders
    ProcessMark.own().write(home / OWNER)
    try:
        yield home
    finally:
        _remove(home)


def _remove(home: Path) -> None:
    with contextlib.suppress(psutil.Error, PermissionError):
        started = find(Settings(home=home))
        if started is not None:
            started.elasticsearch.kill()
            started.kafka.kill()
    known = Instance.read(home)
    if known is not None and known.folder is not None:
        shutil.rmtree(known.folder, ignore_errors=True)
    shutil.rmtree(home, ignore_errors=True)


def _settings_from_environment(home: Path) -> Settings:
    given = Settings.from_env()
    return given.model_copy(update={"home": home})
