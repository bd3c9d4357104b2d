"""Messages are frozen, tolerant of newer fields, and silent about values."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from pydantic import ValidationError

from schemas.contract import Contract, faulty_field
from schemas.events import CountyReport
from schemas.identity import Petitioner
from schemas.petition import IntakeBatch, IntakeRecord, LinkedPetition, Petition
from schemas.terms import Channel

NOON = datetime(2024, 5, 6, 4, tzinfo=UTC)
SECRET = "青槐村石一山"


def record(**changed: object) -> IntakeRecord:
    """A record with nothing that may be left out."""
    given: dict[str, object] = {
        "receipt": "0" * 16, "source": "410185", "record_no": "1", "delivery_id": "d", "row": 1,
        "content_hash": "c", "received_at": NOON, "ingested_at": NOON, "channel": Channel.LETTER,
    }  # fmt: skip
    return IntakeRecord.model_validate(given | changed)


def test_fields_at_their_default_are_not_written() -> None:
    assert set(json.loads(record().to_bytes())) == {
        "receipt", "source", "record_no", "delivery_id", "row", "content_hash", "received_at", "ingested_at",
        "channel",
    }  # fmt: skip


def test_a_message_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        record().title = "other"  # type: ignore[misc]


@pytest.mark.parametrize("at", ["2024-05-06T12:00:00", "2024-05-06", "9999-99-99", ""])
def test_a_moment_without_a_zone_is_no_moment(at: str) -> None:
    with pytest.raises(ValidationError):
        record(received_at=at)


def test_a_moment_keeps_its_offset() -> None:
    local = NOON.astimezone(timezone(timedelta(hours=8)))
    assert b'"2024-05-06T12:00:00+08:00"' in record(received_at=local).to_bytes()
    assert record(received_at=local).received_at == NOON


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"people": 0}, "people"),
        ({"people": 100_001}, "people"),
        ({"record_no": ""}, "record_no"),
        ({"record_no": "9" * 65}, "record_no"),
        ({"title": SECRET * 200}, "title"),
        ({"body": "x" * 100_001}, "body"),
        ({"channel": SECRET}, "channel"),
    ],
)
def test_what_is_out_of_bounds_is_refused_and_only_the_field_is_named(changed: dict[str, object], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        record(**changed)
    assert faulty_field(caught.value) == field
    assert SECRET not in str(caught.value)


def test_the_faulty_field_of_a_batch_is_named_with_its_place() -> None:
    good, bad = json.loads(record().to_bytes()), {"source": "410185"}
    with pytest.raises(ValidationError) as caught:
        IntakeBatch.from_bytes(json.dumps({"records": [good, bad]}))
    assert faulty_field(caught.value) == "records.1.receipt"


def test_bytes_that_are_no_message_are_refused_without_being_repeated() -> None:
    with pytest.raises(ValidationError) as caught:
        CountyReport.from_bytes(SECRET.encode())
    assert SECRET not in str(caught.value)


def test_texts_and_identities_are_not_shown() -> None:
    shown = repr(record(title=SECRET, body=SECRET, place_text=SECRET)) + repr(
        Petitioner(name=SECRET, id_number=SECRET, phone=SECRET, residence=SECRET)
    )
    assert SECRET not in shown


def test_a_wider_message_holds_all_of_the_narrower_one() -> None:
    petition = Petition.grown_from(record(people=3), petition_id="P1")
    linked = LinkedPetition.grown_from(petition, home="410185")
    assert isinstance(linked, LinkedPetition)
    assert (linked.people, linked.petition_id, linked.home, linked.links) == (3, "P1", "410185", ())
    assert LinkedPetition.from_bytes(linked.to_bytes()) == linked


def test_a_message_with_changes_is_another_message() -> None:
    before = record(people=3)
    after = before.with_changes(people=4, title="反映路灯")
    assert (before.people, after.people, after.title) == (3, 4, "反映路灯")
    assert IntakeRecord.from_bytes(after.to_bytes()) == after


def test_every_contract_hides_its_input_in_errors() -> None:
    assert Contract.model_config["hide_input_in_errors"] is True
    assert [c.__name__ for c in Contract.__subclasses__() if not c.model_config.get("hide_input_in_errors")] == []
