"""Which day it is for those who ask."""

from datetime import UTC, date, datetime

from schemas.office_time import office_day


def today() -> date:
    """Today, where the offices are."""
    return office_day(datetime.now(UTC))
