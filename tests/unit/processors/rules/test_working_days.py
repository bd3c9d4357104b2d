"""Days on which offices work, as announced, and what is said where nothing is announced yet."""

from datetime import UTC, date, datetime, timedelta

import pytest

from processors.rules.working_days import add_working_days, is_working_day, why_free
from schemas.office_time import office_day


@pytest.mark.parametrize("year", [2029, 2050, 1999])
def test_outside_the_holiday_calendar_only_weekends_are_free_and_the_result_says_so(year: int) -> None:
    friday = next(d for d in (date(year, 3, 1) + timedelta(n) for n in range(7)) if d.weekday() == 4)
    assert add_working_days(friday, 5) == (friday + timedelta(7), False)


@pytest.mark.parametrize(
    ("on", "works", "why"),
    [
        (date(2024, 2, 12), False, "春节"),  # a Monday
        (date(2024, 2, 18), True, ""),  # a worked Sunday
        (date(2024, 10, 1), False, "国庆节"),
        (date(2024, 10, 12), True, ""),  # a worked Saturday
        (date(2024, 6, 10), False, "端午节"),  # a Monday
        (date(2024, 6, 12), True, ""),
        (date(2024, 6, 15), False, "周末"),
        (date(2026, 2, 14), True, ""),  # a worked Saturday of the present year
        (date(2026, 2, 16), False, "春节"),
        (date(2026, 10, 10), True, ""),
    ],
)
def test_moved_weekends_are_working_days_and_holidays_are_not(on: date, works: bool, why: str) -> None:
    assert is_working_day(on) == (works, True)
    assert why_free(on) == why


def test_the_weekend_of_an_unpublished_year_is_called_a_weekend() -> None:
    assert why_free(date(2050, 3, 5)) == "周末"


@pytest.mark.parametrize(
    ("at", "on"),
    [
        (datetime(2024, 3, 1, 15, 59, tzinfo=UTC), date(2024, 3, 1)),
        (datetime(2024, 3, 1, 16, 0, tzinfo=UTC), date(2024, 3, 2)),
    ],
)
def test_a_day_is_a_day_in_china(at: datetime, on: date) -> None:
    assert office_day(at) == on
