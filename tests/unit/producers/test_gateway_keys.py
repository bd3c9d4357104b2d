"""A county's key changes without a pause, and a key that was seen by others ends at once."""

import json
from pathlib import Path

import pytest

from producers.gateway_keys import SourceKeys, create_key, retire_old_key

COUNTY = "990101"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keys.json"


def test_both_keys_work_during_a_change_and_only_the_new_one_after(path: Path) -> None:
    keys, old = SourceKeys(path), create_key(path, COUNTY)
    new = create_key(path, COUNTY, keep_old=True)
    assert keys.fits(COUNTY, old) and keys.fits(COUNTY, new)
    assert retire_old_key(path, COUNTY)
    assert not keys.fits(COUNTY, old)
    assert keys.fits(COUNTY, new)


def test_never_more_than_two_keys_work(path: Path) -> None:
    first, second, third = (create_key(path, COUNTY, keep_old=True) for _ in range(3))
    keys = SourceKeys(path)
    assert [keys.fits(COUNTY, key) for key in (first, second, third)] == [False, True, True]


def test_a_key_that_was_seen_ends_at_once_and_with_it_the_one_before(path: Path) -> None:
    create_key(path, COUNTY)
    seen = create_key(path, COUNTY, keep_old=True)
    fresh = create_key(path, COUNTY)
    keys = SourceKeys(path)
    assert not keys.fits(COUNTY, seen)
    assert keys.fits(COUNTY, fresh)


def test_a_key_of_one_county_is_nothing_at_another(path: Path) -> None:
    key = create_key(path, COUNTY)
    create_key(path, "990102", keep_old=True)
    keys = SourceKeys(path)
    assert not keys.fits("990102", key)
    assert not keys.fits(COUNTY, "")
    assert not keys.fits("990103", "0" * 64)


def test_there_is_nothing_to_retire_without_a_change(path: Path) -> None:
    key = create_key(path, COUNTY)
    assert not retire_old_key(path, COUNTY)
    assert not retire_old_key(path, "990102")
    assert SourceKeys(path).fits(COUNTY, key)


def test_a_file_from_before_there_could_be_two_is_read(path: Path) -> None:
    key = create_key(path, COUNTY)
    assert isinstance(json.loads(path.read_text())[COUNTY], str)
    assert SourceKeys(path).fits(COUNTY, key)


def test_no_key_stands_in_the_file(path: Path) -> None:
    keys = [create_key(path, COUNTY), create_key(path, COUNTY, keep_old=True)]
    assert not [key for key in keys if key in path.read_text()]
