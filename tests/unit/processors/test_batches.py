"""Where one thing in a batch is bad, only that one is buried, with the list that it was in; nothing is lost."""

from datetime import UTC, datetime

import pytest

from processors.batches import read
from processors.effects import Effects
from schemas.contract import Contract
from schemas.events import LinkedBatch
from schemas.petition import IntakeBatch
from schemas.terms import RejectReason, Stage
from tests.petitions import intake_record

RECORD = intake_record(record_no="1", source="410122").to_bytes()
SPOILED = RECORD.replace(b'"record_no":"1"', b'"record_no":17')
CALL = b'{"petition_id":"P1","meet_at":"4101"}'


def found(value: bytes, batch: type[Contract] = IntakeBatch) -> tuple[Contract, list[tuple[str, str, str]]]:
    effects = Effects("t", 1, 10, datetime(2026, 1, 1, tzinfo=UTC))
    got = read(value, batch, Stage.REGISTRATION, "t.intake:0:7", effects)
    return got, [(letter.origin, letter.reason.value, letter.source) for letter in effects.dead_letters]


def test_a_good_batch_is_read_as_it_is() -> None:
    batch = IntakeBatch(records=(intake_record(),))
    assert found(batch.to_bytes()) == (batch, [])


@pytest.mark.parametrize(
    ("value", "kept", "buried"),
    [
        (b'{"records":[%b,%b]}' % (SPOILED, RECORD), 1, [("t.intake:0:7:records:0", "invalid", "410122")]),
        (b'{"records":[%b,7]}' % RECORD, 1, [("t.intake:0:7:records:1", "invalid", "unknown")]),
        (b'{"records":[%b],"statuses":[{}]}' % RECORD, 1, [("t.intake:0:7:statuses:0", "invalid", "unknown")]),
        (b'{"statuses":[{}]}', 0, [("t.intake:0:7:statuses:0", "invalid", "unknown")]),
        (b'{"records":7}', 0, [("t.intake:0:7:records:0", "invalid", "unknown")]),
        (b'{"others":[1]}', 0, [("t.intake:0:7", "undecodable", "unknown")]),
        (b"[]", 0, [("t.intake:0:7", "undecodable", "unknown")]),
        (b"\xff\x00", 0, [("t.intake:0:7", "undecodable", "unknown")]),
    ],
)
def test_only_what_is_bad_is_buried(value: bytes, kept: int, buried: list[tuple[str, str, str]]) -> None:
    batch, letters = found(value)
    assert isinstance(batch, IntakeBatch)
    assert [one.record_no for one in batch.records] == ["1"] * kept
    assert batch.statuses == ()
    assert letters == buried


def test_what_desks_hand_over_is_not_lost_beside_something_bad() -> None:
    batch, letters = found(b'{"petitions":[],"moved":[{}],"calls":[%b]}' % CALL, LinkedBatch)
    assert isinstance(batch, LinkedBatch)
    assert [call.petition_id for call in batch.calls] == ["P1"]
    assert letters == [("t.intake:0:7:moved:0", RejectReason.INVALID.value, "unknown")]
