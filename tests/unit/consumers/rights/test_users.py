"""The file of users: nobody in it at first, mode 600, passwords as hashes only."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from consumers.rights.users import User, Users, UsersFileError
from schemas.terms import Role
from tests.officials import CHEAP

CLERK = User(name="clerk", role=Role.HANDLER, unit="411002-hrss", territory="411002")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "users.json"


def test_the_first_use_makes_an_empty_file_for_its_owner_only(path: Path) -> None:
    assert Users(path, CHEAP).all() == []
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_that_others_can_read_is_refused(path: Path) -> None:
    users = Users(path, CHEAP)
    path.chmod(0o640)
    with pytest.raises(UsersFileError, match="mode to 600"):
        users.all()


def test_a_password_is_made_shown_once_and_kept_as_a_hash(path: Path) -> None:
    users = Users(path, CHEAP)
    password = users.put(CLERK)
    assert len(password) >= 16
    assert password not in path.read_text("utf-8")
    assert users.with_password("clerk", password) is not None
    assert users.with_password("clerk", password + "x") is None
    assert users.put(CLERK) != password
    assert users.with_password("clerk", password) is None


def test_another_process_sees_a_change_with_its_next_look(path: Path) -> None:
    console, command = Users(path, CHEAP), Users(path, CHEAP)
    command.put(CLERK)
    assert console.get("clerk") is not None
    command.deactivate("clerk")
    assert console.get("clerk") is None
    assert [user.is_active for user in console.all()] == [False]


def test_who_has_no_password_cannot_sign_in_with_an_empty_one(path: Path) -> None:
    users = Users(path, CHEAP)
    assert users.put(CLERK, with_password=False) == ""
    assert users.with_password("clerk", "") is None
    assert users.get("clerk") is not None


@pytest.mark.parametrize(
    "fields",
    [
        {"role": Role.HANDLER},
        {"role": Role.SUPERVISOR, "unit": "41-petition"},
        {"role": Role.SUPERVISOR, "territory": "41"},
        {"role": Role.PROVINCE},
        {"role": Role.AUDITOR},
        {"role": Role.ADMINISTRATOR, "name": "a b"},
    ],
)
def test_a_role_without_its_unit_or_territory_is_no_user(fields: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        User.model_validate({"name": "clerk"} | fields)


@pytest.mark.parametrize("content", ["", "{", "{}", '[{"name": "x"}]'])
def test_a_damaged_file_lets_nobody_in_and_is_named(path: Path, content: str) -> None:
    users = Users(path, CHEAP)
    path.write_text(content)
    with pytest.raises(UsersFileError if content != "{}" else (UsersFileError, AssertionError)):
        assert users.all()
