"""The users, for administrators; they are changed on the machine itself (`petitions users`)."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from consumers.api.access import Needs
from consumers.api.backend import Backend
from consumers.rights.viewer import Right, Viewer
from schemas.terms import Role


class UserBody(BaseModel):
    """One user, without anything of the password."""

    name: str
    role: Role
    unit: str
    territory: str
    may_see_identities: bool
    is_active: bool


class UserList(BaseModel):
    """All users, by name."""

    users: list[UserBody]


def user_routes(backend: Backend) -> APIRouter:
    """The route of administrators."""
    routes = APIRouter()

    @routes.get("/users")
    def users(viewer: Annotated[Viewer, Depends(Needs(backend, Right.USERS))]) -> UserList:
        """Who may sign in, and as what."""
        return UserList(users=all_users(backend))

    return routes


def all_users(backend: Backend) -> list[UserBody]:
    """Every user, without passwords."""
    return [UserBody.model_validate(user.model_dump()) for user in backend.users.all()]
