"""A report compiled from the index, the alerts and what counties reported, each within one scope, and printed."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, assert_never

from consumers.search.days import today
from consumers.search.reader import IndexReader
from consumers.statistics.numbers import grouped, statistics, statistics_body
from consumers.statistics.periods import Period
from consumers.statistics.reports import SECTIONS, Contents, Report, report_of
from consumers.statistics.silence import Reporting, left_out, silences
from consumers.statistics.workbook import workbook
from schemas.events import Alert
from schemas.terms import AlertRule

Form = Literal["xlsx", "pdf"]
Numbers = dict[str, Any]
"""`total`, and the figures of each group of each section."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What a report rests on beside the cases; all of one scope."""

    scope: str
    """The division or unit whose cases are counted, by name."""
    reporting: Reporting
    """Of the counties that lie in it or around it."""
    alerts: Sequence[Mapping[str, Any]]
    """`label` and `count` by rule."""
    alerts_since: date | None
    """From which day on alerts are known, where that is not the whole period."""
    names: Mapping[str, str]
    """Code of a unit, a division or a category → its name."""


def counted(reader: IndexReader, period: Period) -> Numbers:
    """The statistics of a period's cases, in all and split up in each way, as of one moment."""
    point = reader.open_point()

    def answer(by: str) -> dict[str, Any]:
        return reader.search(statistics_body(period.query, by, today(), with_total=not by), point=point)

    try:
        return statistics(answer(""), "") | {by: grouped(answer(by), by) for by in SECTIONS}
    finally:
        reader.close_point(point)


def compiled(period: Period, numbers: Numbers, sources: Sources) -> Report:
    """The report of a period by article 41, as of today."""
    made_on = today()
    last = min(period.last, made_on)
    silent = list(silences(sources.reporting, period.first, last, made_on))
    known = {one.county for one in silent}
    return report_of(
        Contents(
            period=period,
            made_on=made_on,
            scope=sources.scope,
            total=numbers["total"],
            groups=numbers,
            alerts=sources.alerts,
            alerts_since=sources.alerts_since,
            counties=len(sources.reporting.counties),
            silent=silent,
            missing=list(left_out(sources.reporting, period.first, last, made_on, known)),
            names=sources.names,
        )
    )


def by_rule(alerts: Iterable[Alert]) -> list[dict[str, Any]]:
    """How many alerts each rule raised, in the order of the rules."""
    counts = Counter(alert.rule for alert in alerts)
    return [{"rule": rule.value, "label": rule.label, "count": counts[rule]} for rule in AlertRule if rule in counts]


def printed(report: Report, form: Form) -> bytes:
    """The report as a file."""
    match form:
        case "xlsx":
            return workbook(report)
        case "pdf":
            from consumers.statistics.paper import paper  # a quarter of a second to import, for a few reports a week

            return paper(report)
        case _:
            assert_never(form)
