"""Identifiers and partitions: made from the fewest stable source fields, hashed."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import blake2b
from zlib import crc32


def digest(*parts: str, size: int = 8) -> str:
    """Hex digits of a hash over parts, unambiguous about where each part ends."""
    encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
    measured = [piece for part in encoded for piece in (len(part).to_bytes(4, "big"), part)]
    return blake2b(b"".join(measured), digest_size=size).hexdigest()


def record_key(source: str, record_no: str) -> str:
    """The key under which all revisions of one record meet; 16 hex digits."""
    return digest("record", source, record_no)


def petition_id(source: str, record_no: str, mark: str = "") -> str:
    """`P` and 16 hex digits of the number, and 8 more of `mark` for a further matter under that number.

    All under one number begin alike, so that sorting by id does not depend on which of them arrived first.
    """
    of_the_number = "P" + digest("petition", source, record_no)
    return f"{of_the_number}-{digest('mark', mark, size=4)}" if mark else of_the_number


def case_id(founding_petition: str) -> str:
    """`C` and the digits of the petition that founded the case."""
    return "C" + founding_petition.removeprefix("P")


def founding_petition(case: str) -> str:
    """The petition after which a case is named."""
    return "P" + case.removeprefix("C")


def receipt(delivery_id: str, row: int) -> str:
    """The identity of one row of one delivery; 16 hex digits."""
    return digest("receipt", delivery_id, str(row))


def pushed_step_id(petition: str, kind: str, at: datetime, unit: str, article: str) -> str:
    """`S` and 16 hex digits of what a county pushed about a petition, whatever the delivery."""
    return "S" + digest("status", petition, kind, at.isoformat(), unit, article)


def meeting_home(homes: Iterable[str]) -> str:
    """Where a matter of several homes is put together: in a city rather than above it, then by code."""
    return min(homes, key=lambda home: (-len(home), home), default="")


def partition_of(key: str, partitions: int) -> int:
    """Where a key lives. Our own function on every side, so that all clients agree."""
    return crc32(key.encode()) % partitions
