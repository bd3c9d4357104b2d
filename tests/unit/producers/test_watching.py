"""A watched folder: files are taken when they stand still, once, and none stops the others."""

import logging
from pathlib import Path
from threading import Event

import pytest

from producers import watching
from producers.intake import FeedResult, Intake
from producers.profiles import Profiles
from producers.watching import Inbox, watch_folder
from schemas.settings import Settings
from tests.fakes_producers import KEYRING, FakePublisher, csv_bytes, profile, row


def put(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_a_file_is_ready_when_it_has_not_grown_between_two_looks(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path)
    path = put(tmp_path, "990101/a.csv", b"1")
    assert inbox.ready() == []
    put(tmp_path, "990101/a.csv", b"12")
    assert inbox.ready() == []
    assert inbox.ready() == [(path, "990101")]


def test_a_file_that_was_fed_is_ready_again_only_when_it_changes(tmp_path: Path) -> None:
    inbox = Inbox(tmp_path)
    path = put(tmp_path, "990101/deep/a.csv", b"1")
    inbox.ready()
    assert inbox.ready() == [(path, "990101")]
    inbox.fed(path)
    assert inbox.ready() == []
    assert inbox.is_settled
    put(tmp_path, "990101/deep/a.csv", b"12")
    assert inbox.ready() == []
    assert inbox.ready() == [(path, "990101")]


def test_a_file_that_could_not_be_taken_waits_longer_each_time_unless_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(watching, "monotonic", lambda: now[0])
    inbox = Inbox(tmp_path)
    path = put(tmp_path, "990101/a.csv", b"1")
    inbox.ready()
    tried = []
    for second in range(200):
        now[0] = float(second)
        for ready, _ in inbox.ready():
            tried.append(second)
            inbox.put_off(ready)
    assert tried == [0, 1, 3, 7, 15, 31, 63, 123, 183]
    assert not inbox.is_settled
    put(tmp_path, "990101/a.csv", b"12")
    inbox.ready()
    assert inbox.ready() == [(path, "990101")]


def test_hidden_files_and_files_outside_a_county_are_left_alone(tmp_path: Path) -> None:
    for name in ("a.csv", "990101/.part", "990101/~$a.xlsx"):
        put(tmp_path, name, b"1")
    inbox = Inbox(tmp_path)
    inbox.ready()
    assert inbox.ready() == []


def test_what_lies_in_the_folder_is_fed_once_and_an_unknown_county_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "LOOK_AGAIN_MS", 50)
    folder, publisher, taken = tmp_path / "in", FakePublisher(), list[FeedResult]()
    put(folder, "990101/a.csv", csv_bytes(row(), row(编号="2")))
    put(folder, "990199/b.csv", csv_bytes(row()))
    for _ in range(2):
        settings = Settings(home=tmp_path / "home")
        intake = Intake(settings, Profiles([profile()]), KEYRING, publisher)
        watch_folder(folder, intake, Event(), taken.append, until_settled=True)
    assert [(result.county, result.published, result.rejected) for result in taken[:2]] == [
        ("990101", 2, 0),
        ("990199", 0, 1),
    ]
    assert [result.was_done for result in taken] == [False, False, True, True]
    assert [report.channel for report in publisher.reports] == ["folder", "folder"]


def test_a_file_that_raises_anything_is_left_until_it_changes_and_the_others_are_fed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(watching, "LOOK_AGAIN_MS", 50)
    folder, stop, taken, tried = tmp_path / "in", Event(), list[str](), list[str]()
    bad = put(folder, "990101/a.csv", b"1")
    put(folder, "990102/b.csv", b"1")

    class Faulty(Intake):
        def take(self, path: Path, county: str, **_given: object) -> FeedResult:  # type: ignore[override]
            tried.append(path.name)
            if path == bad and path.read_bytes() == b"1":
                raise RuntimeError("石一山")
            return FeedResult(path.name, county, "", 0, 0, 0, "")

    def take(result: FeedResult) -> None:
        taken.append(result.path)
        if result.path == bad.name:
            stop.set()
        bad.write_bytes(b"12")

    intake = Faulty(Settings(home=tmp_path / "home"), Profiles([]), KEYRING, FakePublisher())
    with caplog.at_level(logging.ERROR):
        assert watch_folder(folder, intake, stop, take) == 0
    assert (tried, taken) == (["a.csv", "b.csv", "a.csv"], ["b.csv", "a.csv"])
    assert [record.__dict__["error"] for record in caplog.records] == ["RuntimeError"]
    assert "石一山" not in caplog.text
    bad.write_bytes(b"1")
    assert watch_folder(folder, intake, Event(), lambda _result: None, until_settled=True) == 1


def test_a_watch_ends_when_nobody_listens_to_it_any_longer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "LOOK_AGAIN_MS", 50)
    folder, publisher = tmp_path / "in", FakePublisher()
    put(folder, "990101/a.csv", csv_bytes(row()))
    intake = Intake(Settings(home=tmp_path / "home"), Profiles([profile()]), KEYRING, publisher)

    def closed(_result: FeedResult) -> None:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        watch_folder(folder, intake, Event(), closed, until_settled=True)
    assert len(publisher.records) == 1
