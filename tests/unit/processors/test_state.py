"""A partition's table on disk answers like a dictionary, whatever it keeps at hand."""

from pathlib import Path
from random import Random

import pytest

from processors.state import MOST_KEPT_BYTES, PartitionTable
from processors.state_folder import BLOCK_CACHE_BYTES
from processors.tables import KEPT_READS, MemoryTable


@pytest.mark.parametrize("kept", [0, 2, KEPT_READS])
def test_many_reads_together_are_the_reads_one_by_one(tmp_path: Path, kept: int) -> None:
    rng, expected, table = Random(kept), MemoryTable(), PartitionTable(tmp_path, kept)
    keys = [b"k%d" % number for number in range(30)]
    for step in range(60):
        for key in rng.sample(keys, 3):
            value = rng.randbytes(rng.choice((0, 3, MOST_KEPT_BYTES + 1)))
            expected.put(key, value)
            rng.choice((table.put, table.derive))(key, value)
        asked = rng.choices(keys, k=12)
        assert table.get_many(asked) == expected.get_many(asked) == [table.get(key) for key in asked]
        if step % 3 == 0:
            table.keep({})
        assert table.at_hand <= kept
    assert table.get_many([]) == []
    table.close()


def test_what_is_kept_is_there_after_the_folder_was_opened_again(tmp_path: Path) -> None:
    table = PartitionTable(tmp_path)
    table.derive(b"a", b"1")
    table.keep({"log": 7})
    table.derive(b"b", b"2")
    table.close()
    again = PartitionTable(tmp_path)
    assert again.get_many([b"a", b"b"]) == [b"1", None]
    assert again.next_offset("log") == 7
    again.close()


def test_filters_and_the_shared_cache_are_used_after_the_folder_was_opened_again(tmp_path: Path) -> None:
    for _ in range(2):
        PartitionTable(tmp_path).close()
        diary = (tmp_path / "LOG").read_text()
        assert "filter_policy: bloomfilter" in diary
        assert f"capacity : {BLOCK_CACHE_BYTES}\n" in diary


def test_a_folder_of_another_format_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = PartitionTable(tmp_path / "table" / "0")
    table.derive(b"a", b"1")
    table.keep({"log": 7})
    table.close()
    monkeypatch.setattr("processors.state.FORMAT", b"another")
    for _ in range(2):
        again = PartitionTable(tmp_path / "table" / "0")
        assert again.get(b"a") is None
        assert again.next_offset("log") == 0
        again.close()


def test_all_values_under_a_stem_are_found_whether_kept_or_held_back(tmp_path: Path) -> None:
    table = PartitionTable(tmp_path)
    table.derive_under({b"stem0001": b"old", b"stem0002": b"kept", b"sten0001": b"of another stem"})
    table.keep({})
    table.derive_under({b"stem0001": b"new", b"stem0003": b"held back"})
    assert sorted(table.all_under([b"stem", b"none"])) == [b"held back", b"kept", b"new"]
    assert table.all_under([]) == table.all_under([b"none"]) == []
    assert table.get_under([b"stem0000", b"stem0001", b"stem0002"]) == [None, b"new", b"kept"]
    table.close()


def test_what_was_expected_is_found_as_the_step_has_changed_it(tmp_path: Path) -> None:
    table, keys = PartitionTable(tmp_path), [b"stem000%d" % number for number in range(4)]
    table.derive_under({keys[0]: b"kept", keys[1]: b"kept"})
    table.keep({})
    table.derive_under({keys[2]: b"before"})
    table.expect_under([*keys, b"of another length"])
    assert table.get_under(keys) == [b"kept", b"kept", b"before", None]
    table.derive_under({keys[1]: b"new", keys[3]: b"new"})
    for _ in range(2):
        assert table.get_under(keys) == [b"kept", b"new", b"before", b"new"]
        table.keep({})
    table.close()


def test_what_was_derived_under_stems_is_found_after_the_folder_was_opened_again_and_not_after_a_wipe(
    tmp_path: Path,
) -> None:
    keys = [b"stem000%d" % number for number in range(3)]
    for number, key in enumerate(keys):
        table = PartitionTable(tmp_path / "table" / "0")
        table.derive_under({key: key})
        table.keep({})
        assert table.get_under(keys) == [*keys[: number + 1], *[None] * (2 - number)]
        table.close()
    table = PartitionTable(tmp_path / "table" / "0")
    assert table.get_under(keys) == table.all_under([b"stem"]) == keys
    table.wipe()
    assert table.get_under(keys) == [None] * 3
    assert table.all_under([b"stem"]) == []
    table.derive_under({keys[1]: b"anew"})
    table.keep({})
    assert table.get_under(keys) == [None, b"anew", None]
    table.close()


def test_what_was_derived_under_stems_is_found_when_their_filter_has_grown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("processors.key_filter._FEWEST_BITS", 512)
    table, keys = PartitionTable(tmp_path), [b"stem%04d" % number for number in range(1_000)]
    for key in keys:
        table.derive_under({key: b"value"})
        table.keep({})
    assert table.get_under(keys) == [b"value"] * 1_000
    assert table.all_under([b"none", b"stem"]) == [b"value"] * 1_000
    table.close()


def test_the_changelog_gets_what_is_put_first_before_everything_else(tmp_path: Path) -> None:
    table = PartitionTable(tmp_path)
    table.put(b"a", b"1")
    table.put_first(b"b", b"2")
    table.put(b"b", b"3")
    table.put(b"a", b"4")
    assert table.logged() == [(b"b", b"2"), (b"a", b"4"), (b"b", b"3")]
    assert table.get(b"b") == b"3"
    table.keep({})
    assert (table.logged(), table.get(b"b")) == ([], b"3")
    table.close()
