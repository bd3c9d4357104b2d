"""An instance comes up whole, heals itself, and leaves nothing running."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.instance import bring_down, bring_up, running_instance
from deploy.processes import process_specs, process_states, supervisor_mark
from deploy.servers.addresses import Servers
from deploy.servers.pids import ProcessMark
from deploy.servers.ports import free_ports
from deploy.status import status
from schemas.settings import Settings
from tests.servers_fixture import fresh_instance

LIMIT_S = 90.0


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    """Return as soon as it is so."""
    deadline = time.monotonic() + LIMIT_S
    while not is_so():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


@pytest.fixture
def fresh(servers: Servers, tmp_path: Path) -> Settings:
    """An instance with a gateway port that nobody uses."""
    return fresh_instance(servers, tmp_path / "home", gateway_port=free_ports(1)[0])


def test_an_instance_is_well_when_up_returns_and_gone_when_down_returns(fresh: Settings) -> None:
    with running_instance(fresh) as settings:
        told = status(settings)
        assert told["is_well"]
        assert [one["name"] for one in told["processes"]] == [spec.name for spec in process_specs()]
        assert all(count == 0 for count in (told["lag"] | told["dead_letters"]).values())
        marks = [ProcessMark(one.pid, one.started) for one in process_states(settings)]
        bring_up(settings)
        assert [ProcessMark(one.pid, one.started) for one in process_states(settings)] == marks
    assert not any(mark.is_running for mark in marks)
    assert supervisor_mark(fresh) is None


def test_a_killed_process_is_started_again(fresh: Settings) -> None:
    with running_instance(fresh) as settings:
        before = {one.name: one for one in process_states(settings)}
        ProcessMark(before["search"].pid, before["search"].started).kill()

        def is_back() -> bool:
            now = {one.name: one for one in process_states(settings)}
            return now["search"].starts > before["search"].starts and now["search"].is_running

        wait_until(is_back, "search was not started again")
        assert {one.name: one.pid for one in process_states(settings) if one.name != "search"} == {
            name: one.pid for name, one in before.items() if name != "search"
        }


def test_a_killed_supervisor_leaves_nothing_behind_that_down_does_not_stop(fresh: Settings) -> None:
    settings = bring_up(fresh)
    marks = [ProcessMark(one.pid, one.started) for one in process_states(settings)]
    supervisor = supervisor_mark(settings)
    assert supervisor is not None
    supervisor.kill()
    assert all(mark.is_running for mark in marks)
    bring_down(settings)
    assert not any(mark.is_running for mark in marks)
