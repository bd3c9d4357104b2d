"""A backup gives back what was put in, and says when it is not whole."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy import backup as backing_up
from deploy.backup import BackupRefused, back_up
from deploy.backup_files import (
    BadBackup,
    Contents,
    Kept,
    PartWriter,
    part_path,
    read_contents,
    read_part,
    write_contents,
)
from deploy.restoring import NOW, aged, restore
from schemas.settings import Settings
from schemas.topics import Topic

MESSAGES = [Kept(1_700_000_000_000, b"key", b"value" * 1_000), Kept(0, None, b""), Kept(1, b"gone", None)]


def backup(folder: Path, partitions: int = 1) -> Contents:
    with PartWriter(folder, "intake", 0) as file:
        for one in MESSAGES:
            file.add(one)
        part = file.finish()
    made = Contents(datetime(2026, 11, 22, tzinfo=UTC), partitions, {"intake": [part]}, {"linking": {"intake": [2]}})
    write_contents(folder, made)
    return made


def test_messages_come_back_in_order_with_key_value_and_time(tmp_path: Path) -> None:
    made = backup(tmp_path)
    assert read_contents(tmp_path) == made
    assert made.messages == 3
    assert list(read_part(tmp_path, "intake", 0)) == MESSAGES
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


def test_a_backup_without_its_contents_was_never_finished(tmp_path: Path) -> None:
    with PartWriter(tmp_path, "intake", 0) as file:
        file.add(MESSAGES[0])
    with pytest.raises(BadBackup, match="no finished backup"):
        read_contents(tmp_path)


@pytest.mark.parametrize("spoil", [Path.unlink, lambda path: path.write_bytes(path.read_bytes()[:-1])])
def test_a_file_that_is_missing_or_cut_off_is_named(tmp_path: Path, spoil: object) -> None:
    backup(tmp_path)
    spoil(part_path(tmp_path, "intake", 0))  # type: ignore[operator]
    with pytest.raises(BadBackup, match=r"intake-0\.gz"):
        read_contents(tmp_path)


def test_nothing_is_saved_over_another_backup(tmp_path: Path) -> None:
    backup(tmp_path)
    with pytest.raises(BackupRefused, match="not empty"):
        back_up(Settings(), tmp_path)


def test_a_backup_of_other_partitions_or_beside_old_state_is_not_restored(tmp_path: Path) -> None:
    folder, home = tmp_path / "backup", tmp_path / "home"
    folder.mkdir()
    (home / "state" / "linking").mkdir(parents=True)
    backup(folder)
    with pytest.raises(BackupRefused, match="1 partitions"):
        restore(Settings(home=home, partitions=4), folder)
    with pytest.raises(BackupRefused, match="delete it first"):
        restore(Settings(home=home, partitions=1), folder)


def test_what_is_entered_meanwhile_has_its_identity_and_reports_no_more_than_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = list[str]()
    monkeypatch.setattr(backing_up, "_committed", lambda _settings: {})
    monkeypatch.setattr(backing_up, "replay", lambda _settings, name: read.append(name) or ())
    back_up(Settings(partitions=1), tmp_path / "saved")
    assert read[-4:] == ["petitions.reports", "petitions.intake.dead", "petitions.intake", "petitions.identity"]
    assert len(read) == len(Topic)


@pytest.mark.parametrize("topic", [Topic.REGISTERED, Topic.LINKED, Topic.SEARCHES_FOUND])
def test_what_is_kept_for_a_time_only_is_as_new_when_it_is_restored(topic: Topic) -> None:
    assert list(aged(topic, iter(MESSAGES))) == [one._replace(at_ms=NOW) for one in MESSAGES]


def test_everything_else_keeps_its_time() -> None:
    assert list(aged(Topic.INTAKE, iter(MESSAGES))) == MESSAGES
