"""An instance comes up whole, heals itself, and leaves nothing running."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import httpx
import pytest

from deploy.instance import bring_down, bring_up, running_instance
from deploy.processes import process_specs, process_states, supervisor_mark
from deploy.servers.addresses import Servers
from deploy.servers.pids import ProcessMark
from deploy.status import status
from schemas.settings import Settings
from tests.servers_fixture import fresh_instance

LIMIT_S = 90.0
ACKNOWLEDGED_AFTER = timedelta(milliseconds=40)
"""A packet is acknowledged after so long where nothing is sent back meanwhile."""


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    """Return as soon as it is so."""
    deadline = time.monotonic() + LIMIT_S
    while not is_so():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


@pytest.fixture(scope="module")
def up(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """An instance with all its processes; the last test takes it down."""
    with running_instance(fresh_instance(servers, tmp_path_factory.mktemp("instance") / "home")) as settings:
        yield settings


def marks_of(settings: Settings) -> list[ProcessMark]:
    return [one.mark for one in process_states(settings)]


def test_an_instance_is_well_when_up_returns_and_up_again_changes_nothing(up: Settings) -> None:
    told = status(up)
    assert told["is_well"]
    assert [one["name"] for one in told["processes"]] == [spec.name for spec in process_specs()]
    assert all(count == 0 for count in (told["lag"] | told["dead_letters"]).values())
    assert (told["index"]["documents"], told["index"]["newest_case_age_s"]) == (0, None)
    assert 0 < told["disk"]["free_bytes"] < told["disk"]["total_bytes"]
    assert told["disk"]["topics_bytes"] >= 0
    before = marks_of(up)
    bring_up(up)
    assert marks_of(up) == before


@pytest.mark.parametrize("process", ["gateway", "console"])
def test_no_answer_waits_for_its_first_packet_to_be_acknowledged(up: Settings, process: str) -> None:
    address = json.loads((up.folder / f"{process}.json").read_text())["address"]
    with httpx.Client(base_url=address) as client:
        took = sorted(client.get("/health").elapsed for _ in range(30))
    assert took[len(took) // 2] < ACKNOWLEDGED_AFTER


def test_a_killed_process_is_started_again(up: Settings) -> None:
    before = {one.name: one for one in process_states(up)}
    before["search"].mark.kill()

    def is_back() -> bool:
        now = {one.name: one for one in process_states(up)}
        return now["search"].starts > before["search"].starts and now["search"].is_running

    wait_until(is_back, "search was not started again")
    assert {one.name: one.pid for one in process_states(up) if one.name != "search"} == {
        name: one.pid for name, one in before.items() if name != "search"
    }


def test_a_killed_supervisor_leaves_nothing_behind_that_down_does_not_stop(up: Settings) -> None:
    marks = marks_of(up)
    supervisor = supervisor_mark(up)
    assert supervisor is not None
    supervisor.kill()
    assert all(mark.is_running for mark in marks)
    bring_down(up)
    assert not any(mark.is_running for mark in marks)


def test_an_instance_comes_up_again_and_nothing_is_left_when_down_returns(up: Settings) -> None:
    bring_up(up)
    marks = marks_of(up)
    assert len(marks) == len(process_specs()) and all(mark.is_running for mark in marks)
    bring_down(up)
    assert not any(mark.is_running for mark in marks)
    assert supervisor_mark(up) is None
