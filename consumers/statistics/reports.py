"""The report that an office sends upwards, with the contents of article 41, as tables. Pure.

Its numbers are those of the statistics; beside each stands the search that finds the cases behind it. It names units
and places, never a person, a title or a text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from consumers.statistics.numbers import NUMBERS
from consumers.statistics.periods import Period
from consumers.statistics.silence import Missing, Silence
from schemas.terms import Channel

TITLES: Final = {"week": "信访情况周报", "month": "信访情况月报", "year": "信访情况年度报告"}
SECTIONS: Final = {
    "category": "涉及领域",
    "accused": "被投诉较多的单位",
    "unit": "责任单位",
    "refusing": "提出异议的单位",
    "county": "县（市、区）",
    "channel": "渠道",
}
"""How the cases are split up, each in a table of its own."""
COMPARED: Final = (
    "cases",
    "open",
    "overdue",
    "repeated",
    "collective",
    "refused",
    "concluded_in_time",
    "concluded_late",
)
"""The numbers of each group; the searches behind them are those of the first table within the group's own."""
PROPOSALS: Final = ("改进工作建议", "完善政策建议", "追究责任建议")
MOST_DAYS_TOLD: Final = 7
"""Of the days that a county has left out; the page of feeds tells all."""
_LABELS: Final = {number.name: number.label for number in NUMBERS}

Row = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One part of a report."""

    title: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Report:
    """What is printed."""

    title: str
    facts: tuple[str, ...]
    """What it covers, and whether it is complete."""
    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """What a report is made of."""

    period: Period
    made_on: date
    scope: str
    """The division or unit whose cases are counted, by name."""
    total: Sequence[Mapping[str, Any]]
    """The figures of all cases of the period."""
    groups: Mapping[str, Sequence[Mapping[str, Any]]]
    """Section → the figures of each of its groups."""
    alerts: Sequence[Mapping[str, Any]]
    """`label` and `count` by rule."""
    alerts_since: date | None
    """From which day on alerts are known, where that is not the whole period."""
    counties: int
    """How many have to report."""
    silent: Sequence[Silence]
    missing: Sequence[Missing]
    """Of the other counties those that have left days out."""
    names: Mapping[str, str]
    """Code of a unit, a division or a category → its name."""


def report_of(contents: Contents) -> Report:
    """The report of a period by article 41."""
    period = contents.period
    return Report(
        title=f"{contents.scope}{period.name}{TITLES[period.kind]}",
        facts=(
            f"期间：{period.first} 至 {period.last}；编制日期：{contents.made_on}。",
            "口径：最近一次信访在本期内的事项，一事多件计一次；只含编制人有权查看的事项。",
            *_completeness(contents),
        ),
        tables=(
            _figures(contents),
            *(_groups(contents, by) for by in SECTIONS),
            _supervision(contents),
            _proposals(),
        ),
    )


def _completeness(contents: Contents) -> list[str]:
    """Whether every county has said what it received; the numbers stand for less where one has not."""
    found = []
    if contents.made_on <= contents.period.last:
        found.append("不完整：本期尚未结束。")
    if contents.silent:
        told = "、".join(f"{_name(contents, one.county)}（连续{one.days}天）" for one in contents.silent)
        found.append(f"不完整：下列县（市、区）未报送（含零报告）：{told}。")
    if contents.missing:
        told = "；".join(f"{_name(contents, one.county)}（{_days(one.days)}）" for one in contents.missing)
        found.append(f"不完整：下列县（市、区）有漏报（当日既无数据，也无零报告）：{told}。")
    if not contents.counties:
        found.append("不完整：没有县（市、区）报送记录，无法判断是否漏报。")
    return found or [f"完整：应报送的{contents.counties}个县（市、区）均已报送。"]


def _days(days: Sequence[date]) -> str:
    """The first of them, and how many there are where these are not all."""
    told = "、".join(day.isoformat() for day in days[:MOST_DAYS_TOLD])
    return told if len(days) <= MOST_DAYS_TOLD else f"{told}等{len(days)}天"


def _figures(contents: Contents) -> Table:
    values = {figure["name"]: figure["value"] for figure in contents.total}
    rows = tuple(
        (number.label, values[number.name], number.definition, f"{contents.period.query} {number.query}".strip())
        for number in NUMBERS
    )
    return Table("数据统计", ("指标", "数值", "口径", "检索式"), rows, "条例第四十一条（一）。")


def _groups(contents: Contents, by: str) -> Table:
    rows = []
    for group in contents.groups[by]:
        figures = {figure["name"]: figure for figure in group["figures"]}
        if not figures["cases"]["value"]:
            continue  # a unit that only has to tell a petitioner: none of what is compared here is its own
        search = f"{contents.period.query} {figures['cases']['within']}"
        rows.append((_key(contents, by, group["key"]), *(figures[name]["value"] for name in COMPARED), search))
    header = (SECTIONS[by], *(_LABELS[name] for name in COMPARED), "检索式")
    return Table(SECTIONS[by], header, tuple(rows), "按事项数排列，至多500行；各列的条件见“数据统计”。")


def _supervision(contents: Contents) -> Table:
    rows = tuple((alert["label"], alert["count"]) for alert in contents.alerts)
    note = "条例第四十一条（二）：本期平台发出的督办预警；转送、交办、提出异议的事项数见“数据统计”。"
    if contents.alerts_since:
        note += f"仅含 {contents.alerts_since} 以来的预警。"
    return Table("督办预警", ("预警规则", "次数"), rows, note)


def _proposals() -> Table:
    header = ("类别", "提出件数", "采纳件数", "说明")
    note = "条例第四十一条（三）（四）：平台不登记建议，由编制单位填写。"
    return Table(
        "建议及采纳情况", header, tuple((name, "", "", "") for name in (*PROPOSALS, "其他应当报告的事项")), note
    )


def _key(contents: Contents, by: str, key: str) -> str:
    return Channel(key).label if by == "channel" else _name(contents, key)


def _name(contents: Contents, code: str) -> str:
    return contents.names.get(code, code or "（未定）")
