"""What the alerts know: cases and alerts under keys; letters by week, reports, dead letters of today, what waits."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime

from consumers.alerts import feeds, rules
from consumers.alerts.escalation import Escalation
from consumers.alerts.grown_cases import growth_alerts
from consumers.alerts.keys import Keys
from consumers.alerts.remembered import CaseKept, CasesKept
from consumers.alerts.table import RuleTable, load_rules
from consumers.alerts.tally import Tally
from schemas.alert_events import AlertAction
from schemas.events import Alert, Case, CountyReport, DeadLetter
from schemas.office_time import office_day
from schemas.terms import Stage

CASES_AT_ONCE = 2_000
"""Of those that are looked at once a day: between them new messages are read and alerts are published."""


class Watch:
    """Takes what happens and says which alerts are new.

    What grows with the cases and the alerts lies under the keys; in memory are counties, categories, weeks, sources.
    """

    def __init__(
        self, expected_days: Mapping[str, int], keys: Keys, table: RuleTable | None = None, today: date = date.min
    ) -> None:
        """`expected_days`: county → days that it may be silent; others are watched once they have reported.

        It knows the cases and alerts under the keys. What is too old to be compared with `today` is not kept.
        """
        self._expected_days = dict(expected_days)
        self._table = table or load_rules()
        self._cases = CasesKept(keys)
        self._changed: set[str] = set()
        self._tally = Tally(self._table.sudden_rise.weeks, self._table.sudden_rise.least_weeks, keys, today)
        self._last_report: dict[str, date] = {}
        self._first_report: date | None = None
        self._reports: list[CountyReport] = []
        self._letters: dict[tuple[str, date], set[str]] = {}
        self._waiting: dict[str, tuple[datetime, int]] = {}
        self._escalation = Escalation(self._table, keys)
        self._today = today
        self._judged_on: date | None = None
        self._to_judge: Iterator[list[str]] = iter(())
        self.is_behind = False
        """Whether some of the cases that are looked at once a day still have to be: ask for new alerts again."""

    def case_seen(self, case: Case) -> None:
        """Keep what the newest version of a case still owes; a case that moved stands in two partitions."""
        known = self._cases.case(case.case_id)
        if known is not None and known.version > case.version:
            return
        counted = self._tally.put(case, known.counted if known is not None else None)
        watched = rules.watched(case)
        self._cases.keep(
            case.case_id,
            CaseKept(case.version, watched, counted),
            from_day=self._from_day(watched),
            before=self._from_day(known.watched) if known is not None else None,
            counts=self._tally.unsaved(),
        )
        # before the first look each is still to be looked at, and may be one of very many
        if watched is not None and self._judged_on is not None:
            self._changed.add(case.case_id)

    def report_seen(self, report: CountyReport) -> None:
        """A county has spoken, be it to say that there was nothing; of a day to come it has not spoken yet."""
        on = min(report.period_on, office_day(report.reported_at))
        self._last_report[report.county] = max(self._last_report.get(report.county, on), on)
        self._first_report = min(self._first_report or on, on)
        if not self._is_old(report):
            self._reports.append(report)

    def letter_seen(self, letter: DeadLetter) -> None:
        """Count a refused record for its source and day; the same letter again is the same record."""
        subject, day = "index" if letter.stage is Stage.INDEX else letter.source, office_day(letter.at)
        if day >= self._today:
            known = self._letters.setdefault((subject, day), set())
            if len(known) <= self._table.dead_letters_rising.a_day:  # how many more there are is not told
                known.add(letter.letter_id)

    def lag_seen(self, process: str, messages: int, now: datetime) -> None:
        """So many messages wait for a process."""
        if messages < self._table.lag.messages:
            self._waiting.pop(process, None)
        else:
            since, _ = self._waiting.get(process, (now, 0))
            self._waiting[process] = since, messages

    def action_seen(self, action: AlertAction) -> None:
        """Somebody has acknowledged an alert, or put it off."""
        self._escalation.action_seen(action)

    def remember(self, alert: Alert) -> None:
        """This alert was raised already."""
        self._escalation.remember(alert)

    def new_alerts(self, now: datetime) -> list[Alert]:
        """Alerts that are due now and were never raised; the caller remembers those that it has published.

        All of them, but for the cases that are looked at once a day: of those the next ones (`is_behind`).
        """
        self._today = today = office_day(now)
        found = [
            alert
            for alert in (
                *self._handled(today, now),
                *self._risen(today, now),
                *self._silent(today, now),
                *self._late(now),
                *self._rising(today, now),
                *self._lagging(now),
            )
            if self._table.row(alert.rule).is_on
        ]
        return list(self._escalation.new(found, now))

    def _handled(self, today: date, now: datetime) -> Iterator[Alert]:
        """Once a day each case that may have something to tell, and those that changed at once."""
        if today != self._judged_on:
            self._judged_on = today
            self._to_judge = self._cases.due(today, CASES_AT_ONCE)
        slice_ = next(self._to_judge, [])
        self.is_behind = len(slice_) == CASES_AT_ONCE
        asked, self._changed = self._changed.union(slice_), set()
        for case_id in sorted(asked):
            kept = self._cases.case(case_id)
            if kept is not None and kept.watched is not None:
                yield from self._told(kept.watched, today, now)

    def _told(self, case: rules.Watched, today: date, now: datetime) -> Iterator[Alert]:
        yield from rules.overdue(case, today=today, now=now)
        yield from rules.near_due(case, remind_days=self._table.near_due.days, today=today, now=now)
        yield from rules.refused(case, now=now)
        yield from growth_alerts(case, self._table, today=today, now=now)

    def _from_day(self, case: rules.Watched | None) -> date | None:
        return rules.may_tell_from(case, self._table.near_due.days) if case is not None else None

    def _is_old(self, report: CountyReport) -> bool:
        """Reports of long ago are no news."""
        return (self._today - office_day(report.reported_at)).days > self._table.recent_days

    def _risen(self, today: date, now: datetime) -> Iterator[Alert]:
        for risen in self._tally.risen(today):
            name = self._tally.name(risen.key[1])
            alert = feeds.sudden_rise(risen, name, self._table.sudden_rise, now=now)
            if alert:
                yield alert

    def _silent(self, today: date, now: datetime) -> Iterator[Alert]:
        if self._first_report is None:
            return
        for county in sorted({*self._expected_days, *self._last_report}):
            last = self._last_report.get(county)
            alert = feeds.county_silent(
                county,
                last_report_on=last or self._first_report,
                is_never_seen=last is None,
                days=self._expected_days.get(county, self._table.county_silent.days),
                today=today,
                now=now,
            )
            if alert:
                yield alert

    def _late(self, now: datetime) -> Iterator[Alert]:
        """Each report is looked at once."""
        reports, self._reports = self._reports, []
        for report in reports:
            if self._is_old(report):
                continue
            days = self._expected_days.get(report.county, self._table.county_late.days)
            alert = feeds.county_late(report, days=days, now=now)
            if alert:
                yield alert

    def _rising(self, today: date, now: datetime) -> Iterator[Alert]:
        for subject, day in [key for key in self._letters if key[1] < today]:
            del self._letters[subject, day]
        for (subject, day), letters in sorted(self._letters.items()):
            limit = self._table.dead_letters_rising.a_day
            alert = feeds.dead_letters_rising(subject, day=day, count=len(letters), limit=limit, now=now)
            if alert:
                yield alert

    def _lagging(self, now: datetime) -> Iterator[Alert]:
        for process, (since, messages) in sorted(self._waiting.items()):
            minutes = self._table.lag.minutes
            alert = feeds.lagging(process, messages=messages, since=since, minutes=minutes, now=now)
            if alert:
                yield alert


Clock = Callable[[], datetime]
