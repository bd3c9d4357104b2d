"""One instance, one pseudonym key, on however many hosts: a key file of another instance enters nothing."""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import copy
from threading import Barrier

import pytest
from kafka.errors import KafkaError
from typer.testing import CliRunner

from consumers.replay import end_positions, replay
from consumers.rights.users import User
from deploy.cli import build_app
from deploy.instance import bring_up
from deploy.official_users import users_of
from deploy.processes import process_states
from deploy.pseudonym_change import begin, carry, end
from deploy.servers.addresses import Servers
from producers import instance_keys
from producers.instance_keys import compared_keyring, keyring_of
from producers.intake import Intake
from producers.kafka_publisher import KafkaPublisher
from producers.keyring import KeyFileError, Keyring, create_keys, key_path, load_keyring
from producers.profiles import Profiles
from producers.pseudonym_key import end_change
from schemas.key_events import KeyClaim
from schemas.settings import Settings
from schemas.terms import Role
from schemas.topics import Topic
from tests.fakes_producers import csv_bytes, profile, row

HOSTS = 4
NOT_OURS = "not the key file of this instance"


def host(settings: Settings, folder: Path) -> Settings:
    """Another host of the same instance."""
    return settings.model_copy(update={"home": folder})


def with_own_keys(settings: Settings, folder: Path) -> Settings:
    """A host on which a key file of its own lies."""
    made = host(settings, folder)
    create_keys(key_path(made))
    return made


def feed(settings: Settings, folder: Path, ring: Keyring | None = None) -> None:
    """Feed one record, as `petitions feed` does; with a keyring as an earlier version did, which claimed nothing."""
    ledger = folder / "ledger.csv"
    ledger.write_bytes(csv_bytes(row()))
    publisher = KafkaPublisher(settings)
    try:
        profiles = Profiles([profile(dates={"formats": ["%Y/%m/%d %H:%M:%S"]})])
        Intake(settings, profiles, ring or keyring_of(settings), publisher).feed(ledger, "990101")
    finally:
        publisher.close()


def entered(settings: Settings) -> int:
    """How many messages feeds have left."""
    topics = (Topic.IDENTITY, Topic.INTAKE, Topic.INTAKE_DEAD, Topic.REPORTS)
    return sum(end_positions(settings, *(topic.under(settings.prefix) for topic in topics)).values())


def claims(settings: Settings) -> Iterator[KeyClaim]:
    """What stands in the topic of claims."""
    for records in replay(settings, Topic.KEY_CLAIMS.under(settings.prefix)):
        yield from (KeyClaim.from_bytes(record.value or b"") for record in records)


def attempt(settings: Settings) -> str:
    """The check value of the keys, or why there are none."""
    try:
        return keyring_of(settings).check_value
    except KeyFileError as error:
        return str(error)


def test_a_key_file_of_another_instance_enters_nothing_and_prints_no_code(settings: Settings, tmp_path: Path) -> None:
    feed(settings, tmp_path)
    before, ours = entered(settings), load_keyring(key_path(settings))
    wrong = with_own_keys(settings, tmp_path / "wrong")
    with pytest.raises(KeyFileError, match=NOT_OURS) as refused:
        feed(wrong, tmp_path)
    assert entered(settings) == before > 0
    theirs = load_keyring(key_path(wrong))
    secrets = [key.hex() for ring in (ours, theirs) for key in (ring.pseudonym_key, ring.identity_key)]
    assert not [one for one in (*secrets, ours.check_value, theirs.check_value) if one in str(refused.value)]
    told = CliRunner().invoke(build_app(), ["receipt-code", "990101", "1"], env=wrong.to_env())
    assert (type(told.exception), told.stdout) == (KeyFileError, "")
    copy(key_path(settings), key_path(wrong))
    told = CliRunner().invoke(build_app(), ["receipt-code", "990101", "1"], env=wrong.to_env())
    assert (told.exit_code, told.stdout) == (0, f"1\t{ours.receipt_code('990101', '1')}\n")
    assert [claim.check_value for claim in claims(settings)] == [ours.check_value]


def test_no_process_starts_with_a_key_file_of_another_instance(settings: Settings, tmp_path: Path) -> None:
    keyring_of(settings)
    wrong = with_own_keys(settings, tmp_path / "wrong")
    with pytest.raises(KeyFileError, match=NOT_OURS):
        bring_up(wrong)
    assert process_states(wrong) == ()
    for package, process in (("producers", "gateway"), ("deploy", "console")):
        command = [sys.executable, "-m", package, process]
        ended = subprocess.run(command, env=os.environ | wrong.to_env(), capture_output=True, text=True)
        assert (ended.returncode != 0, NOT_OURS in ended.stderr) == (True, True), process
        assert not (wrong.folder / f"{process}.json").exists()


