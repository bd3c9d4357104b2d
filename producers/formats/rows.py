"""What a format parser yields: a row with its fields, a row that is refused, or a column that nobody knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from schemas.rejected import Rejected
from schemas.terms import RejectReason, Stage

MAX_RECORD_BYTES = 4 * 1024 * 1024
"""A longer line or record is refused without being kept in memory."""
KEPT_BYTES = 700_000
"""So much of a refused row is kept; as base64 it stays under the broker's limit of 1 MiB a message."""
EXACT_DIGITS = 10**15
"""A spreadsheet keeps fifteen digits of a number; a longer one has lost its end and counts as no value."""

Cell = str | datetime


@dataclass(frozen=True, slots=True)
class RawRow:
    """One record as the county wrote it, under our field names."""

    number: int
    """Its place in the delivery; the first record is 1."""
    values: Mapping[str, Cell]
    raw: bytes


@dataclass(frozen=True, slots=True)
class BadRow:
    """One record that cannot be read, with the first of its bytes."""

    number: int
    rejected: Rejected
    raw: bytes
    is_truncated: bool = False


@dataclass(frozen=True, slots=True)
class UnknownColumn:
    """A column that the profile neither maps nor ignores: a signal, never a guess."""

    name: str


Item = RawRow | BadRow | UnknownColumn


def refused(reason: RejectReason, field: str = "") -> Rejected:
    """A refusal on entry."""
    return Rejected(Stage.INTAKE, reason, field)


def bad_row(number: int, reason: RejectReason, raw: bytes, field: str = "", *, is_truncated: bool = False) -> BadRow:
    """A refused record that keeps no more bytes than a dead letter can carry."""
    return BadRow(number, refused(reason, field), raw[:KEPT_BYTES], is_truncated or len(raw) > KEPT_BYTES)
