"""The pseudonym key changes, and everybody who is known keeps the pseudonym that they have."""

import json
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag

from producers.kept_pseudonyms import KeptPseudonyms, Pair
from producers.keyring import KeyFileError, change_identity_key, create_keys, kept_path, load_keyring
from producers.pseudonym_key import ChangeRefused, begin_change, carrier, end_change, key_to_carry_to
from schemas.identity import Petitioner
from tests.fakes_producers import NOW

KNOWN, LATER, STRANGER = (Petitioner(name=name, phone=f"1390000{n}234") for n, name in enumerate("石林江"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A key file."""
    create_keys(tmp_path / "keys.json")
    return tmp_path / "keys.json"


def sealed(path: Path, who: Petitioner, source: str = "990101") -> bytes:
    """The identity that a record of that person leaves in its topic now."""
    ring = load_keyring(path)
    return ring.seal(who, ring.identify(who), source, NOW).to_bytes()


def carry(path: Path, *messages: bytes, finish: bool = True) -> None:
    """Carry these over, as `petitions pseudonym-key carry` does with a topic."""
    carried = carrier(path)
    kept = KeptPseudonyms.growing(kept_path(path, key_to_carry_to(path)))
    kept.add([pair for message in messages if (pair := carried(message)) is not None], {0: len(messages)})
    if finish:
        kept.finish()
    kept.close()


def changed(path: Path, *messages: bytes) -> None:
    begin_change(path)
    carry(path, *messages)
    end_change(path)


def test_during_a_change_everybody_keeps_the_pseudonym_of_the_old_key(path: Path) -> None:
    before = load_keyring(path)
    begin_change(path)
    carry(path, sealed(path, KNOWN))
    assert load_keyring(path).identify(KNOWN) == before.identify(KNOWN)
    assert load_keyring(path).identify(STRANGER) == before.identify(STRANGER)


def test_after_a_change_the_known_keep_their_pseudonym_and_only_strangers_get_one_of_the_new_key(path: Path) -> None:
    before = load_keyring(path)
    changed(path, sealed(path, KNOWN))
    after = load_keyring(path)
    assert after.pseudonym_key != before.pseudonym_key
    assert after.identify(KNOWN) == before.identify(KNOWN)
    assert after.identify(STRANGER) not in {None, before.identify(STRANGER)}
    assert after.identify(Petitioner(name="石")) is None


def test_who_wrote_first_while_both_keys_were_there_is_known_as_well(path: Path) -> None:
    begin_change(path)
    carry(path, sealed(path, KNOWN))
    during = load_keyring(path).identify(LATER)
    carry(path, sealed(path, LATER))
    end_change(path)
    assert load_keyring(path).identify(LATER) == during


def test_a_changed_key_is_known_to_follow_those_before_it(path: Path) -> None:
    values = [load_keyring(path).check_value]
    for _ in range(2):
        changed(path)
        assert load_keyring(path).former_check_values == tuple(values)
        values.insert(0, load_keyring(path).check_value)
    assert len(set(values)) == 3
    change_identity_key(path)
    assert load_keyring(path).former_check_values == tuple(values[1:])


def test_pseudonyms_outlive_several_changes(path: Path) -> None:
    oldest = load_keyring(path).identify(KNOWN)
    first = sealed(path, KNOWN)
    changed(path, first)
    second = sealed(path, LATER)
    between = load_keyring(path).identify(LATER)
    changed(path, first, second)
    after = load_keyring(path)
    assert (after.identify(KNOWN), after.identify(LATER)) == (oldest, between)
    assert len(list(path.parent.glob("pseudonyms-*"))) == 1


def test_an_identity_under_a_former_identity_key_is_carried_over_too(path: Path) -> None:
    message, before = sealed(path, KNOWN), load_keyring(path).identify(KNOWN)
    change_identity_key(path)
    changed(path, message)
    assert load_keyring(path).identify(KNOWN) == before


def test_the_old_key_is_nowhere_after_the_change(path: Path) -> None:
    old = json.loads(path.read_text())["pseudonym"]
    changed(path, sealed(path, KNOWN))
    kept = kept_path(path, key_to_carry_to(path))
    assert old["key"] not in path.read_text()
    assert load_keyring(path).kept_receipt_key != load_keyring(path).pseudonym_key
    assert "石".encode() not in kept.read_bytes()
    assert {file.stat().st_mode & 0o777 for file in (path, kept)} == {0o600}


def test_codes_on_receipts_stay_as_they_are(path: Path) -> None:
    before = load_keyring(path).receipt_code("990101", "1")
    changed(path)
    assert load_keyring(path).receipt_code("990101", "1") == before
    changed(path)
    assert load_keyring(path, with_kept=False).receipt_code("990101", "1") == before


@pytest.mark.parametrize("finished", [True, False])
def test_without_the_pseudonyms_from_before_nobody_makes_any(path: Path, finished: bool) -> None:
    message = sealed(path, KNOWN)
    changed(path, message)
    kept_path(path, key_to_carry_to(path)).unlink()
    if not finished:  # made anew, and killed in the midst of it
        carry(path, message, finish=False)
    with pytest.raises(KeyFileError, match="pseudonym-key carry"):
        load_keyring(path)


def test_the_pseudonyms_from_before_can_be_made_anew(path: Path) -> None:
    message, before = sealed(path, KNOWN), load_keyring(path).identify(KNOWN)
    changed(path, message)
    kept_path(path, key_to_carry_to(path)).unlink()
    carry(path, message)
    assert load_keyring(path).identify(KNOWN) == before


def test_a_change_that_was_begun_goes_on_with_the_same_key(path: Path) -> None:
    assert begin_change(path) == begin_change(path) == key_to_carry_to(path)


def test_no_step_is_taken_before_the_one_that_it_needs(path: Path) -> None:
    with pytest.raises(ChangeRefused, match="never changed"):
        key_to_carry_to(path)
    with pytest.raises(ChangeRefused, match="begun"):
        end_change(path)
    begin_change(path)
    with pytest.raises(ChangeRefused, match="carried over"):
        end_change(path)


def test_an_identity_that_nobody_can_open_is_not_passed_over(path: Path, tmp_path: Path) -> None:
    begin_change(path)
    create_keys(tmp_path / "other.json")
    with pytest.raises(InvalidTag):
        carrier(path)(sealed(tmp_path / "other.json", KNOWN))


def test_carrying_goes_on_where_it_was_and_the_first_pseudonym_stays(tmp_path: Path) -> None:
    kept = KeptPseudonyms.growing(tmp_path / "kept.sqlite")
    kept.add([Pair("Raa", "Rbb")], {0: 7, 1: 2})
    kept.close()
    again = KeptPseudonyms.growing(tmp_path / "kept.sqlite")
    again.add([Pair("Raa", "Rcc"), Pair("Rdd", "Ree")], {1: 5})
    assert (again.reached, len(again)) == ({0: 7, 1: 5}, 2)
    assert [again.of(hashed) for hashed in ("Raa", "Rdd", "R00")] == ["Rbb", "Ree", "R00"]
    again.close()
