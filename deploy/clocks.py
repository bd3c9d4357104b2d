"""The clocks of an indexed case told day by day, in words or for programs."""

from collections.abc import Iterator, Mapping
from typing import Any

from processors.rules.day_count import CountedDay, explain, is_provisional
from schemas.life import Clock

WEEKDAYS = "一二三四五六日"
_PROVISIONAL = {
    "zh": "  节假日安排尚未公布的年份，只扣除周末",
    "en": "  holidays are not published yet: only weekends are left out",
}


def clocks_of(case: Mapping[str, Any]) -> Iterator[tuple[str, Clock]]:
    """Whose clock it is (the case, or the record of a petition), and the clock."""
    story = case["story"]
    for clock in story["clocks"]:
        yield case["case_id"], Clock.model_validate(clock)
    for petition in story["petitions"]:
        for clock in petition["clocks"]:
            yield f"{petition['source']} {petition['record_no']}", Clock.model_validate(clock)


def lines(case: Mapping[str, Any], lang: str) -> Iterator[str]:
    """Each clock with its article, its rule and every day of it."""
    for whose, clock in clocks_of(case):
        yield ""
        yield _headline(whose, clock, lang)
        yield from (_day(day, lang) for day in explain(clock))
        if is_provisional(clock):
            yield _PROVISIONAL[lang]


def as_data(case: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The same for programs."""
    return [
        {
            "of": whose,
            **clock.model_dump(mode="json"),
            "is_provisional": is_provisional(clock),
            "counted": days_of(clock),
        }
        for whose, clock in clocks_of(case)
    ]


def days_of(clock: Clock | Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each day of a clock, or of one as a case tells it: `on`, its `number` or 0, and `why` not (`why_en`)."""
    found = explain(Clock.model_validate(clock))
    return [{"on": day.on.isoformat(), "number": day.number, "why": day.why, "why_en": day.why_en} for day in found]


def _headline(whose: str, clock: Clock, lang: str) -> str:
    if lang == "zh":
        unit = "个工作日" if clock.is_working_days else "日"
        met = f"，已于 {clock.met_on} 完成" if clock.met_on else "，听证期间中止" if clock.is_stopped else ""
        return (
            f"{whose}  {clock.kind.label}：第{clock.article}条，{clock.days}{unit}，自 {clock.started_on} 起，"
            f"至 {clock.due_on} 止{met}（{clock.rule_version}）"
        )
    unit = "working days" if clock.is_working_days else "days"
    met = f", met on {clock.met_on}" if clock.met_on else ", stopped for a hearing" if clock.is_stopped else ""
    return (
        f"{whose}  {clock.kind.value}: article {clock.article}, {clock.days} {unit} from {clock.started_on} "
        f"to {clock.due_on}{met} ({clock.rule_version})"
    )


def _day(day: CountedDay, lang: str) -> str:
    if lang == "zh":
        told = f"第 {day.number} 日" if day.is_counted else f"不计：{day.why}"
        return f"  {day.on} 周{WEEKDAYS[day.on.weekday()]}  {told}"
    told = f"day {day.number}" if day.is_counted else f"not counted: {day.why_en}"
    return f"  {day.on:%Y-%m-%d %a}  {told}"
