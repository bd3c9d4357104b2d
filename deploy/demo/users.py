"""Officials of the demo, each with a password made for this run."""

from typing import Final

from consumers.rights.users import User
from deploy.official_users import users_of
from schemas.settings import Settings
from schemas.terms import Role

OFFICIALS: Final = (
    User(name="city", role=Role.SUPERVISOR, unit="4113-petition", territory="4113", may_see_identities=True),
    User(name="wancheng", role=Role.SUPERVISOR, unit="411302-petition", territory="411302"),
    User(name="labour", role=Role.HANDLER, unit="411302-human_resources", territory="411302"),
    User(name="auditor", role=Role.AUDITOR, territory="41"),
    User(name="admin", role=Role.ADMINISTRATOR),
)


def make_users(settings: Settings) -> dict[str, str]:
    """Add them to the instance; name → password."""
    users = users_of(settings)
    return {user.name: users.put(user) for user in OFFICIALS}
