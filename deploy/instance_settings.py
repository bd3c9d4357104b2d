"""The settings of the instance that a command is about; what they need is imported when a command runs."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemas.settings import Settings


def settings_here() -> "Settings":
    """Those of the environment, with the addresses of the servers that this home has."""
    from deploy.servers.instance import located
    from schemas.settings import Settings

    return located(Settings.from_env())
