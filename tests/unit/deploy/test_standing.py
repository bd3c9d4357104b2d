"""What stands out at a glance: silent counties, an index that is old, a disk that is nearly full."""

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from deploy import status as asking
from deploy.commands.instance import _as_text
from deploy.processes import ProcessState, ProcessStates, log_file
from deploy.servers.pids import ProcessMark
from deploy.standing import silent_counties
from schemas.settings import Settings

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("last", "allowed", "silent"),
    [
        ({"410102": date(2026, 11, 20)}, {"410102": 2}, {}),
        ({"410102": date(2026, 11, 19)}, {"410102": 2}, {"410102": 3}),
        ({}, {"410102": 2}, {"410102": None}),
        ({"410103": date(2020, 1, 1)}, {}, {}),
        ({"410102": date(2026, 11, 23)}, {"410102": 0}, {}),
    ],
    ids=["in time", "late", "never heard of", "of whom nothing is expected", "ahead"],
)
def test_a_county_is_silent_when_it_says_nothing_for_longer_than_it_may(
    last: dict[str, date], allowed: dict[str, int], silent: dict[str, int | None]
) -> None:
    assert silent_counties(last, allowed, TODAY) == silent


def told(**changed: Any) -> dict[str, Any]:
    """What `status` gives of an instance without processes."""
    server = {"address": "x", "answers": True}
    return {
        "home": "h",
        "servers": {"origin": "environment", "kafka": server, "elasticsearch": server},
        "has_processes": True,
        "is_supervised": True,
        "processes": [],
        "lag": {},
        "dead_letters": {},
        "reports": {},
        "silent": {},
        "index": {},
        "indexer": {"last_write_age_s": None},
        "disk": {"free_bytes": 5 * 10**9, "total_bytes": 10**11, "is_short": True},
    } | changed


def test_too_little_room_stands_out() -> None:
    assert "disk                5.0 GB free of 100.0 GB TOO LITTLE" in _as_text(told()).splitlines()


def test_silent_counties_are_named_with_their_days() -> None:
    text = _as_text(told(silent={"410102": 3, "410103": None}))
    assert "silent counties     410102 3 days, 410103 never heard of" in text.splitlines()
    assert "silent counties     none" in _as_text(told()).splitlines()
    away = told()
    away["servers"] = away["servers"] | {"kafka": {"address": "x", "answers": False}}
    assert "silent counties     not known" in _as_text(away).splitlines()


def test_the_age_of_the_newest_case_is_told_where_the_index_answers() -> None:
    index = {"documents": 4447, "bytes": 12_300_000, "newest_case_at": "x", "newest_case_age_s": 1500}
    text = _as_text(told(index=index))
    assert "index               4,447 documents, 12.3 MB, newest case 1,500 s old" in text.splitlines()
    assert "documents" not in _as_text(told())


def test_the_last_write_is_the_indexers_own_word_or_not_known() -> None:
    assert (
        "indexer             last write 1,204 s ago"
        in _as_text(told(indexer={"last_write_age_s": 1203.6})).splitlines()
    )
    assert "indexer             last write not known" in _as_text(told()).splitlines()


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home whose servers answer, with nothing in them."""
    for name, answer in {"kafka_answers": True, "elasticsearch_answers": True, "index_standing": {}}.items():
        monkeypatch.setattr(asking, name, lambda *_given, answer=answer: answer)
    monkeypatch.setattr(
        asking, "_in_kafka", lambda _settings: {"lag": {}, "reports": {}, "dead_letters": {}, "silent": {}}
    )
    monkeypatch.setattr(asking, "topic_sizes", lambda _settings: Counter())
    return Settings(home=tmp_path, kafka="127.0.0.1:1", elasticsearch="http://127.0.0.1:3")


def test_a_home_that_had_processes_is_well_only_while_a_supervisor_keeps_them(here: Settings) -> None:
    assert asking.status(here)["is_well"]
    assert "processes: none of this home" in _as_text(asking.status(here))
    log_file(here.folder, "supervisor")
    assert not asking.status(here)["is_well"]
    assert "processes: NOT STARTED" in _as_text(asking.status(here))
    own = ProcessMark.own()
    ProcessStates(processes=(ProcessState(name="x", pid=own.pid, started=own.started),)).write(here.folder)
    assert not asking.status(here)["is_well"]
    assert "processes: WITHOUT SUPERVISOR" in _as_text(asking.status(here))
    own.write(here.folder / "supervisor.json")
    assert asking.status(here)["is_well"]
    ProcessStates().write(here.folder)
    assert not asking.status(here)["is_well"]
