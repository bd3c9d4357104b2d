"""Who may end a change of the pseudonym key, and when; what is carried over is shown on real servers."""

from pathlib import Path

import pytest

from consumers.rights.users import User
from deploy import pseudonym_change
from deploy.official_users import users_of
from producers.keyring import create_keys, key_path
from producers.pseudonym_key import ChangeRefused, begin_change
from producers.publisher import Message
from producers.spool import Spool
from schemas.settings import Settings
from schemas.terms import Role
from schemas.topics import Topic


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An instance with keys, an administrator and somebody else."""
    made = Settings(home=tmp_path)
    create_keys(key_path(made))
    users = users_of(made)
    users.put(User(name="root", role=Role.ADMINISTRATOR), with_password=False)
    users.put(User(name="auditor", role=Role.AUDITOR, territory="41"), with_password=False)
    return made


def test_only_an_administrator_changes_the_key(settings: Settings) -> None:
    with pytest.raises(ChangeRefused, match="administrator"):
        pseudonym_change.begin(settings, "auditor")
    with pytest.raises(ChangeRefused, match="administrator"):
        pseudonym_change.end(settings, "nobody")


def test_a_change_that_was_not_begun_does_not_end(settings: Settings) -> None:
    with pytest.raises(ChangeRefused, match="begun"):
        pseudonym_change.end(settings, "root")


def test_no_change_ends_while_a_gateway_runs_or_keeps_pushes(settings: Settings) -> None:
    begin_change(key_path(settings))
    before = key_path(settings).read_bytes()
    spool = Spool(settings.folder / "spool", settings.spool_bytes)
    with pytest.raises(ChangeRefused, match="the gateway runs"):
        pseudonym_change.end(settings, "root")
    spool.append([Message(Topic.INTAKE, b"key", b"value", 0)])
    spool.close()
    with pytest.raises(ChangeRefused, match="wait in the spool"):
        pseudonym_change.end(settings, "root")
    assert key_path(settings).read_bytes() == before
