"""Who bears a mark: some bytes for each petition, as they are kept under the mark, and who shares several of them."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from hashlib import blake2b
from typing import Any

NAME = 8
"""Bytes that a petition is called by."""
_PLACE, _DIGITS_AT = 6, 5
SIZE = NAME + _PLACE + 2
"""Name, place (number and how many digits it has), how many marks it bears, one byte to spare."""
_DIGITS = 17


def name_of(petition_id: str) -> bytes:
    """The 16 digits of its id, or a hash of another one, as that of a further petition under a record's number."""
    if len(petition_id) == _DIGITS:
        try:
            return bytes.fromhex(petition_id[1:])
        except ValueError:
            pass
    return blake2b(petition_id.encode(), digest_size=NAME).digest()


def bearer(name: bytes, place: str, marks: int) -> bytes:
    """A petition, its place where that is sure, and how many marks it bears: so most need not be looked at."""
    return b"%s%s%c\0" % (name, _placed(place), marks)


def latest(bearers: bytes, most: int) -> bytes:
    """Without the oldest, where there are more than so many."""
    return bearers[-most * SIZE :]


def sharing(
    bearers: Sequence[bytes], own: bytes, places: Iterable[str], marks: int, *, least: int, part: int, most: int
) -> list[bytes]:
    """Names of at most so many petitions that share marks with this one, those that share most first.

    `least` marks are shared, and at least one in `part` of those of the petition that bears fewer; `places` are those
    of this one, which bears so many `marks`. None whose place alone says that it is about another matter.
    """
    asked = b"".join(map(_placed, places))
    names = _compiled()(b"".join(bearers), SIZE, own, asked, _PLACE, marks, least, part, most).tobytes()
    return [names[start : start + NAME] for start in range(0, len(names), NAME)]


def _placed(code: str) -> bytes:
    return int(code).to_bytes(_DIGITS_AT, "big") + bytes((len(code),)) if code.isdigit() else bytes(_PLACE)


@cache
def _compiled() -> Callable[..., Any]:
    """The compiled counting, loaded when it is needed: numba takes some tenths of a second."""
    from processors.rules.counting_marks import sharing

    made: Callable[..., Any] = sharing
    return made
