"""A period is told day by day, and the telling ends on the due day."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.rules.day_count import explain, is_provisional
from processors.rules.deadlines import case_clocks, petition_clocks, read_rules
from schemas.terms import ClockKind, StepKind
from tests.steps import step


def test_holidays_and_weekends_are_named_and_worked_weekends_counted() -> None:
    clock = next(c for c in case_clocks([step(StepKind.TRANSFERRED, date(2024, 2, 7))]) if c.kind is ClockKind.OBJECT)
    told = {day.on: (day.number, day.why) for day in explain(clock)}
    assert told[date(2024, 2, 7)] == (0, "起算日不计入")
    assert told[date(2024, 2, 9)] == (2, "")  # the Friday before the Spring Festival is worked
    assert told[date(2024, 2, 12)] == (0, "春节，非工作日")
    assert told[date(2024, 2, 18)] == (3, "")  # a worked Sunday
    assert max(told) == clock.due_on == date(2024, 2, 20)
    in_english = {day.on: day.why_en for day in explain(clock) if not day.is_counted}
    assert in_english[date(2024, 2, 7)] == "the first day does not count"
    assert in_english[date(2024, 2, 12)] == "Spring Festival, no working day"
    assert "".join(in_english.values()).isascii()


def test_the_days_of_a_hearing_are_told_and_not_counted() -> None:
    steps = [step(StepKind.CONCLUDED, date(2024, 3, 1)), step(StepKind.REVIEW_REQUESTED, date(2024, 3, 4))]
    steps += [step(StepKind.REVIEWED, date(2024, 4, 1)), step(StepKind.RE_REVIEW_REQUESTED, date(2024, 4, 8))]
    steps += [step(StepKind.HEARING_OPENED, date(2024, 4, 15)), step(StepKind.HEARING_CLOSED, date(2024, 4, 16))]
    clock = case_clocks(steps)[-1]
    left_out = [day.on for day in explain(clock) if day.why == "听证期间不计入"]
    assert left_out == [date(2024, 4, 15), date(2024, 4, 16)]


def test_a_last_day_that_a_province_moves_is_told() -> None:
    rules = read_rules(
        "[province]\nmoves_last_day = true\n"
        '[[rule]]\nkind = "register"\nscope = "petition"\narticle = "22"\ndays = 15\nrule_version = "moved"\n'
    )
    (clock,) = petition_clocks(date(2024, 9, 20), rules=rules)
    told = list(explain(clock))
    assert [day.on for day in told if "顺延" in day.why] == [date(2024, 10, 6), date(2024, 10, 7), date(2024, 10, 8)]
    assert told[-1].on == clock.due_on


@pytest.mark.parametrize(("year", "is_so"), [(2026, False), (2050, True)])
def test_a_year_without_published_holidays_is_said(year: int, is_so: bool) -> None:
    clocks = case_clocks([step(StepKind.TRANSFERRED, date(year, 3, 4))])
    assert [is_provisional(c) for c in clocks if c.kind is ClockKind.OBJECT] == [is_so]


DAYS = st.dates(date(2022, 5, 2), date(2027, 6, 1))
KINDS = [StepKind.TRANSFERRED, StepKind.ACCEPTED, StepKind.CONCLUDED, StepKind.REVIEW_REQUESTED, StepKind.EXTENDED]
KINDS += [StepKind.RE_REVIEW_REQUESTED, StepKind.HEARING_OPENED, StepKind.HEARING_CLOSED]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(KINDS), DAYS), max_size=8))
def test_whatever_the_clock_the_days_told_end_on_its_last_day(drawn: list[tuple[StepKind, date]]) -> None:
    for clock in case_clocks(sorted(step(kind, on) for kind, on in drawn)):
        told = list(explain(clock))
        assert told[-1].on == clock.due_on
        assert [day.number for day in told if day.is_counted] == list(range(1, clock.days + 1))
        assert [day.on for day in told] == [clock.started_on + timedelta(n) for n in range(len(told))]