def test_of_hosts_that_claim_at_the_same_moment_one_wins(settings: Settings, tmp_path: Path) -> None:
    hosts = [with_own_keys(settings, tmp_path / str(number)) for number in range(HOSTS)]
    together = Barrier(HOSTS)

    def claimed(one: Settings) -> str:
        together.wait()
        return attempt(one)

    with ThreadPoolExecutor(HOSTS) as pool:
        told = list(pool.map(claimed, hosts))
    own = [load_keyring(key_path(one)).check_value for one in hosts]
    (winner,) = [number for number in range(HOSTS) if told[number] == own[number]]
    assert all(NOT_OURS in told[number] for number in range(HOSTS) if number != winner)
    assert [attempt(one) == value for one, value in zip(hosts, own, strict=True)] == [
        n == winner for n in range(HOSTS)
    ]


def test_processes_of_one_host_that_start_together_make_one_key_file(settings: Settings) -> None:
    together = Barrier(HOSTS)

    def made(_: int) -> str:
        together.wait()
        return attempt(settings)

    with ThreadPoolExecutor(HOSTS) as pool:
        assert set(pool.map(made, range(HOSTS))) == {load_keyring(key_path(settings)).check_value}


def test_a_host_without_a_key_file_makes_none_once_another_host_has(settings: Settings, tmp_path: Path) -> None:
    keyring_of(settings)
    second = host(settings, tmp_path / "second")
    with pytest.raises(KeyFileError, match="has keys already"):
        keyring_of(second)
    assert not key_path(second).exists()


def test_an_instance_of_an_earlier_version_goes_on_and_its_key_is_claimed(settings: Settings, tmp_path: Path) -> None:
    create_keys(key_path(settings))
    ring = load_keyring(key_path(settings))
    feed(settings, tmp_path, ring)
    assert list(claims(settings)) == []
    assert keyring_of(settings) == ring
    assert [claim.check_value for claim in claims(settings)] == [ring.check_value]
    assert NOT_OURS in attempt(with_own_keys(settings, tmp_path / "wrong"))


def test_a_changed_key_is_claimed_and_the_old_key_file_is_refused(settings: Settings, tmp_path: Path) -> None:
    users_of(settings).put(User(name="root", role=Role.ADMINISTRATOR))
    feed(settings, tmp_path)
    stale, wrong = host(settings, tmp_path / "stale"), with_own_keys(settings, tmp_path / "wrong")
    key_path(stale).parent.mkdir()
    copy(key_path(settings), key_path(stale))
    users_of(wrong).put(User(name="root", role=Role.ADMINISTRATOR))
    for step in (lambda: begin(wrong, "root"), lambda: carry(wrong)):
        with pytest.raises(KeyFileError, match=NOT_OURS):
            step()
    begin(settings, "root")
    assert attempt(stale) == keyring_of(settings).check_value, "both are valid until the end"
    end(settings, "root")
    assert NOT_OURS in attempt(stale)
    assert [claim.check_value for claim in claims(settings)][-1] == keyring_of(settings).check_value


def test_a_changed_key_whose_claim_was_cut_off_is_claimed_at_the_next_start(
    settings: Settings, tmp_path: Path
) -> None:
    users_of(settings).put(User(name="root", role=Role.ADMINISTRATOR))
    feed(settings, tmp_path)
    old = keyring_of(settings).check_value
    begin(settings, "root")
    carry(settings)
    end_change(key_path(settings))
    assert [claim.check_value for claim in claims(settings)] == [old]
    new = keyring_of(settings).check_value
    assert [(claim.check_value, claim.follows) for claim in claims(settings)] == [(old, ()), (new, (old,))]


def test_while_kafka_is_away_only_keys_that_were_compared_here_are_used(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instance_keys, "PATIENCE_S", 1.0)
    monkeypatch.setattr(instance_keys, "SHORT_PATIENCE_S", 1.0)
    ring = keyring_of(settings)
    away = settings.model_copy(update={"kafka": "127.0.0.1:9"})
    assert compared_keyring(away) == ring
    key_path(settings).unlink()
    with pytest.raises(KafkaError):
        keyring_of(away)
    create_keys(key_path(settings))
    with pytest.raises(KafkaError):
        keyring_of(away)


def test_no_keys_are_made_before_the_topics_are(servers: Servers, tmp_path: Path) -> None:
    where = servers.addresses
    new = Settings(home=tmp_path, prefix="tnew", kafka=where.kafka, elasticsearch=where.elasticsearch)
    with pytest.raises(KeyFileError, match="petitions create"):
        keyring_of(new)
    assert list(tmp_path.iterdir()) == []
