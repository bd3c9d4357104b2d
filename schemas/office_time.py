"""The time of the offices, by which the law counts days: that of Beijing, wherever a process runs."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

OFFICE_TIME = ZoneInfo("Asia/Shanghai")


def office_day(at: datetime) -> date:
    """The day of an instant in China."""
    return at.astimezone(OFFICE_TIME).date()
