"""What a supervisor should know: a due date passed, a county silent, dead letters rising. Pure; never about a person.

An alert's id is made from its rule, its subject and the occasion, so that one occasion raises one alert however often
the rule is asked.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from schemas.events import Alert, Case, Clock
from schemas.keys import digest
from schemas.terms import AlertRule, ClockKind

REFUSED_AGAIN, FORCED_AT = 2, 3
"""The refusals from which on a supervisor is told, and from which on the common superior rules."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What the alerts keep of an open case: who owes an answer, and by when."""

    case_id: str
    unit: str
    unit_name: str
    division: str
    running: tuple[tuple[ClockKind, date, str], ...]
    """Kind, due day and article of each period that is not met, earliest first."""
    version: int = 0
    refusals: tuple[str, ...] = ()
    """Who said "not ours", in order."""


@dataclass(frozen=True, slots=True)
class Limits:
    """From when on the feeds deserve an alert."""

    silent_after_days: int = 7
    """Days without any report, for counties that nothing else is known of."""
    dead_letters_a_day: int = 20
    remind_days: int = 3
    """So many days before a period ends its unit is reminded."""


def watched(case: Case) -> Watched | None:
    """What has to be remembered of a case; nothing of closed ones, takeovers, and where nothing is due or refused."""
    if case.takeover or not case.is_open:
        return None
    clocks: list[Clock] = [*case.clocks]
    for petition in case.petitions:
        clocks += petition.clocks
    running = {(clock.kind, clock.due_on, clock.article) for clock in clocks if clock.is_running}
    if not running and len(case.refusals) < REFUSED_AGAIN:
        return None
    unit = case.jurisdiction
    return Watched(
        case.case_id,
        unit.accountable_unit,
        unit.unit_name,
        unit.unit_division,
        tuple(sorted(running, key=lambda clock: (clock[1], clock[0]))),
        case.version,
        tuple(refusal.unit for refusal in case.refusals),
    )


def near_due(case: Watched, *, remind_days: int, today: date, now: datetime) -> Iterator[Alert]:
    """A reminder to the unit some days before a period ends, once for each kind of period and due day."""
    for kind, due_on, article in case.running:
        days = (due_on - today).days
        if days > remind_days:
            return
        if days >= 0:
            yield _about(
                case,
                AlertRule.NEAR_DUE,
                (kind.value, due_on.isoformat()),
                due_on=due_on,
                now=now,
                message=f"{case.unit_name}：事项 {case.case_id} 的“{kind.label}”期限（第{article}条）"
                f"将于 {due_on} 届满，还有 {days} 天。",
                message_en=f"{case.unit}: case {case.case_id}, period {kind.value} (article {article}) "
                f"ends on {due_on}, in {days} days.",
            )


def refused(case: Watched, *, now: datetime) -> Iterator[Alert]:
    """The second "not ours" is passing the buck (article 40); at the third the common superior must rule (24)."""
    for number, unit in enumerate(case.refusals[REFUSED_AGAIN - 1 :], REFUSED_AGAIN):
        is_forced = number >= FORCED_AT
        rule = AlertRule.RULING_FORCED if is_forced else AlertRule.REFUSED_AGAIN
        told = f"由共同上级 {case.unit_name} 裁定（第24条）" if is_forced else "请督办（第40条）"
        told_en = f"their common superior {case.unit} has to rule" if is_forced else "to be supervised"
        yield _about(
            case,
            rule,
            (str(number),),
            now=now,
            message=f"事项 {case.case_id}：{unit} 第 {number} 次提出异议，{told}。",
            message_en=f"case {case.case_id}: refusal number {number}, by {unit}; {told_en}.",
        )


def overdue(case: Watched, *, today: date, now: datetime) -> Iterator[Alert]:
    """One alert for each kind of period and due day that passed unmet; the last day itself is in time."""
    for kind, due_on, article in case.running:
        if due_on >= today:
            return
        days = (today - due_on).days
        yield _about(
            case,
            AlertRule.OVERDUE,
            (kind.value, due_on.isoformat()),
            due_on=due_on,
            now=now,
            message=f"{case.unit_name}：事项 {case.case_id} 的“{kind.label}”期限（第{article}条）"
            f"已于 {due_on} 届满，超期 {days} 天。",
            message_en=f"{case.unit}: case {case.case_id}, period {kind.value} (article {article}) "
            f"ended on {due_on}, {days} days ago.",
        )


def county_silent(
    county: str, *, last_report_on: date, is_never_seen: bool, days: int, today: date, now: datetime
) -> Alert | None:
    """A county that has reported neither data nor zero for longer than its profile allows; once each silence."""
    silent = (today - last_report_on).days
    if silent <= days:
        return None
    since = "从未报送" if is_never_seen else f"自 {last_report_on} 后"
    return Alert(
        alert_id=_alert_id(AlertRule.COUNTY_SILENT, county, "" if is_never_seen else last_report_on.isoformat()),
        rule=AlertRule.COUNTY_SILENT,
        subject=county,
        raised_at=now,
        division=county,
        due_on=None,
        message=f"{county}：{since}，已 {silent} 天无报送（含零报告），规定不超过 {days} 天。",
        message_en=f"{county}: no report, not even a zero report, for {silent} days; {days} are allowed.",
    )


def dead_letters_rising(source: str, *, day: date, count: int, limit: int, now: datetime) -> Alert | None:
    """More refused records of one source in one day than the limit; once for each source and day."""
    if count <= limit:
        return None
    return Alert(
        alert_id=_alert_id(AlertRule.DEAD_LETTERS_RISING, source, day.isoformat()),
        rule=AlertRule.DEAD_LETTERS_RISING,
        subject=source,
        raised_at=now,
        division=source,
        message=f"{source}：{day} 被退回的记录已超过 {limit} 条，请核对来源系统。",
        message_en=f"{source}: more than {limit} records refused on {day}; check the source system.",
    )


def _about(case: Watched, rule: AlertRule, occasion: tuple[str, ...], **fields: Any) -> Alert:
    return Alert(
        alert_id=_alert_id(rule, case.case_id, *occasion),
        rule=rule,
        subject=case.case_id,
        raised_at=fields.pop("now"),
        unit=case.unit,
        unit_name=case.unit_name,
        division=case.division,
        **fields,
    )


def _alert_id(rule: AlertRule, subject: str, *occasion: str) -> str:
    return "A" + digest("alert", rule.value, subject, *occasion)
