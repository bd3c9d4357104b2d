"""What the alerts remember of each case and of each alert, under keys. Pure.

There are as many of these as the province ever had, so they lie where `Keys` puts them (`disk.py`), not in memory.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import msgspec

from consumers.alerts.keys import Keys
from consumers.alerts.rules import Watched
from consumers.alerts.tally import Counted

_CASE, _DUE, _ALERT = b"c", b"d", b"a"
_DAY_BYTES = 4


@dataclass(frozen=True, slots=True)
class CaseKept:
    """What is kept of a case, also of one that is over: an older version may still come by another partition."""

    version: int
    watched: Watched | None = None
    """What it owes; None where nothing can be told."""
    counted: Counted | None = None
    """What it has added to the counts by week."""


@dataclass(frozen=True, slots=True)
class AlertKept:
    """What is kept of an alert. What somebody said may be read before the alert itself."""

    raised_at: datetime | None = None
    is_acknowledged: bool = False
    put_off_until: date | None = None


_pack = msgspec.msgpack.Encoder().encode
_case = msgspec.msgpack.Decoder(CaseKept)
_alert = msgspec.msgpack.Decoder(AlertKept)
NOTHING_KEPT = AlertKept()


class CasesKept:
    """Cases by id, and which of them may have something to tell from which day on."""

    def __init__(self, keys: Keys) -> None:
        """Nothing is kept but what the keys hold."""
        self._keys = keys

    def case(self, case_id: str) -> CaseKept | None:
        """What is kept of a case; None where it was never seen."""
        value = self._keys.get(_CASE + case_id.encode())
        return _case.decode(value) if value is not None else None

    def keep(
        self,
        case_id: str,
        kept: CaseKept,
        *,
        from_day: date | None,
        before: date | None,
        counts: Mapping[bytes, bytes | None],
    ) -> None:
        """Keep a case with the counts that it has changed.

        It is `due` from one day on, no longer from the one before; None means never.
        """
        entries = {_CASE + case_id.encode(): _pack(kept), **counts}
        if before is not None and from_day != before:
            entries[_due_key(before, case_id)] = None
        if from_day is not None and from_day != before:
            entries[_due_key(from_day, case_id)] = b""
        self._keys.write(entries)

    def due(self, today: date, most: int) -> Iterator[list[str]]:
        """Cases that may have something to tell today, so many at once; those that come meanwhile may be left out."""
        first, end = _DUE, _due_key(date.fromordinal(today.toordinal() + 1), "")
        while keys := self._keys.within(first, end, most):
            yield [key[len(_DUE) + _DAY_BYTES :].decode() for key in keys]
            first = keys[-1] + b"\x00"


class AlertsKept:
    """Alerts by id: when each was raised, and what was said to it."""

    def __init__(self, keys: Keys) -> None:
        """Nothing is kept but what the keys hold."""
        self._keys = keys

    def alert(self, alert_id: str) -> AlertKept:
        """What is kept of an alert; empty where it was never raised."""
        value = self._keys.get(_ALERT + alert_id.encode())
        return _alert.decode(value) if value is not None else NOTHING_KEPT

    def keep(self, alert_id: str, kept: AlertKept) -> None:
        """Instead of what was kept before."""
        self._keys.write({_ALERT + alert_id.encode(): _pack(kept)})


def _due_key(day: date, case_id: str) -> bytes:
    return _DUE + day.toordinal().to_bytes(_DAY_BYTES, "big") + case_id.encode()
