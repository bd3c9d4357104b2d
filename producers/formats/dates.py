"""The ways in which counties write dates, to aware moments in UTC."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

from producers.formats.rows import Cell, refused
from producers.profiles import Profile
from schemas.terms import RejectReason

FIRST_YEAR = 1949
EXCEL_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - serial numbers have no zone
SERIAL = re.compile(r"[0-9]{1,7}(\.[0-9]+)?")
MICROSECONDS_A_DAY = 86_400_000_000
GROUPS = {
    "Y": r"(?P<Y>[0-9]{4})",
    "m": r"(?P<m>[0-9]{1,2})",
    "d": r"(?P<d>[0-9]{1,2})",
    "H": r"(?P<H>[0-9]{1,2})",
    "M": r"(?P<M>[0-9]{1,2})",
    "S": r"(?P<S>[0-9]{1,2})(?:\.[0-9]+)?",
}

Reader = Callable[[str], datetime | None]


def moment(cell: Cell, profile: Profile, latest: datetime, field: str) -> datetime:
    """The moment in UTC; refused where it cannot be read, or lies before 1949 or after `latest`."""
    read = cell if isinstance(cell, datetime) else _read(cell, profile.dates.formats, field)
    try:
        found = _in_utc(read, profile.zone)
    except OverflowError:
        raise refused(RejectReason.DATE_OUT_OF_RANGE, field) from None
    if read.year < FIRST_YEAR or found > latest:
        raise refused(RejectReason.DATE_OUT_OF_RANGE, field)
    return found


def _in_utc(read: datetime, zone: tzinfo) -> datetime:
    if read.tzinfo is not None:
        return read.astimezone(UTC)
    offset = _offset_all_day(zone, read.year, read.month, read.day)
    if offset is None:
        return read.replace(tzinfo=zone).astimezone(UTC)
    return (read - offset).replace(tzinfo=UTC)


@lru_cache(maxsize=16_384)
def _offset_all_day(zone: tzinfo, year: int, month: int, day: int) -> timedelta | None:
    """The zone's distance from UTC, or None where it changes on that day. Kept, because asking the zone is slow."""
    start = datetime(year, month, day, tzinfo=zone)
    found = {(start + timedelta(hours=hour)).utcoffset() for hour in range(25)}
    return found.pop() if len(found) == 1 else None


def _read(text: str, formats: Sequence[str], field: str) -> datetime:
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    for form in formats:
        try:
            found = reader(form)(text)
        except (ValueError, OverflowError):
            raise refused(RejectReason.BAD_DATE, field) from None
        if found is not None:
            return found
    raise refused(RejectReason.BAD_DATE, field)


@lru_cache(maxsize=256)
def reader(form: str) -> Reader:
    """The reader of one form: None where the text has another form, ValueError where it is no day of the calendar."""
    if form == "iso":
        return _iso
    if form == "excel":
        return _excel
    return _by_pattern(form)


def _by_pattern(form: str) -> Reader:
    parts = re.split(r"%([YmdHMS])", form)
    directives, fixed = tuple(parts[1::2]), parts[::2]
    pattern = _fixed(fixed[0])
    for place, directive in enumerate(directives):
        is_packed = directive != "Y" and (not fixed[place] or (place + 1 < len(directives) and not fixed[place + 1]))
        group = GROUPS[directive]
        pattern += (group.replace("{1,2}", "{2}") if is_packed else group) + _fixed(fixed[place + 1])
    match = re.compile(pattern).fullmatch

    def read(text: str) -> datetime | None:
        found = match(text)
        if found is None:
            return None
        part = found.groupdict()
        hour, minute, second = part.get("H") or 0, part.get("M") or 0, part.get("S") or 0
        return _datetime(int(part["Y"]), int(part["m"]), int(part["d"]), int(hour), int(minute), int(second))

    if directives == tuple("YmdHMS")[: len(directives)]:
        return lambda text: _datetime(*map(int, found.groups())) if (found := match(text)) else None
    return read


def _datetime(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - the county's zone is added later


def _fixed(text: str) -> str:
    """The text between two directives; blanks stand for any number of blanks."""
    return r"\s+".join(re.escape(word) for word in re.split(r"\s+", text))


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _excel(text: str) -> datetime | None:
    """A serial number of Excel: days since 1899-12-30, the time of day behind the point, to the second."""
    if not SERIAL.fullmatch(text):
        return None
    moment = EXCEL_DAY_ZERO + timedelta(microseconds=round(float(text) * MICROSECONDS_A_DAY))
    return (moment + timedelta(milliseconds=500)).replace(microsecond=0)
