"""Periods of the law: which clocks exist, when they end, by which calendar and which version of the rules."""

from datetime import date, timedelta

import pytest

from processors.rules.deadlines import (
    add_working_days,
    case_clocks,
    is_working_day,
    petition_clocks,
    read_rules,
    shipped_rules,
)
from schemas.events import Clock
from schemas.terms import ClockKind


def kinds(clocks: tuple[Clock, ...]) -> list[ClockKind]:
    return [clock.kind for clock in clocks]


def only(clocks: tuple[Clock, ...], kind: ClockKind) -> Clock:
    (clock,) = (clock for clock in clocks if clock.kind is kind)
    return clock


@pytest.mark.parametrize(
    ("received_on", "due_on"),
    [
        (date(2024, 3, 1), date(2024, 3, 16)),  # a Saturday: the last day does not move
        (date(2024, 2, 1), date(2024, 2, 16)),  # within the Spring Festival: calendar days go on
        (date(2024, 2, 20), date(2024, 3, 6)),  # over the 29 February of a leap year
        (date(2023, 2, 20), date(2023, 3, 7)),
        (date(2023, 12, 25), date(2024, 1, 9)),
        (date(2024, 9, 20), date(2024, 10, 5)),  # ends within the National Day holidays
    ],
)
def test_a_petition_is_registered_and_answered_in_fifteen_calendar_days(received_on: date, due_on: date) -> None:
    clocks = petition_clocks(received_on)
    assert kinds(clocks) == [ClockKind.REGISTER, ClockKind.INFORM]
    assert {(c.due_on, c.days, c.is_working_days, c.started_on) for c in clocks} == {(due_on, 15, False, received_on)}
    assert [c.article for c in clocks] == ["22", "23"]


@pytest.mark.parametrize(
    ("transferred_on", "due_on"),
    [
        (date(2024, 3, 4), date(2024, 3, 11)),  # Monday to Monday
        (date(2024, 3, 8), date(2024, 3, 15)),  # Friday to Friday
        (date(2024, 3, 9), date(2024, 3, 15)),  # Saturday: counting starts on Monday
        (date(2024, 2, 7), date(2024, 2, 20)),  # Spring Festival 10-17 February; Friday 9 and Sunday 18 are worked
        (date(2024, 2, 4), date(2024, 2, 9)),  # a worked Sunday
        (date(2024, 4, 30), date(2024, 5, 10)),  # Labour Day 1-5 May
        (date(2024, 4, 28), date(2024, 5, 8)),  # from the worked Sunday before Labour Day
        (date(2024, 9, 13), date(2024, 9, 23)),  # Mid-Autumn 15-17 September; Saturday 14 is worked, 21 is not
        (date(2024, 9, 30), date(2024, 10, 12)),  # National Day 1-7 October; Saturday 12 is worked
        (date(2023, 12, 29), date(2024, 1, 8)),  # New Year
    ],
)
def test_a_unit_objects_to_a_transfer_within_five_working_days(transferred_on: date, due_on: date) -> None:
    (clock,) = case_clocks(transferred_on=transferred_on)
    assert (clock.kind, clock.article, clock.is_working_days) == (ClockKind.OBJECT, "23", True)
    assert clock.due_on == due_on
    assert clock.rule_version.startswith("regulations-2022/chinesecalendar-")


@pytest.mark.parametrize(
    ("accepted_on", "is_extended", "days", "due_on"),
    [
        (date(2024, 1, 10), False, 60, date(2024, 3, 10)),
        (date(2024, 1, 10), True, 90, date(2024, 4, 9)),
        (date(2023, 1, 10), False, 60, date(2023, 3, 11)),
        (date(2024, 8, 8), False, 60, date(2024, 10, 7)),
    ],
)
def test_a_case_is_concluded_in_sixty_days_and_thirty_more_at_most(
    accepted_on: date, is_extended: bool, days: int, due_on: date
) -> None:
    (clock,) = case_clocks(category="land", accepted_on=accepted_on, is_extended=is_extended)
    assert (clock.kind, clock.article, clock.days, clock.due_on) == (ClockKind.CONCLUDE, "34", days, due_on)


