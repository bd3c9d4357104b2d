"""What a supervisor should know about an open case: what is due, what passed unmet, who refused. Pure.

An alert's id is made from its rule, its subject and the occasion, so that one occasion raises one alert however often
the rule is asked.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from consumers.alerts.growth import NOTHING_GROWN, Growth, grown
from consumers.search.informing import owing
from schemas.divisions import place_path
from schemas.events import Alert, Case
from schemas.keys import digest
from schemas.life import RIGHTS
from schemas.terms import AlertRule, ClockKind, DecisionKind, Ground, StepKind

REFUSED_AGAIN, FORCED_AT = 2, 3
"""The refusals from which on a supervisor is told, and from which on the common superior rules."""


class Owed(NamedTuple):
    """One period that is not met."""

    kind: ClockKind
    due_on: date
    article: str
    asked: str = ""
    """The unit that was asked and for which it runs; empty where it runs for the accountable unit."""

    @property
    def is_right(self) -> bool:
        """Whether a unit may act until then and need not: it is reminded, and nothing is overdue."""
        return self.kind in RIGHTS


class Refused(NamedTuple):
    """One "not ours", and what people have done about it."""

    unit: str
    was_ruled: bool = False
    """Whether somebody had ruled before whose business it is."""
    is_over: bool = False
    """Whether the case has been moved on since, by a ruling or because a unit accepted it."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What the alerts keep of an open case: who owes an answer, and by when."""

    case_id: str
    unit: str
    unit_name: str
    division: str
    running: tuple[Owed, ...]
    """Each period that is not met, earliest first."""
    version: int = 0
    refusals: tuple[Refused, ...] = ()
    """Who said "not ours", in order."""
    is_at_superior: bool = False
    """Whether the common superior of those concerned is accountable, until it has ruled (article 24)."""
    growth: Growth = NOTHING_GROWN
    place: str = ""
    """Code of the place that the matter is about."""
    accused_units: tuple[str, ...] = ()
    asked_unit: str = ""
    place_path: tuple[str, ...] = ()
    """The divisions that contain the place, as its case says."""
    unit_path: tuple[str, ...] = ()
    """The same of the unit."""

    @property
    def territories(self) -> tuple[str, ...]:
        """The divisions of matter and unit, whose supervisors may see what is told of the case."""
        place = self.place_path or place_path(self.place)
        return tuple(sorted({*place, *(self.unit_path or place_path(self.division))}))


def watched(case: Case) -> Watched | None:
    """What has to be remembered of a case; nothing of closed ones, takeovers, and where nothing can be told."""
    if case.takeover or not case.is_open:
        return None
    running = _running(case)
    growth = grown(case)
    if not running and len(case.refusals) < REFUSED_AGAIN and growth is NOTHING_GROWN:
        return None
    unit = case.jurisdiction
    return Watched(
        case.case_id,
        unit.accountable_unit,
        unit.unit_name,
        unit.unit_division,
        running,
        case.version,
        tuple(_refusals(case)),
        unit.ground is Ground.COMMON_SUPERIOR,
        growth,
        case.place.code,
        tuple(sorted(unit.accused_units)),
        case.asked_unit,
        case.place_path,
        case.unit_path,
    )


def _running(case: Case) -> tuple[Owed, ...]:
    """What is not met of a case and its petitions, one of a kind and day.

    What a transfer started runs for the unit that received it (article 23), though the sender stays accountable.
    """
    found: dict[tuple[date, ClockKind], Owed] = {}
    for clock, asked in owing(case):
        if clock.is_running or clock.is_open_right:
            found[clock.due_on, clock.kind] = Owed(clock.kind, clock.due_on, clock.article, asked)
    for clock in (clock for petition in case.petitions for clock in petition.clocks if clock.is_running):
        found[clock.due_on, clock.kind] = Owed(clock.kind, clock.due_on, clock.article)
    return tuple(found[key] for key in sorted(found))


def _refusals(case: Case) -> Iterator[Refused]:
    odd = {one.step_id for one in case.irregularities}
    steps = (step for petition in case.petitions for step in petition.steps if step.kind is StepKind.REASSIGNED)
    ruled = {
        *(n.at for n in case.notes if n.kind is DecisionKind.REASSIGN and n.decision_id not in odd),
        *(step.at for step in steps if step.step_id not in odd),
    }
    moved = ruled.union(tenure.since for tenure in case.tenures)
    for refusal in case.refusals:
        was_ruled = any(at <= refusal.at for at in ruled)
        yield Refused(refusal.unit, was_ruled, any(at > refusal.at for at in moved))


def may_tell_from(case: Watched, remind_days: int) -> date:
    """The first day on which a rule may have something to tell about this case, when nothing happens to it.

    A refusal and what a case has grown to are told at once, so such a case is looked at every day.
    """
    if len(case.refusals) >= REFUSED_AGAIN or case.growth != NOTHING_GROWN:
        return date.min
    return case.running[0].due_on - timedelta(days=remind_days)


