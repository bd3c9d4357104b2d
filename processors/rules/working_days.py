"""Days of the law: the day of a moment in China, and the days on which offices work.

Holidays and worked weekends come from the published calendar (`chinesecalendar`), which holds the years that the
State Council has announced. In a year that it does not hold only weekends are free; whoever counts then says so.
"""

from datetime import date, timedelta
from functools import lru_cache

import chinese_calendar

CALENDAR = f"chinesecalendar-{chinese_calendar.__version__}"
WEEKENDS = "weekends-only"
WEEKEND = "weekend"
_DAY = timedelta(days=1)
_HOLIDAYS = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}


def is_working_day(on: date) -> tuple[bool, bool]:
    """Whether offices work on that day (holidays and moved weekends count), and whether the calendar knows it."""
    try:
        return bool(chinese_calendar.is_workday(on)), True
    except NotImplementedError:
        return on.weekday() < 5, False


def why_free(on: date) -> str:
    """Why offices do not work on that day, in Chinese; empty on a working day."""
    name = why_free_in_english(on)
    return "周末" if name == WEEKEND else _HOLIDAYS.get(name, name)


def why_free_in_english(on: date) -> str:
    """The same in English, with the names of the published calendar."""
    works, is_known = is_working_day(on)
    if works:
        return ""
    return (chinese_calendar.get_holiday_detail(on)[1] if is_known else None) or WEEKEND


@lru_cache(maxsize=8192)
def next_working_day(on: date) -> tuple[date, bool]:
    """The first working day after that day, and whether the calendar knew every day between."""
    is_known, works = True, False
    while not works:
        on += _DAY
        works, known = is_working_day(on)
        is_known = is_known and known
    return on, is_known


@lru_cache(maxsize=8192)
def add_working_days(start: date, days: int) -> tuple[date, bool]:
    """The day that many working days after `start`, and whether the holiday calendar knew every day counted."""
    on, is_known = start, True
    for _ in range(days):
        on, known = next_working_day(on)
        is_known = is_known and known
    return on, is_known