@pytest.mark.parametrize("category", ["litigation", "discipline"])
def test_a_matter_with_a_statutory_procedure_has_no_sixty_days(category: str) -> None:
    assert case_clocks(category=category, accepted_on=date(2024, 1, 10)) == ()


@pytest.mark.parametrize("category", ["land", "labour", ""])
def test_every_other_matter_has_sixty_days(category: str) -> None:
    assert kinds(case_clocks(category=category, accepted_on=date(2024, 1, 10))) == [ClockKind.CONCLUDE]


def test_a_case_that_came_directly_has_no_clock_for_objections() -> None:
    assert case_clocks(category="land") == ()


def test_nobody_is_informed_where_the_petitioner_is_unknown() -> None:
    assert kinds(petition_clocks(date(2024, 3, 1), is_reachable=False)) == [ClockKind.REGISTER]


def test_a_clock_says_when_it_was_met() -> None:
    clocks = petition_clocks(date(2024, 3, 1), registered_on=date(2024, 3, 2), informed_on=date(2024, 3, 20))
    assert only(clocks, ClockKind.REGISTER).met_on == date(2024, 3, 2)
    assert only(clocks, ClockKind.INFORM).met_on == date(2024, 3, 20)
    case = case_clocks(
        transferred_on=date(2024, 3, 4),
        answered_on=date(2024, 3, 6),
        accepted_on=date(2024, 3, 6),
        concluded_on=date(2024, 4, 1),
    )
    assert [c.met_on for c in case] == [date(2024, 3, 6), date(2024, 4, 1)]


def test_the_rules_of_the_first_day_hold_for_the_whole_period() -> None:
    before, after = petition_clocks(date(2022, 4, 30)), petition_clocks(date(2022, 5, 1))
    assert {c.rule_version for c in before} == {"regulations-2005"}
    assert {c.rule_version for c in after} == {"regulations-2022"}
    assert [c.article for c in before] == ["21", "22"]


def test_a_day_without_a_rule_in_force_has_no_clock() -> None:
    assert petition_clocks(date(2003, 6, 1)) == ()
    assert case_clocks(transferred_on=date(2013, 9, 29)) == ()


@pytest.mark.parametrize("year", [2029, 2050, 1999])
def test_outside_the_holiday_calendar_only_weekends_are_free_and_the_version_says_so(year: int) -> None:
    friday = next(d for d in (date(year, 3, 1) + timedelta(n) for n in range(7)) if d.weekday() == 4)
    assert add_working_days(friday, 5) == (friday + timedelta(7), False)
    clocks = case_clocks(transferred_on=friday)
    assert [c.rule_version for c in clocks] == (["regulations-2022/weekends-only"] if year > 2022 else [])


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2024, 2, 12), False),  # Spring Festival, a Monday
        (date(2024, 2, 18), True),  # a worked Sunday
        (date(2024, 10, 1), False),
        (date(2024, 10, 12), True),  # a worked Saturday
        (date(2024, 6, 10), False),  # Dragon Boat Festival, a Monday
        (date(2024, 6, 12), True),
    ],
)
def test_moved_weekends_are_working_days_and_holidays_are_not(day: date, works: bool) -> None:
    assert is_working_day(day) == (works, True)


def test_a_province_may_move_a_last_day_on_a_holiday_to_the_next_working_day() -> None:
    rules = read_rules(
        "[province]\nmoves_last_day = true\n"
        '[[rule]]\nkind = "register"\nfrom = "received"\narticle = "22"\ndays = 15\nrule_version = "moved"\n'
    )
    (clock,) = petition_clocks(date(2024, 9, 20), is_reachable=False, rules=rules)
    assert clock.due_on == date(2024, 10, 8)
    assert clock.rule_version.startswith("moved/chinesecalendar-")
    (unmoved,) = petition_clocks(date(2024, 9, 20), is_reachable=False)
    assert unmoved.due_on == date(2024, 10, 5)


def test_no_two_rows_of_one_kind_are_in_force_on_one_day() -> None:
    rows = shipped_rules().rows
    for row in rows:
        others = [r for r in rows if r.kind is row.kind and r is not row]
        assert not any(r.valid_from < row.valid_to and row.valid_from < r.valid_to for r in others)
