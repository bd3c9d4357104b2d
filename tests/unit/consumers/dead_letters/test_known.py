"""Dead letters at the console: seen by who supervises their source, never what they say; sent back once, audited."""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from consumers.api.backend import Backend
from consumers.dead_letters import known
from consumers.dead_letters.known import KnownLetters
from consumers.loop import Record
from consumers.message import Message
from schemas.replay_events import ReplayRequest
from schemas.settings import Settings
from schemas.terms import AuditKind, Stage
from schemas.topics import Topic
from tests.dead_letters import LettersInMemory, dead_letter
from tests.officials import Audit, backend, browser

API = "/api/v1/dead-letters"
ASKED = {"request_id": "request-1"}
LETTERS = (
    dead_letter("L1"),
    dead_letter("L2", source="411023", stage=Stage.INTAKE),
    dead_letter("L3", source="C0000000000000001", stage=Stage.INDEX),
    dead_letter("L4", source=""),
)


@pytest.fixture
def console(tmp_path: Path, audit: Audit, sent: list[Message]) -> Backend:
    made = backend(tmp_path, None, Settings(), audit, sent=sent)
    return replace(made, letters=LettersInMemory(*LETTERS))


@pytest.mark.parametrize(
    ("official", "letters"),
    [("east", {"L1"}), ("west", {"L2"}), ("city", {"L1", "L2"}), ("whole", {"L1", "L2", "L3", "L4"})],
)
def test_letters_are_seen_by_those_who_supervise_their_source(
    console: Backend, official: str, letters: set[str]
) -> None:
    told = browser(console, official).get(API).json()
    assert {one["letter_id"] for one in told["letters"]} == letters
    assert told["total"] == sum(one["count"] for one in told["counts"]) == len(letters)
    assert not any({"raw", "receipt"} & one.keys() for one in told["letters"])
    page = browser(console, official).get("/dead-letters").text
    assert ("411023" in page) is ("L2" in letters)


def test_a_letter_goes_back_once_for_each_request_and_is_audited(
    console: Backend, audit: Audit, sent: list[Message]
) -> None:
    for _ in range(2):
        assert browser(console, "east").post(f"{API}/L1/replay", json=ASKED).status_code == 202
    assert [one.topic for one in sent] == [Topic.REPLAYS], "the console writes to no topic that records come from"
    request = ReplayRequest.from_bytes(sent[0].value)
    assert (request.letter_id, request.by, sent[0].key) == ("L1", "east", b"L1")
    assert [(one.kind, one.subject, one.by) for one in audit.records] == [
        (AuditKind.DEAD_LETTER_REPLAYED, "L1", "east")
    ]


@pytest.mark.parametrize(
    ("official", "letter", "status"),
    [("east", "L2", 404), ("east", "L9", 404), ("city", "L3", 404), ("west", "L2", 409), ("labour", "L1", 403)],
)
def test_what_may_not_be_seen_or_cannot_go_back_is_not_sent(
    console: Backend, audit: Audit, sent: list[Message], official: str, letter: str, status: int
) -> None:
    assert browser(console, official).post(f"{API}/{letter}/replay", json=ASKED).status_code == status
    assert (sent, audit.records) == ([], [])


def test_nothing_goes_back_that_cannot_be_audited(console: Backend, audit: Audit, sent: list[Message]) -> None:
    audit.is_away = True
    assert browser(console, "east").post(f"{API}/L1/replay", json=ASKED).status_code == 503
    assert sent == []


def test_letters_are_kept_without_their_bytes_and_read_again_to_go_back(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = b64encode(b'{"kind":"accept"}').decode()
    letter = dead_letter("L1", raw=raw, origin="petitions.decisions:1:5", stage=Stage.CASES)
    topic = Topic.STAGE_DEAD.under("petitions")
    values = [b"rubbish", letter.to_bytes(), letter.to_bytes()]
    asked_from: list[int] = []

    def replay(settings: Settings, *topics: str, since: Mapping[tuple[str, int], int]) -> Iterator[list[Record]]:
        assert topic in topics
        asked_from.append(since.get((topic, 0), 0))
        yield [Record(topic, 0, at, None, value) for at, value in enumerate(values)][asked_from[-1] :]

    monkeypatch.setattr(known, "replay", replay)
    letters = KnownLetters(Settings())
    assert letters.all() == [letter.with_changes(raw="")]
    assert letters.message("L1") == Message(Topic.DECISIONS, 1, b"p1", b'{"kind":"accept"}')
    assert letters.all() == [letter.with_changes(raw="")]
    assert asked_from == [0, 1, 3]
