"""The day by which offices count: that of Beijing, wherever the process runs."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

OFFICE_ZONE = ZoneInfo("Asia/Shanghai")


def office_day(at: datetime | None = None) -> date:
    """The day at a moment; today without one."""
    return (at or datetime.now(UTC)).astimezone(OFFICE_ZONE).date()
