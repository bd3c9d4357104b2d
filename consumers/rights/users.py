"""The file of users: who may sign in, in which role, for which unit and territory. Made on first use, mode 600.

No user is there from the beginning and no password is preset. The file is read again when it has changed, so rights
that are taken away are gone with the next request.
"""

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from pydantic import Field, ValidationError, model_validator

from schemas.contract import Contract
from schemas.settings import Settings
from schemas.terms import Role

NAME = r"^[\w.@-]{2,64}$"
PASSWORD_BYTES = 12
_IN_A_UNIT = {Role.HANDLER, Role.SUPERVISOR, Role.PROVINCE}
_WITH_TERRITORY = {Role.SUPERVISOR, Role.AUDITOR}


class UsersFileError(RuntimeError):
    """The file of users cannot be used; says why, never what is in it."""


class User(Contract):
    """One official who may sign in."""

    name: str = Field(pattern=NAME)
    role: Role
    unit: str = Field(default="", max_length=64)
    territory: str = Field(default="", pattern=r"^[0-9]{0,12}$")
    may_see_identities: bool = False
    is_active: bool = True
    password: str = Field(default="", repr=False)
    """Argon2 hash; empty for who signs in by OpenID Connect only."""

    @model_validator(mode="after")
    def _has_its_part(self) -> Self:
        """A role without its unit or territory would be a role for everything, or for nothing."""
        if self.role in _IN_A_UNIT and not self.unit:
            raise ValueError(f"the role {self.role} needs a unit")
        if self.role in _WITH_TERRITORY and not self.territory:
            raise ValueError(f"the role {self.role} needs a territory")
        return self


def users_path(settings: Settings) -> Path:
    """Where the users of an instance lie."""
    return settings.users_file.expanduser() if settings.users_file else settings.folder / "users.json"


class Users:
    """The users of an instance, and whether a password is theirs."""

    def __init__(self, path: Path, hasher: PasswordHasher | None = None) -> None:
        """Makes the file where there is none."""
        self._path = path
        self._hasher = hasher or PasswordHasher()
        # Checked for names that do not exist, so that they take as long as a wrong password.
        self._nobody = self._hasher.hash(secrets.token_urlsafe())
        self._read_at = -1
        self._users: Mapping[str, User] = {}
        if not path.exists():
            self._write({})

    def all(self) -> list[User]:
        """Every user, by name."""
        return [user for _, user in sorted(self._known().items())]

    def get(self, name: str) -> User | None:
        """An active user of that name."""
        user = self._known().get(name)
        return user if user is not None and user.is_active else None

    def with_password(self, name: str, password: str) -> User | None:
        """The active user, where the password is right."""
        user = self.get(name)
        kept = user.password if user is not None and user.password else self._nobody
        try:
            self._hasher.verify(kept, password)
        except (Argon2Error, InvalidHashError):
            return None
        return user if user is not None and user.password else None

    def put(self, user: User, *, with_password: bool = True) -> str:
        """Add or replace a user; returns the new password, which is shown once and kept as a hash only."""
        password = secrets.token_urlsafe(PASSWORD_BYTES) if with_password else ""
        kept = user.with_changes(password=self._hasher.hash(password) if password else "")
        self._write({**self._known(), user.name: kept})
        return password

    def deactivate(self, name: str) -> None:
        """The user may no longer sign in, and open sessions end; raises `KeyError` for an unknown name."""
        known = dict(self._known())
        self._write({**known, name: known[name].with_changes(is_active=False)})

    def _known(self) -> Mapping[str, User]:
        stat = self._path.stat()
        if stat.st_mode & 0o077:
            raise UsersFileError(f"{self._path}: readable for others; set its mode to 600")
        if stat.st_mtime_ns != self._read_at:
            self._users, self._read_at = _read(self._path), stat.st_mtime_ns
        return self._users

    def _write(self, users: Mapping[str, User]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self._path.with_name(f".{self._path.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump([users[name].model_dump(mode="json") for name in sorted(users)], file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path)
        self._read_at = -1


def _read(path: Path) -> Mapping[str, User]:
    try:
        users = [User.model_validate(one) for one in json.loads(path.read_text("utf-8"))]
    except (ValueError, TypeError, ValidationError) as error:
        raise UsersFileError(f"{path}: not a file of users ({type(error).__name__})") from None
    return {user.name: user for user in users}
