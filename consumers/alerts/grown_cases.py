"""Alerts about what a case has grown to, each count once. Pure."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from consumers.alerts.rules import Watched, about
from consumers.alerts.table import RuleTable
from schemas.events import Alert
from schemas.terms import AlertRule


def growth_alerts(case: Watched, table: RuleTable, *, today: date, now: datetime) -> Iterator[Alert]:
    """What has to be told about a case to which something came, or with which something was done, lately.

    Old records are no news. An extension comes when the letters are long ago.
    """
    since = today - timedelta(days=table.recent_days)
    if case.growth.last_on >= since:
        if table.repeated.is_on:
            yield from _repeated(case, table.repeated.times, now)
        if table.collective.is_on and case.growth.people >= table.collective.people:
            yield _collective(case, now)
    if case.growth.acted_on >= since:
        if table.passed_on.is_on:
            yield from _passed_on(case, table.passed_on.times, now)
        if table.extended_without_reason.is_on:
            yield from _extended(case, now)


def _repeated(case: Watched, times: tuple[int, ...], now: datetime) -> Iterator[Alert]:
    for count in times:
        if case.growth.repeats >= count:
            yield about(
                case,
                AlertRule.REPEATED,
                (str(count),),
                now=now,
                message=f"{case.unit_name}：事项 {case.case_id} 已重复信访 {count} 次，请核查办理情况。",
                message_en=f"{case.unit}: case {case.case_id} was brought again {count} times.",
            )


def _collective(case: Watched, now: datetime) -> Alert:
    return about(
        case,
        AlertRule.COLLECTIVE,
        (),
        now=now,
        message=f"{case.unit_name}：事项 {case.case_id} 涉及 {case.growth.people} 人，属集体访，请优先办理。",
        message_en=f"{case.unit}: case {case.case_id} is the matter of {case.growth.people} people.",
    )


def _passed_on(case: Watched, times: tuple[int, ...], now: datetime) -> Iterator[Alert]:
    for count in times:
        if case.growth.passed_on >= count:
            yield about(
                case,
                AlertRule.PASSED_ON,
                (str(count),),
                now=now,
                message=f"事项 {case.case_id} 已转送、交办 {count} 次，"
                f"现责任单位为 {case.unit_name}，请督办（第40条）。",
                message_en=f"case {case.case_id} was passed on {count} times; {case.unit} is accountable now.",
            )


def _extended(case: Watched, now: datetime) -> Iterator[Alert]:
    for step in case.growth.unexplained:
        yield about(
            case,
            AlertRule.EXTENDED_WITHOUT_REASON,
            (step,),
            now=now,
            message=f"{case.unit_name}：事项 {case.case_id} 延期未说明理由（第34条）。",
            message_en=f"{case.unit}: case {case.case_id} was extended without a reason (article 34).",
        )
