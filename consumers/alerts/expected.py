"""For how many days each county may be silent: read from the profiles, which are data for all parts."""

import tomllib

from schemas.settings import Settings

DEFAULT_DAYS = 2


def expected_days(settings: Settings) -> dict[str, int]:
    """County → days, from the profiles that the operator gave; the shipped examples expect nothing of anybody."""
    if settings.profiles_dir is None:
        return {}
    days: dict[str, int] = {}
    for path in sorted(settings.profiles_dir.glob("**/*.toml")):
        profile = tomllib.loads(path.read_text("utf-8"))
        if "code" in profile:
            days[profile["code"]] = int(profile.get("reports", {}).get("silent_after_days", DEFAULT_DAYS))
    return days
