"""How often each county reports, how long it may be silent: read from the profiles, which are data for all parts."""

import tomllib
from collections.abc import Iterator
from typing import Any, Final

from schemas.settings import Settings

DEFAULT_DAYS = 2
COVERS: Final = {"daily": 1, "weekly": 7}
"""How often a county reports → the days of which one of its reports speaks."""


def expected_days(settings: Settings) -> dict[str, int]:
    """County → days that it may be silent; the shipped examples expect nothing of anybody."""
    return {county: _silent_after(reports) for county, reports in _expected(settings)}


def spoken_back(settings: Settings) -> dict[str, int]:
    """County that reports less often than daily → days before its own of which a report speaks, too.

    It may come as late as the alert about silence allows, so it speaks of all days since the one before that.
    """
    covered = (
        (county, COVERS.get(reports.get("every", "daily"), 1), reports) for county, reports in _expected(settings)
    )
    return {county: max(days - 1, _silent_after(reports)) for county, days, reports in covered if days > 1}


def _expected(settings: Settings) -> Iterator[tuple[str, dict[str, Any]]]:
    """What the profiles that the operator gave say about reports, by county."""
    for path in sorted(settings.profiles_dir.glob("**/*.toml")) if settings.profiles_dir is not None else ():
        profile = tomllib.loads(path.read_text("utf-8"))
        if "code" in profile:
            yield profile["code"], profile.get("reports", {})


def _silent_after(reports: dict[str, Any]) -> int:
    return int(reports.get("silent_after_days", DEFAULT_DAYS))
