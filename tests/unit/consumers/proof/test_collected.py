"""What a proof compares lies on disk, drawer by drawer, and nothing is lost between them."""

import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from consumers.proof import drawers
from consumers.proof.account import Kind, tallies
from consumers.proof.collected import Collected, Counted
from consumers.proof.drawers import DRAWERS, Drawers, drawer_of
from consumers.proof.rows import Document
from schemas.events import Case
from schemas.petition import IntakeBatch
from schemas.terms import Opinion
from tests.desks import judged
from tests.fakes_consumers import case, intake, merged, petition


def test_rows_come_back_in_their_order_whatever_lies_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawers, "BLOCK_ROWS", 3)
    kept = Drawers(tmp_path, Document)
    for version in range(1, 9):
        kept.put("C1", Document("C1", version))
    kept.put("C2", Document("C2", 1))
    assert [row.version for row in kept.rows(drawer_of("C1")) if row.case_id == "C1"] == list(range(1, 9))
    assert sum(1 for number in range(DRAWERS) for _ in kept.rows(number)) == 9


def collected(folder: Path, cases: list[Case], documents: dict[str, int] | None = None) -> Collected:
    found = Collected(folder)
    for one in cases:
        found.case(one.to_bytes())
    for name, version in ({one.case_id: one.version for one in cases} if documents is None else documents).items():
        found.document(name, version)
    return found


def many(count: int) -> list[Case]:
    return [case(petition(str(number), row=number + 1)) for number in range(count)]


def test_everything_is_compared_once_across_all_drawers(tmp_path: Path) -> None:
    cases = many(300)
    found = collected(tmp_path, [*cases, *cases])
    for number in range(300):
        found.intake(IntakeBatch(records=(intake(str(number), row=number + 1),)).to_bytes())
    assert found.compare_cases(1) == (Counted(cases=300, documents=300), [])
    registered = 0
    for piece in found.pieces():
        days, differences = tallies(piece)
        assert not differences
        registered += sum(tally.registered for tally in days.values())
    assert registered == 300


def test_petitions_of_an_older_version_are_not_held(tmp_path: Path) -> None:
    one, other = petition("1"), petition("2", row=2)
    found = collected(tmp_path, [case(one, other), case(one, version=2)])
    found.compare_cases(1)
    assert [name for piece in found.pieces() for by_name in piece.members.values() for name in by_name] == [
        one.petition_id
    ]


def test_a_case_merged_into_one_of_another_drawer_leads_there(tmp_path: Path) -> None:
    cases = many(100)
    target = cases[0]
    lost = [merged(one, target) for one in cases[1:]]
    counted, differences = collected(tmp_path, [target, *lost]).compare_cases(1)
    assert (counted, differences) == (Counted(cases=1, merged=99, documents=100), [])


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (lambda documents: documents.popitem(), Kind.MISSING_DOCUMENT),
        (lambda documents: documents.update(Cother=1), Kind.UNKNOWN_DOCUMENT),
        (lambda documents: documents.update({next(iter(documents)): 7}), Kind.WRONG_VERSION),
    ],
)
def test_an_index_that_differs_is_named(
    tmp_path: Path, spoil: Callable[[dict[str, int]], object], kind: Kind
) -> None:
    cases = many(20)
    documents = {one.case_id: 1 for one in cases}
    spoil(documents)
    _, differences = collected(tmp_path, cases, documents).compare_cases(1)
    assert [one.kind for one in differences] == [kind]


def test_what_people_judged_is_compared_with_cases_of_several_drawers(tmp_path: Path) -> None:
    cases = many(2)
    for opinion, kinds in ((Opinion.NOT_SAME, []), (Opinion.SAME, [Kind.JUDGED_SAME])):
        folder = tmp_path / opinion.value
        folder.mkdir()
        found = collected(folder, cases)
        found.judgement(judged("0", "1", opinion, 1).to_bytes())
        assert [one.kind for one in found.compare_cases(1)[1]] == kinds


def test_a_message_that_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    found = collected(tmp_path, [])
    found.case(b"nothing")
    found.judgement(b"nothing")
    found.intake(b"nothing")
    found.bury(b"nothing")
    assert found.compare_cases(1) == (Counted(), [])
    assert not any(piece.records for piece in found.pieces())


def test_a_proof_holds_a_part_of_all_records_at_a_time(tmp_path: Path) -> None:
    found = Collected(tmp_path)
    tracemalloc.start()
    for start in range(0, 20_000, 100):
        numbers = range(start, start + 100)
        found.intake(IntakeBatch(records=tuple(intake(str(n), row=n + 1) for n in numbers)).to_bytes())
    tracemalloc.reset_peak()
    seen = sum(len(piece.records) for piece in found.pieces())
    peak = tracemalloc.get_traced_memory()[1]
    whole = list(found.pieces())
    everything = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert seen == sum(len(piece.records) for piece in whole) == 20_000
    assert peak < everything / 2
