"""A form says what its contract says, in the same bytes, and refuses what that one refuses."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from processors.rules.forms import UNREADABLE, grown, reader, written
from schemas.petition import (
    AnswerImprint,
    Classification,
    IntakeBatch,
    LinkedPetition,
    Petition,
    Place,
    RegisteredBatch,
)
from schemas.terms import CaseStatus
from tests.petitions import intake_record

read_records, read_petitions = reader(IntakeBatch), reader(RegisteredBatch)
AT = datetime(2026, 3, 1, 8, 30, 0, 120, UTC)
RECORDS = (
    intake_record(),
    intake_record(received_at=AT, modified_at=AT.astimezone(timezone(timedelta(hours=8)))),
    intake_record(title='"\\/\x00\x08\n\x1f\x7f\x85\u2028😀', body="一" * 100_000, people=100_000, takeover=True),
    intake_record(
        petitioner_ref=None,
        reported_status=CaseStatus.CONCLUDED,
        reported_status_at=AT,
        answer=AnswerImprint(digest="0123456789abcdef", length=7),
    ),
)
GOOD = IntakeBatch(records=RECORDS).to_bytes()
PLACES = (Place(), Place(code="410122", name="河南省郑州市中牟县"))
KINDS = (Classification(), Classification(category="land", score=0.25, terms=("征地",)))


def test_what_grows_from_a_form_is_written_as_its_contract_would_write_it() -> None:
    forms = read_records(GOOD).records
    more = {"petition_id": "P1", "revision": 2, "anchors": (3, 4), "imprint": ""}
    petitions = [grown(Petition, form, **more) for form in forms]
    contracts = [Petition.grown_from(record, **more) for record in RECORDS]
    assert written(petitions) == written(contracts) == RegisteredBatch(petitions=tuple(contracts)).to_bytes()
    again = read_petitions(written(petitions)).petitions
    assert written(again) == written(petitions)
    for place, kind in zip(PLACES, KINDS, strict=True):
        linked = [grown(LinkedPetition, form, place=place, classification=kind, home="4101") for form in again]
        expected = [
            LinkedPetition.grown_from(one, place=place, classification=kind, home="4101") for one in contracts
        ]
        assert written(linked) == written(expected)
        assert [LinkedPetition.from_bytes(one.to_bytes()) for one in expected] == expected


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        (b'"people":100000', b'"people":100001'),
        (b'"people":100000', b'"people":0'),
        (b'"title":"', b'"title":"' + b"x" * 1_000),
        ("一".encode(), b"\xff\xff\xff"),
        ("一".encode(), b"\n"),
        ("一".encode(), b"\\ud800"),
        (b'"length":7', b'"length":0'),
        (b'"digest":"0123', b'"digest":"x123'),
        (b'00Z"', b'00"'),
        (b'"row":', b'"row":1.5,"x":'),
        (b'{"records"', b'{"record"'),
    ],
)
def test_what_the_contract_refuses_its_form_refuses(good: bytes, bad: bytes) -> None:
    spoiled = GOOD.replace(good, bad, 1)
    assert spoiled != GOOD
    with pytest.raises(ValueError, match="IntakeBatch"):
        IntakeBatch.from_bytes(spoiled)
    with pytest.raises(UNREADABLE):
        read_records(spoiled)
