"""What a proof compares lies on disk, drawer by drawer, and nothing is lost between them."""

import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from consumers.proof import drawers
from consumers.proof.account import Kind, Tally
from consumers.proof.collected import Collected, Compared
from consumers.proof.drawers import DRAWERS, Drawers, NoRoom, drawer_of
from consumers.proof.pushed import PushedTally
from consumers.proof.rows import Document
from schemas.events import Case
from schemas.keys import pushed_step_id
from schemas.life import CaseStep
from schemas.petition import IntakeBatch, StatusEvent
from schemas.terms import DecisionKind, Opinion, StepKind
from tests.desks import judged
from tests.fakes_consumers import START, case, intake, merged, petition


@pytest.fixture(autouse=True, params=[1, drawers.BLOCK_BYTES], ids=["on disk", "in memory"])
def block_bytes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawers, "BLOCK_BYTES", request.param)


def test_rows_come_back_in_their_order_while_others_are_put_in(tmp_path: Path) -> None:
    with closing(Drawers(tmp_path, Document)) as kept:
        for version in range(1, 9):
            kept.put("C1", Document("C1", version))
        kept.put("C2", Document("C2", 1))
        found = []
        for row in kept.rows(drawer_of("C1")):
            kept.put("C3", Document("C3", 1))
            found += [row.version] if row.case_id == "C1" else []
        assert found == list(range(1, 9))
        assert sum(1 for number in range(DRAWERS) for _ in kept.rows(number)) >= 17
        assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NoRoom, match=r"no room in .*file/home: Not a directory"):
        Drawers(tmp_path / "file" / "home", Document)


@pytest.fixture
def compare(tmp_path: Path) -> Iterator[Callable[..., Compared]]:
    """The account of cases, documents (by default those of the cases), messages of the intake and judgements."""

    def compared(
        cases: list[Case],
        documents: dict[str, int] | None = None,
        batches: list[IntakeBatch] | None = None,
        opinion: Opinion | None = None,
    ) -> Compared:
        with closing(Collected(tmp_path)) as found:
            for one in cases:
                found.case(one.to_bytes())
            for name, version in ({c.case_id: c.version for c in cases} if documents is None else documents).items():
                found.document(name, version)
            for batch in batches or []:
                found.intake(batch.to_bytes())
            if opinion is not None:
                found.judgement(judged("0", "1", opinion, 1).to_bytes())
            for take in (found.case, found.judgement, found.intake, found.bury):
                take(b"nothing that can be read")
            return found.compared(partitions=1)

    yield compared
    assert list(tmp_path.iterdir()) == []


def many(count: int) -> list[Case]:
    return [case(petition(str(number), row=number + 1)) for number in range(count)]


def received(count: int) -> list[IntakeBatch]:
    return [IntakeBatch(records=(intake(str(number), row=number + 1),)) for number in range(count)]


def test_everything_is_compared_once_across_all_drawers(compare: Callable[..., Compared]) -> None:
    cases = many(300)
    found = compare([*cases, *cases], batches=received(300))
    assert (found.cases, found.merged, found.documents) == (300, 0, 300)
    assert list(found.by_day.values()) == [Tally(300, registered=300)]
    assert found.deliveries == {"d1": (300, sum(int(intake("1", row=n + 1).receipt, 16) for n in range(300)))}
    assert (found.unreported, found.latest, found.differences) == (["d1"], intake("1").ingested_at, [])


def test_petitions_of_an_older_version_are_not_held(compare: Callable[..., Compared]) -> None:
    one, other = petition("0"), petition("1", row=2)
    found = compare([case(one, other), case(one, version=2)], batches=received(2))
    assert [difference.kind for difference in found.differences] == [Kind.MISSING_PETITION]


def test_a_case_merged_into_one_of_another_drawer_leads_there(compare: Callable[..., Compared]) -> None:
    first, *others = many(100)
    petitions = [member for one in (first, *others) for member in one.petitions]
    found = compare([case(*petitions), *(merged(one, first) for one in others)], batches=received(100))
    assert (found.cases, found.merged, found.documents, found.differences) == (1, 99, 100, [])


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (lambda documents: documents.popitem(), Kind.MISSING_DOCUMENT),
        (lambda documents: documents.update(Cother=1), Kind.UNKNOWN_DOCUMENT),
        (lambda documents: documents.update({next(iter(documents)): 7}), Kind.WRONG_VERSION),
    ],
)
def test_an_index_that_differs_is_named(
    compare: Callable[..., Compared], spoil: Callable[[dict[str, int]], object], kind: Kind
) -> None:
    cases = many(20)
    documents = {one.case_id: 1 for one in cases}
    spoil(documents)
    found = compare(cases, documents, received(20))
    assert [difference.kind for difference in found.differences] == [kind]


@pytest.mark.parametrize(("opinion", "kinds"), [(Opinion.NOT_SAME, []), (Opinion.SAME, [Kind.JUDGED_SAME])])
def test_what_people_judged_is_compared_with_cases_of_several_drawers(
    compare: Callable[..., Compared], opinion: Opinion, kinds: list[Kind]
) -> None:
    found = compare(many(2), batches=received(2), opinion=opinion)
    assert [difference.kind for difference in found.differences] == kinds


def test_a_status_event_meets_its_step_to_the_microsecond(compare: Callable[..., Compared]) -> None:
    member, at = petition("0"), START + timedelta(microseconds=5)
    step = CaseStep(
        step_id=pushed_step_id(member.petition_id, "transfer", at, "", ""), kind=StepKind.TRANSFERRED, at=at
    )
    event = StatusEvent(
        receipt="00000000000000aa",
        source=member.source,
        record_no="0",
        kind=DecisionKind.TRANSFER,
        at=at,
        ingested_at=START,
    )
    told = case(member.with_changes(steps=(step,)))
    found = compare([told], batches=[*received(1), IntakeBatch(records=(), statuses=(event,))])
    assert (found.statuses, found.differences) == (PushedTally(received=1, applied=1), [])


def test_a_proof_holds_a_part_of_all_records_at_a_time(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        with closing(Collected(tmp_path)) as found:
            for batch in received(count):
                found.intake(batch.to_bytes())
            tracemalloc.start()
            assert sum(tally.received for tally in found.compared(1).by_day.values()) == count
            reached = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            return reached

    peak(100)
    fixed = peak(100)
    # What differs is kept whole: here every record is missing, some 400 bytes each; held at once it would be 1,500.
    assert peak(6_000) - fixed <= 6_000 * 700
