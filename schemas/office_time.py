"""The time of the offices, by which the law counts days: that of Beijing, wherever a process runs."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

OFFICE_TIME = ZoneInfo("Asia/Shanghai")


def office_day(at: datetime) -> date:
    """The day of an instant in China."""
    return at.astimezone(OFFICE_TIME).date()


def day_of(moment: str) -> date:
    """The same of an instant in the form of ISO 8601, as documents of the index hold it."""
    return office_day(datetime.fromisoformat(moment))
