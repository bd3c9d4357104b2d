"""What the alerts remember: open cases, letters by week, reports, dead letters of today, what waits."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta

from consumers.alerts import feeds, rules
from consumers.alerts.escalation import Escalation
from consumers.alerts.grown_cases import growth_alerts
from consumers.alerts.table import RuleTable, load_rules
from consumers.alerts.tally import Tally
from schemas.alert_events import AlertAction
from schemas.events import Alert, Case, CountyReport, DeadLetter
from schemas.office_time import office_day
from schemas.terms import Stage


class Watch:
    """Takes what happens and says which alerts are new. Bounded by open cases, recent letters and sources."""

    def __init__(self, expected_days: Mapping[str, int], table: RuleTable | None = None) -> None:
        """`expected_days`: county → days that it may be silent; others are watched once they have reported."""
        self._expected_days = dict(expected_days)
        self._table = table or load_rules()
        self._cases: dict[str, rules.Watched] = {}
        self._changed: set[str] = set()
        self._tally = Tally(self._table.sudden_rise.weeks, self._table.sudden_rise.least_weeks)
        self._last_report: dict[str, date] = {}
        self._first_report: date | None = None
        self._reports: list[CountyReport] = []
        self._letters: Counter[tuple[str, date]] = Counter()
        self._waiting: dict[str, tuple[datetime, int]] = {}
        self._escalation = Escalation(self._table)
        self._judged_on: date | None = None

    def case_seen(self, case: Case) -> None:
        """Keep what the newest version of a case still owes; a case that moved stands in two partitions."""
        known = self._cases.get(case.case_id)
        if known is not None and known.version > case.version:
            return
        self._tally.put(case)
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
        self._reports.append(report)

    def letter_seen(self, letter: DeadLetter) -> None:
        """Count a refused record for its source and day."""
        subject = "index" if letter.stage is Stage.INDEX else letter.source
        self._letters[subject, office_day(letter.at)] += 1

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

    @property
    def size(self) -> int:
        """How many open cases are watched."""
        return len(self._cases)

    def new_alerts(self, now: datetime) -> list[Alert]:
        """All alerts that are due now and were never raised; the caller remembers those that it has published."""
        today = office_day(now)
        found = [
            alert
            for alert in (
                *self._handled(today, now),
                *self._risen(today, now),
                *self._silent(today, now),
                *self._late(today, now),
                *self._rising(today, now),
                *self._lagging(now),
            )
            if self._table.row(alert.rule).is_on
        ]
        return list(self._escalation.new(found, now))

    def _handled(self, today: date, now: datetime) -> Iterator[Alert]:
        """Look at every case once a day, and at those that changed."""
        asked = list(self._cases) if today != self._judged_on else list(self._changed)
        self._judged_on = today
        self._changed.clear()
        for case_id in asked:
            case = self._cases[case_id]
            yield from rules.overdue(case, today=today, now=now)
            yield from rules.near_due(case, remind_days=self._table.near_due.days, today=today, now=now)
            yield from rules.refused(case, now=now)
            yield from growth_alerts(case, self._table, today=today, now=now)

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

    def _late(self, today: date, now: datetime) -> Iterator[Alert]:
        """Each report is looked at once; those of long ago are no news."""
        reports, self._reports = self._reports, []
        for report in reports:
            if office_day(report.reported_at) < today - timedelta(days=self._table.recent_days):
                continue
            days = self._expected_days.get(report.county, self._table.county_late.days)
            alert = feeds.county_late(report, days=days, now=now)
            if alert:
                yield alert

    def _rising(self, today: date, now: datetime) -> Iterator[Alert]:
        for subject, day in [key for key in self._letters if key[1] < today]:
            del self._letters[subject, day]
        for (subject, day), count in sorted(self._letters.items()):
            limit = self._table.dead_letters_rising.a_day
            alert = feeds.dead_letters_rising(subject, day=day, count=count, limit=limit, now=now)
            if alert:
                yield alert

    def _lagging(self, now: datetime) -> Iterator[Alert]:
        for process, (since, messages) in sorted(self._waiting.items()):
            minutes = self._table.lag.minutes
            alert = feeds.lagging(process, messages=messages, since=since, minutes=minutes, now=now)
            if alert:
                yield alert


Clock = Callable[[], datetime]