def near_due(case: Watched, *, remind_days: int, today: date, now: datetime) -> Iterator[Alert]:
    """A reminder to the unit some days before a period ends, once for each kind of period and due day."""
    for owed in case.running:
        days = (owed.due_on - today).days
        if days > remind_days:
            return
        if days >= 0:
            ends = f"期限（第{owed.article}条）将于 {owed.due_on} 届满，还有 {days} 天"
            may, may_en = ("；不属于其职权范围的，可以在此之前提出", ", a right") if owed.is_right else ("", "")
            who, who_en = _who(case, owed)
            yield about(
                case,
                AlertRule.NEAR_DUE,
                (owed.kind.value, owed.due_on.isoformat()),
                due_on=owed.due_on,
                now=now,
                owed_by=owed.asked,
                message=f"{who}：事项 {case.case_id} 的“{owed.kind.label}”{ends}{may}。",
                message_en=f"{who_en}: case {case.case_id}, period {owed.kind.value}{may_en} "
                f"(article {owed.article}) ends on {owed.due_on}, in {days} days.",
            )


def refused(case: Watched, *, now: datetime) -> Iterator[Alert]:
    """The second "not ours" is passing the buck (article 40); at the third the common superior must rule (24)."""
    for number, one in enumerate(case.refusals[REFUSED_AGAIN - 1 :], REFUSED_AGAIN):
        is_forced = number >= FORCED_AT
        rule = AlertRule.RULING_FORCED if is_forced else AlertRule.REFUSED_AGAIN
        told, told_en = _what_follows(case, one) if is_forced else ("请督办（第40条）", "to be supervised")
        yield about(
            case,
            rule,
            (str(number),),
            now=now,
            message=f"事项 {case.case_id}：{one.unit} 第 {number} 次提出异议，{told}。",
            message_en=f"case {case.case_id}: refusal number {number}, by {one.unit}; {told_en}.",
        )


def _what_follows(case: Watched, one: Refused) -> tuple[str, str]:
    """Who decides after a third refusal, in both languages (article 24).

    The common superior, where there is one; else the joint conference. A ruling stands against later refusals, so who
    refuses all the same is to be supervised (article 40).
    """
    if case.is_at_superior:
        return f"由共同上级 {case.unit_name} 裁定（第24条）", f"their common superior {case.unit} has to rule"
    if one.was_ruled:
        return "裁定后仍提出异议，请督办（第40条）", "a ruling stands against it; to be supervised"
    if one.is_over:
        return f"现责任单位为 {case.unit_name}，请督办（第40条）", f"{case.unit} is accountable now; to be supervised"
    return "无共同上级，提请联席会议协调（第24条）", "they have no common superior; a matter for the joint conference"


def overdue(case: Watched, *, today: date, now: datetime) -> Iterator[Alert]:
    """One alert for each kind of period and due day that passed unmet; the last day itself is in time.

    None for a right that was not used: to object may be left undone (articles 23, 24).
    """
    for owed in case.running:
        if owed.due_on >= today:
            return
        if owed.is_right:
            continue
        days = (today - owed.due_on).days
        who, who_en = _who(case, owed)
        yield about(
            case,
            AlertRule.OVERDUE,
            (owed.kind.value, owed.due_on.isoformat()),
            due_on=owed.due_on,
            now=now,
            owed_by=owed.asked,
            message=f"{who}：事项 {case.case_id} 的“{owed.kind.label}”期限（第{owed.article}条）"
            f"已于 {owed.due_on} 届满，超期 {days} 天。",
            message_en=f"{who_en}: case {case.case_id}, period {owed.kind.value} (article {owed.article}) "
            f"ended on {owed.due_on}, {days} days ago.",
        )


def _who(case: Watched, owed: Owed) -> tuple[str, str]:
    """Who has to act, in both languages; of a unit that was asked the case knows the code alone.

    A review is for the superior of the unit whose answer is reviewed (article 35), a re-review for the superior of
    whoever reviewed it (36); which units these are the case does not know.
    """
    if owed.kind is ClockKind.REVIEW:
        return f"上一级机关（原办理机关：{case.unit_name}）", f"the superior of {case.unit}"
    if owed.kind is ClockKind.RE_REVIEW:
        return f"复查机关的上一级机关（原办理机关：{case.unit_name}）", f"the superior of who reviewed {case.unit}"
    if owed.asked:
        asked = f"{owed.asked}（受转送、交办，尚未答复；责任单位仍为{case.unit_name}）"
        return asked, f"{owed.asked} (was asked; {case.unit} stays accountable)"
    return case.unit_name, case.unit


def about(case: Watched, rule: AlertRule, occasion: tuple[str, ...], **fields: Any) -> Alert:
    """An alert about a case, with what decides who may see it."""
    return Alert(
        alert_id=alert_id(rule, case.case_id, *occasion),
        rule=rule,
        subject=case.case_id,
        raised_at=fields.pop("now"),
        unit=case.unit,
        unit_name=case.unit_name,
        division=case.division,
        division_path=case.unit_path,
        territories=case.territories,
        accused_units=case.accused_units,
        asked_unit=case.asked_unit,
        **fields,
    )


def alert_id(rule: AlertRule, subject: str, *occasion: str) -> str:
    """The same occasion is the same alert, however often its rule is asked."""
    return "A" + digest("alert", rule.value, subject, *occasion)
