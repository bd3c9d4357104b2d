"""The indexer's last write as `petitions status` asks for it: at the port that the supervisor gave it."""

from pathlib import Path

import pytest

from consumers.health import Health, serve
from deploy.indexer_health import last_write_age_s
from deploy.processes import ProcessState, ProcessStates
from deploy.servers.ports import free_ports
from schemas.settings import Settings

NAMES = ("gateway", "search")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An instance of two processes; the second is the indexer and has the second port."""
    (port,) = free_ports(1)
    states = ProcessStates(processes=tuple(ProcessState(name=name, pid=1, started=1, starts=1) for name in NAMES))
    (tmp_path / "processes.json").write_bytes(states.to_bytes())
    return Settings(home=tmp_path, metrics_host="0.0.0.0", metrics_port=port - 1)


def test_the_indexer_tells_how_long_ago_it_wrote(settings: Settings) -> None:
    now = [100.0]
    health = Health(clock=lambda: now[0])
    assert last_write_age_s(settings) is None, "nobody listens"
    serve(health, settings.model_copy(update={"metrics_port": settings.metrics_port + 1}))
    assert last_write_age_s(settings) is None, "nothing was written"
    health.wrote()
    now[0] = 112.5
    assert last_write_age_s(settings) == 12.5
    assert last_write_age_s(settings.model_copy(update={"metrics_port": 0})) is None


def test_without_a_supervisor_nobody_is_asked(settings: Settings) -> None:
    (settings.folder / "processes.json").unlink()
    assert last_write_age_s(settings) is None
