"""The few fields of each message that a proof needs, decoded without the rest. Unreadable messages are counted."""

from base64 import b64decode
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import TypeVar

import msgspec

from schemas.terms import CaseStatus


class Received(msgspec.Struct, frozen=True):
    """One record of the intake, or of a dead letter of a stage."""

    receipt: str
    source: str
    record_no: str
    delivery_id: str
    content_hash: str
    ingested_at: datetime


class Pushed(msgspec.Struct, frozen=True):
    """One status event of the intake."""

    receipt: str
    source: str
    record_no: str
    kind: str
    at: datetime
    unit: str = ""
    article: str = ""


class Intake(msgspec.Struct):
    """A batch of the intake."""

    records: list[Received]
    statuses: list[Pushed] = []


class Reported(msgspec.Struct, frozen=True):
    """What a county's report says of one delivery."""

    report_id: str
    county: str
    kind: str
    delivery_id: str = ""
    received: int = 0
    published: int = 0
    rejected: int = 0
    checksum: str = ""


class Refused(msgspec.Struct, frozen=True):
    """A dead letter without its bytes."""

    letter_id: str
    stage: str
    source: str
    at: datetime
    delivery_id: str = ""
    receipt: str = ""


class _RefusedWithBytes(msgspec.Struct, frozen=True):
    letter_id: str
    raw: str = ""


class _Refusable(msgspec.Struct):
    """A record, a petition or a status event; on its way such an event is part of a message."""

    receipt: str = ""
    event: "_Refusable | None" = None


class _Step(msgspec.Struct, frozen=True):
    step_id: str


class Member(msgspec.Struct, frozen=True):
    """A petition as its case holds it."""

    petition_id: str
    source: str
    record_no: str
    content_hash: str
    number_reused: bool = False
    steps: tuple[_Step, ...] = ()

    @property
    def step_ids(self) -> set[str]:
        """What was reported about it."""
        return {step.step_id for step in self.steps}


class Held(msgspec.Struct, frozen=True):
    """A petition and the case that holds it."""

    member: Member
    case_id: str


class Document(msgspec.Struct, frozen=True):
    """What the index has of a case."""

    case_id: str
    version: int


class Filed(msgspec.Struct, frozen=True):
    """One version of a case."""

    case_id: str
    version: int
    petitions: list[Member]
    status: str = CaseStatus.REGISTERED.value
    merged_into: str = ""
    kept_from: list[str] = []

    @property
    def is_merged(self) -> bool:
        """Whether another case took its petitions over."""
        return self.status == CaseStatus.MERGED.value


class Judged(msgspec.Struct, frozen=True):
    """What a person judged about two petitions."""

    judgement_id: str
    opinion: str
    petition_id: str
    other_id: str
    at: datetime


Row = TypeVar("Row")

_intake = msgspec.json.Decoder(Intake)
_received = msgspec.json.Decoder(Received)
_pushed = msgspec.json.Decoder(Pushed)
_refusable = msgspec.json.Decoder(_Refusable)
_bytes = msgspec.json.Decoder(_RefusedWithBytes)
decode_report = msgspec.json.Decoder(Reported).decode
decode_letter = msgspec.json.Decoder(Refused).decode
decode_case = msgspec.json.Decoder(Filed).decode
decode_judgement = msgspec.json.Decoder(Judged).decode


def decode_intake(value: bytes) -> Intake:
    """A batch of the intake; one that cannot be read as a whole gives what can be read of it."""
    try:
        return _intake.decode(value)
    except msgspec.MsgspecError:
        pass
    try:
        raws = msgspec.json.decode(value, type=dict[str, list[msgspec.Raw]])
    except msgspec.MsgspecError:
        return Intake([])
    return Intake(
        list(_readable(raws.get("records", ()), _received)), list(_readable(raws.get("statuses", ()), _pushed))
    )


def _readable(raws: Iterable[msgspec.Raw], decoder: "msgspec.json.Decoder[Row]") -> Iterator[Row]:
    for raw in raws:
        with suppress(msgspec.MsgspecError):
            yield decoder.decode(raw)


def buried_receipt(value: bytes) -> str:
    """The receipt of what a dead letter of a stage holds; empty where it cannot be read."""
    try:
        found = _refusable.decode(b64decode(_bytes.decode(value).raw))
    except (msgspec.MsgspecError, ValueError):
        return ""
    return (found.event or found).receipt
