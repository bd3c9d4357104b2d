"""Keys are made once, for their owner only; a sealed identity opens with its key and its binding only."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag

from producers.keyring import KeyFileError, Keyring, change_identity_key, create_keys, load_keyring
from producers.pseudonym_key import begin_change
from schemas.identity import Petitioner
from schemas.key_events import KeyClaim
from tests.fakes_producers import KEYRING, NOW

PETITIONER = Petitioner(name="石一山", phone="13900001234")


def made(path: Path) -> Keyring:
    """The keys of a file that may be new."""
    create_keys(path)
    return load_keyring(path)


def test_the_key_file_is_made_with_mode_600(tmp_path: Path) -> None:
    path = tmp_path / "home" / "keys.json"
    first = made(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert first == load_keyring(path)
    assert [p.name for p in path.parent.iterdir()] == ["keys.json"]


def test_of_several_that_make_it_at_once_all_get_the_same_keys(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(made, [tmp_path / "keys.json"] * 8))
    assert all(ring == found[0] for ring in found)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"pseudonym": {"id": "a", "key": "QQ=="}}'])
def test_a_file_that_holds_no_keys_is_refused_and_left_alone(tmp_path: Path, content: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(KeyFileError):
        load_keyring(path)
    assert path.read_text() == content


def test_no_keys_are_made_for_whoever_only_needs_or_changes_them(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    for needs in (load_keyring, change_identity_key, begin_change):
        with pytest.raises(KeyFileError, match="no key file"):
            needs(path)
    assert not path.exists()


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    create_keys(path)
    path.chmod(0o640)
    with pytest.raises(KeyFileError, match="mode to 600"):
        load_keyring(path)


def test_a_sealed_identity_shows_nothing_and_opens_again() -> None:
    sealed = KEYRING.seal(PETITIONER, "Rabc", "990101", NOW)
    assert KEYRING.unseal(sealed) == PETITIONER
    assert "石一山" not in sealed.to_bytes().decode()
    assert sealed.sealed != KEYRING.seal(PETITIONER, "Rabc", "990101", NOW).sealed


@pytest.mark.parametrize("changed", [{"petitioner_ref": "Rother"}, {"source": "990102"}])
def test_a_sealed_identity_cannot_be_put_under_another_pseudonym_or_source(changed: dict[str, str]) -> None:
    sealed = KEYRING.seal(PETITIONER, "Rabc", "990101", NOW).model_copy(update=changed)
    with pytest.raises(InvalidTag):
        KEYRING.unseal(sealed)


def test_another_key_opens_nothing() -> None:
    sealed = KEYRING.seal(PETITIONER, "Rabc", "990101", NOW)
    with pytest.raises(InvalidTag):
        Keyring(b"p" * 32, b"x" * 32, "k2").unseal(sealed)


def test_the_keys_are_not_shown() -> None:
    assert "ppp" not in repr(KEYRING)
    assert "iii" not in repr(KEYRING)


def test_after_a_change_of_the_key_old_and_new_identities_are_opened(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    before = made(path)
    sealed_before = before.seal(PETITIONER, "Rabc", "990101", NOW)
    changed = change_identity_key(path)
    after = load_keyring(path)
    sealed_after = after.seal(PETITIONER, "Rabc", "990101", NOW)
    assert (sealed_before.key_id, sealed_after.key_id) == (before.identity_key_id, changed)
    assert after.unseal(sealed_before) == after.unseal(sealed_after) == PETITIONER
    with pytest.raises(InvalidTag):
        before.unseal(sealed_after)


def test_a_change_of_the_identity_key_leaves_every_pseudonym_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    ring = made(path)
    change_identity_key(path)
    change_identity_key(path)
    assert load_keyring(path).identify(PETITIONER) == ring.identify(PETITIONER)
    assert load_keyring(path).check_value == ring.check_value
    assert len(load_keyring(path).former_identity_keys) == 2
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_check_value_is_that_of_the_pseudonym_key_alone() -> None:
    value = KEYRING.check_value
    assert value == Keyring(b"p" * 32, b"x" * 32, "k2").check_value != Keyring(b"q" * 32, b"i" * 32, "k1").check_value
    assert KeyClaim(check_value=value, claimed_at=NOW).check_value not in KEYRING.receipt_key.hex()


def test_former_keys_are_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    former = made(path).identity_key
    change_identity_key(path)
    assert str(former) not in repr(load_keyring(path))
