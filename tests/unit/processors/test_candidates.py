"""Petitions that share marks find one another, wherever in the city they say that they are about."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from processors.bearers import NAME, SIZE, bearer, latest, name_of, sharing
from processors.candidates import MOST_BEARERS, Candidates
from processors.rules.relation import Trace
from processors.rules.repeat import trace_of
from processors.state import PartitionTable
from processors.tables import MemoryTable, Table
from schemas.petition import Classification, Place
from tests.petitions import petition

MIXER = {"title": "丽泽新苑旁搅拌站噪音扰民", "body": "丽泽新苑小区旁边建了搅拌站，夜里噪音很大，粉尘飘进家里。"}
RETOLD = {"title": "丽泽新苑搅拌站粉尘", "body": "丽泽新苑旁边的搅拌站灰尘大，噪音让人无法生活。"}
HOME, HERE, THERE = "4110", "411002100201", "411003200202"


def trace(number: int, place: str, letter: dict[str, str] = MIXER, perhaps: tuple[str, ...] = ()) -> Trace:
    made = trace_of(petition(**letter), Place(), Classification(), HOME)
    return replace(made, petition_id=f"P{number:016x}", place=place, perhaps=perhaps)


def found(candidates: Candidates, asking: Trace) -> set[str]:
    (marks,) = candidates.expect([asking])
    return {other.petition_id for other in candidates.likely(candidates.marked(marks))}


@pytest.fixture(params=["in memory", "on disk", "on disk, held back"])
def filled(request: pytest.FixtureRequest, tmp_path: Path) -> Candidates:
    table: Table = MemoryTable() if request.param == "in memory" else PartitionTable(tmp_path)
    candidates = Candidates(table)
    for number, place in enumerate((HERE, THERE, HOME, "", HERE[:6])):
        candidates.restore(trace(number, place))
    if isinstance(table, PartitionTable) and request.param == "on disk":
        table.keep({})
    return candidates


@pytest.mark.parametrize(
    ("place", "perhaps", "expected"),
    [
        (HERE, (), {0, 2, 3, 4}),
        (HERE[:9], (), {0, 2, 3, 4}),
        (THERE, (), {1, 2, 3}),
        ("", (), {0, 1, 2, 3, 4}),
        (HERE[:6], (), {0, 2, 3, 4}),
        ("", (THERE, "411003"), {1, 2, 3}),
    ],
)
def test_a_petition_finds_those_that_may_be_about_its_place(
    filled: Candidates, place: str, perhaps: tuple[str, ...], expected: set[int]
) -> None:
    assert found(filled, trace(99, place, RETOLD, perhaps)) == {f"P{number:016x}" for number in expected}


def test_a_petition_does_not_find_itself_nor_one_of_another_city(filled: Candidates) -> None:
    assert f"P{0:016x}" not in found(filled, trace(0, HERE))
    assert found(filled, replace(trace(99, HERE), home="4101")) == set()


@pytest.mark.parametrize("before", [HERE, THERE, HERE[:6], THERE[:6], ""])
def test_a_petition_whose_place_was_corrected_is_found_at_the_right_one(before: str, tmp_path: Path) -> None:
    table = PartitionTable(tmp_path)
    candidates = Candidates(table)
    for revision, place in enumerate((before, THERE[:6]), 1):
        (marks,) = candidates.expect([replace(trace(1, place), revision=revision)])
        candidates.remember(candidates.marked(marks))
        table.keep({})
    for asking in (trace(9, THERE), trace(9, "", perhaps=(THERE,)), trace(9, "")):
        assert found(candidates, asking) == {f"P{1:016x}"}


@pytest.mark.parametrize("places", [("411003", "411002"), ("411002", "411003"), ("411002", "411003", "411002")])
def test_of_several_places_of_a_revised_petition_any_may_be_that_of_another(places: tuple[str, ...]) -> None:
    rows = [b"".join(bearer(bytes([1]) * NAME, place, 12) for place in places) for _ in range(3)]
    for asked in ("411002100", "411003"):
        assert sharing(rows, bytes(NAME), (asked,), 12, least=2, part=8, most=9) == [bytes([1]) * NAME]
    assert sharing(rows, bytes(NAME), ("411023",), 12, least=2, part=8, most=9) == []


def test_petitions_that_are_expected_together_find_those_that_came_before_them(tmp_path: Path) -> None:
    candidates = Candidates(PartitionTable(tmp_path))
    expected = candidates.expect([trace(number, place) for number, place in enumerate((HERE, "", HERE[:9], THERE))])
    seen = []
    for marks in expected:
        marked = candidates.marked(marks)
        seen.append({int(other.petition_id[1:], 16) for other in candidates.likely(marked)})
        candidates.remember(marked)
    assert seen == [set(), {0}, {0, 1}, {1}]


def test_of_too_many_under_one_mark_the_latest_are_found() -> None:
    candidates = Candidates(MemoryTable())
    for number in range(MOST_BEARERS + 30):
        (marks,) = candidates.expect([trace(number, HERE)])
        candidates.remember(candidates.marked(marks))
    names = found(candidates, trace(9_999, HERE))
    assert names
    assert min(names) == f"P{30:016x}"


def test_those_that_share_most_come_first_and_chance_is_no_candidate() -> None:
    one, two, chance = (name_of(f"P{number:016x}") for number in (1, 2, 3))
    lists = [b"".join(bearer(name, "", 12) for name in names) for names in ((one, two), (two, chance), (one, two))]
    asked = {"least": 2, "part": 8, "most": 9}
    assert sharing(lists, bytes(NAME), (), 12, **asked) == [two, one]
    assert sharing(lists, bytes(NAME), (), 12, **asked | {"most": 1}) == [two]
    assert sharing([bearer(one, "", 100)] * 2, bytes(NAME), (), 100, **asked) == []


def test_a_further_petition_of_one_record_number_has_a_name_of_its_own() -> None:
    names = {name_of(name) for name in ("P00112233445566aa", "P00112233445566aa-01020304", "Pxyz", "P" + "g" * 16)}
    assert {len(name) for name in names} == {NAME}
    assert len(names) == 4


def test_the_oldest_bearers_make_room() -> None:
    row = [bearer(bytes([number]) * NAME, "41", 3) for number in range(5)]
    assert {len(one) for one in row} == {SIZE}
    assert latest(b"".join(row), 2) == row[3] + row[4]
    assert latest(b"".join(row[:2]), 2) == row[0] + row[1]
