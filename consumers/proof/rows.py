"""The few fields of each message that a proof needs, decoded without the rest. Unreadable messages are counted."""

from base64 import b64decode
from collections.abc import Iterator
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


class _Batch(msgspec.Struct):
    records: list[Received]


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


class Member(msgspec.Struct, frozen=True):
    """A petition as its case holds it."""

    petition_id: str
    source: str
    record_no: str
    content_hash: str
    number_reused: bool = False


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

_batch = msgspec.json.Decoder(_Batch)
_received = msgspec.json.Decoder(Received)
_bytes = msgspec.json.Decoder(_RefusedWithBytes)
decode_report = msgspec.json.Decoder(Reported).decode
decode_letter = msgspec.json.Decoder(Refused).decode
decode_case = msgspec.json.Decoder(Filed).decode
decode_judgement = msgspec.json.Decoder(Judged).decode


def decode_intake(value: bytes) -> Iterator[Received]:
    """The records of a batch; a batch that cannot be read as a whole gives those of its records that can."""
    try:
        yield from _batch.decode(value).records
        return
    except msgspec.MsgspecError:
        pass
    try:
        raws = msgspec.json.decode(value, type=dict[str, list[msgspec.Raw]]).get("records", [])
    except msgspec.MsgspecError:
        return
    for raw in raws:
        try:
            yield _received.decode(raw)
        except msgspec.MsgspecError:
            continue


def buried_receipt(value: bytes) -> str:
    """The receipt of the record that a dead letter of a stage holds; empty where it cannot be read."""
    try:
        return _received.decode(b64decode(_bytes.decode(value).raw)).receipt
    except (msgspec.MsgspecError, ValueError):
        return ""
