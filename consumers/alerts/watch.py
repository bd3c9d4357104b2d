"""What the alerts remember: open cases with running periods, the last report of each county, today's dead letters."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime

from consumers.alerts import rules
from schemas.events import Alert, Case, CountyReport, DeadLetter
from schemas.office_time import office_day
from schemas.terms import Stage


class Watch:
    """Takes what happens and says which alerts are new. Bounded by open cases, counties and sources."""

    def __init__(self, expected_days: Mapping[str, int], limits: rules.Limits | None = None) -> None:
        """`expected_days`: county → days that it may be silent; others are watched once they have reported."""
        self._expected_days = dict(expected_days)
        self._limits = limits or rules.Limits()
        self._cases: dict[str, rules.Watched] = {}
        self._changed: set[str] = set()
        self._last_report: dict[str, date] = {}
        self._first_report: date | None = None
        self._letters: Counter[tuple[str, date]] = Counter()
        self._raised: set[str] = set()
        self._judged_on: date | None = None

    def case_seen(self, case: Case) -> None:
        """Keep what the newest version of a case still owes; a case that moved stands in two partitions."""
        known = self._cases.get(case.case_id)
        if known is not None and known.version > case.version:
            return
        kept = rules.watched(case)
        if kept is None:
            self._cases.pop(case.case_id, None)
            self._changed.discard(case.case_id)
        else:
            self._cases[case.case_id] = kept
            self._changed.add(case.case_id)

    def report_seen(self, report: CountyReport) -> None:
        """A county has spoken, be it to say that there was nothing."""
        known = self._last_report.get(report.county, report.period_on)
        self._last_report[report.county] = max(known, report.period_on)
        self._first_report = min(self._first_report or report.period_on, report.period_on)

    def letter_seen(self, letter: DeadLetter) -> None:
        """Count a refused record for its source and day."""
        subject = "index" if letter.stage is Stage.INDEX else letter.source
        self._letters[subject, office_day(letter.at)] += 1

    def remember(self, alert_id: str) -> None:
        """This alert was raised already."""
        self._raised.add(alert_id)

    @property
    def size(self) -> int:
        """How many open cases are watched."""
        return len(self._cases)

    def new_alerts(self, now: datetime) -> list[Alert]:
        """All alerts that are due now and were never raised; the caller remembers those that it has published."""
        today = office_day(now)
        found = [*self._handled(today, now), *self._silent(today, now), *self._rising(today, now)]
        return [alert for alert in found if alert.alert_id not in self._raised]

    def _handled(self, today: date, now: datetime) -> Iterator[Alert]:
        """Look at every case once a day, and at those that changed."""
        asked = list(self._cases) if today != self._judged_on else list(self._changed)
        self._judged_on = today
        self._changed.clear()
        for case_id in asked:
            case = self._cases[case_id]
            yield from rules.overdue(case, today=today, now=now)
            yield from rules.near_due(case, remind_days=self._limits.remind_days, today=today, now=now)
            yield from rules.refused(case, now=now)

    def _silent(self, today: date, now: datetime) -> Iterator[Alert]:
        if self._first_report is None:
            return
        for county in sorted({*self._expected_days, *self._last_report}):
            last = self._last_report.get(county)
            alert = rules.county_silent(
                county,
                last_report_on=last or self._first_report,
                is_never_seen=last is None,
                days=self._expected_days.get(county, self._limits.silent_after_days),
                today=today,
                now=now,
            )
            if alert:
                yield alert

    def _rising(self, today: date, now: datetime) -> Iterator[Alert]:
        for subject, day in [key for key in self._letters if key[1] < today]:
            del self._letters[subject, day]
        for (subject, day), count in sorted(self._letters.items()):
            limit = self._limits.dead_letters_a_day
            alert = rules.dead_letters_rising(subject, day=day, count=count, limit=limit, now=now)
            if alert:
                yield alert


Clock = Callable[[], datetime]
