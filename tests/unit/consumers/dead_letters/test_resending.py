"""A dead letter is counted, and goes back to where it came from if it can be processed now."""

from base64 import b64encode
from typing import Any

import orjson
import pytest

from consumers.dead_letters.resending import NotReplayable, counted, resent
from schemas.events import DeadLetter
from schemas.petition import IntakeBatch
from schemas.terms import RejectReason, Stage
from tests.fakes_consumers import START, intake


def letter(raw: bytes, **changed: Any) -> DeadLetter:
    fields: dict[str, Any] = {
        "letter_id": "1",
        "stage": Stage.REGISTRATION,
        "reason": RejectReason.INVALID,
        "source": "411002",
        "origin": "t.intake:3:17",
        "at": START,
        "raw": b64encode(raw).decode(),
    }
    return DeadLetter(**(fields | changed))


def test_a_whole_message_goes_back_as_it_was() -> None:
    raw = IntakeBatch(records=(intake(),)).to_bytes()
    back = resent(letter(raw), "t")
    assert (back.topic, back.partition, back.value) == ("t.intake", 3, raw)


@pytest.mark.parametrize(
    ("origin", "batch"),
    [
        ("t.intake:0:1:records:4", {"records": ["it"]}),
        ("t.intake:0:1:statuses:0", {"records": [], "statuses": ["it"]}),
        ("t.registered:2:1:petitions:0", {"petitions": ["it"]}),
        ("t.registered:2:1:statuses:3", {"petitions": [], "statuses": ["it"]}),
        ("t.linked:1:9:petitions:3", {"petitions": ["it"]}),
        ("t.linked:1:9:moved:0", {"petitions": [], "moved": ["it"]}),
    ],
)
def test_one_thing_of_a_batch_goes_back_into_its_list_as_a_batch_of_one(origin: str, batch: dict[str, Any]) -> None:
    back = resent(letter(b'"it"', origin=origin), "t")
    assert orjson.loads(back.value) == batch
    assert f"{back.topic}:{back.partition}" == ":".join(origin.split(":")[:2])


def test_what_goes_back_can_be_read_by_the_stage() -> None:
    back = resent(letter(intake().to_bytes(), origin="t.intake:3:17:records:0"), "t")
    assert IntakeBatch.from_bytes(back.value).records == (intake(),)


def test_a_decision_goes_back_as_it_was() -> None:
    assert resent(letter(b'{"kind":"accept"}', origin="t.decisions:1:5"), "t").value == b'{"kind":"accept"}'


@pytest.mark.parametrize(
    ("changed", "advice"),
    [
        ({"stage": Stage.INTAKE, "origin": ""}, "petitions feed"),
        ({"stage": Stage.INDEX, "origin": "t.cases:0:1"}, "petitions reindex"),
        ({"is_truncated": True}, "petitions feed"),
    ],
)
def test_what_cannot_go_back_says_what_to_do(changed: dict[str, Any], advice: str) -> None:
    with pytest.raises(NotReplayable, match=advice):
        resent(letter(b"{}", **changed), "t")


def test_bytes_that_are_no_message_do_not_go_back() -> None:
    with pytest.raises(NotReplayable, match="no message"):
        resent(letter(b"\xff"), "t")


def test_letters_are_counted_by_stage_reason_field_and_source_but_not_by_case() -> None:
    letters = [
        letter(b"", field="channel"),
        letter(b"", field="channel"),
        letter(b"", stage=Stage.INDEX, source="Ca"),
        letter(b"", stage=Stage.INDEX, source="Cb"),
    ]
    assert counted(letters) == {
        ("registration", "invalid", "channel", "411002"): 2,
        ("index", "invalid", "", ""): 2,
    }
