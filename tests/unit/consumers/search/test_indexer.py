"""Messages of cases become documents or dead letters; nothing is deleted, nothing is lost."""

import tracemalloc
from base64 import b64decode

import pytest

from consumers.health import REGISTRY, Health
from consumers.letters import DeadLetterLimit, TooManyDeadLetters
from consumers.search import indexer as search_indexer
from consumers.search.indexer import CaseIndexer, is_old
from schemas.metrics import Metric
from schemas.terms import RejectReason, Stage
from tests.fakes_consumers import FakeLetters, FakeSink, case, merged, petition, record


def indexer(sink: FakeSink, letters: FakeLetters, limit: int = 100, health: Health | None = None) -> CaseIndexer:
    return CaseIndexer(sink, letters, DeadLetterLimit(limit), health or Health())


def test_a_case_becomes_a_document_under_its_own_version() -> None:
    sink = FakeSink()
    step = indexer(sink, FakeLetters())
    assert step.attempt(step.prepare([record(case(version=4).to_bytes())])) == []
    assert [item.version for item in sink.documents.values()] == [4]


def test_the_same_messages_twice_late_and_out_of_order_give_the_same_index() -> None:
    versions = [case(version=number).to_bytes() for number in (1, 2, 3)]
    expected = FakeSink()
    step = indexer(expected, FakeLetters())
    step.attempt(step.prepare([record(value) for value in versions]))
    for order in ([0, 1, 2, 0, 1, 2], [2, 1, 0], [1, 0, 2, 1]):
        sink = FakeSink()
        step = indexer(sink, FakeLetters())
        for number in order:
            assert step.attempt(step.prepare([record(versions[number])])) == []
        assert sink.documents == expected.documents


def test_of_the_versions_in_one_batch_only_the_newest_becomes_a_document() -> None:
    values = [case(version=number).to_bytes() for number in (2, 3, 1)]
    step = indexer(FakeSink(), FakeLetters())
    entries = step.prepare([record(value, offset=at) for at, value in enumerate(values)])
    assert [(entry.item.version, entry.record.offset) for entry in entries] == [(3, 1)]


def test_an_undecodable_message_is_a_dead_letter_with_its_bytes_and_the_others_go_on() -> None:
    sink, letters = FakeSink(), FakeLetters()
    step = indexer(sink, letters)
    step.attempt(step.prepare([record(b"\xff\xfe", offset=7, key=b"C9"), record(case().to_bytes(), offset=8)]))
    (letter,) = letters.posted
    assert (letter.stage, letter.reason) == (Stage.INDEX, RejectReason.UNDECODABLE)
    assert (letter.origin, letter.source, b64decode(letter.raw)) == ("t.cases:0:7", "C9", b"\xff\xfe")
    assert len(sink.documents) == 1


def test_a_refused_document_is_a_dead_letter_that_names_the_code_only() -> None:
    bad, good = case(petition("1")), case(petition("2", row=2))
    sink, letters = FakeSink(refuses={bad.case_id: "document_parsing_exception"}), FakeLetters()
    step = indexer(sink, letters)
    left = step.attempt(step.prepare([record(bad.to_bytes()), record(good.to_bytes(), offset=1)]))
    assert left == []
    (letter,) = letters.posted
    assert (letter.reason, letter.field) == (RejectReason.REFUSED_BY_INDEX, "document_parsing_exception")
    assert list(sink.documents) == [good.case_id]


def test_the_same_refusal_again_is_the_same_letter() -> None:
    bad = case()
    letters = FakeLetters()
    step = indexer(FakeSink(refuses={bad.case_id: "x"}), letters)
    for _ in range(2):
        step.attempt(step.prepare([record(bad.to_bytes(), offset=3)]))
    assert letters.posted[0].letter_id == letters.posted[1].letter_id


def test_a_tombstone_deletes_nothing() -> None:
    sink, letters = FakeSink(), FakeLetters()
    step = indexer(sink, letters)
    step.attempt(step.prepare([record(case().to_bytes())]))
    assert step.prepare([record(None, offset=1)]) == []
    assert (len(sink.documents), letters.posted) == (1, [])


def test_what_the_index_cannot_take_now_comes_back_and_health_says_so() -> None:
    now = [0.0]
    health = Health(clock=lambda: now[0])
    step = indexer(FakeSink(fails=1), FakeLetters(), health=health)
    left = step.attempt(step.prepare([record(case().to_bytes())]))
    assert len(left) == 1
    now[0] = 61.0
    assert (health.is_well, health.waiting) == (False, 1)
    assert step.attempt(left) == []
    assert (health.is_well, health.report()["last_write_age_s"]) == (True, 0.0)


def test_too_many_refusals_in_a_row_stop_the_process() -> None:
    step = indexer(FakeSink(), FakeLetters(), limit=3)
    step.prepare([record(b"bad", offset=0), record(b"bad", offset=1)])
    with pytest.raises(TooManyDeadLetters):
        step.prepare([record(b"bad", offset=2)])


def test_refusals_of_one_batch_after_the_other_are_one_row() -> None:
    """What can be read is not done by that: the index refuses it all the same, batch by batch."""
    cases = [case(petition(str(number), row=number)) for number in range(1, 8)]
    letters = FakeLetters()
    step = indexer(FakeSink(refuses={one.case_id: "mapper_parsing_exception" for one in cases}), letters, limit=5)
    batches = [[record(one.to_bytes(), offset=at)] for at, one in enumerate(cases)]
    for batch in batches[:4]:
        step.attempt(step.prepare(batch))
    for batch in batches[4:]:
        with pytest.raises(TooManyDeadLetters, match="mapper_parsing_exception"):
            step.attempt(step.prepare(batch))
    assert len(letters.posted) == 4


def test_a_batch_that_goes_beyond_the_limit_is_not_buried_and_comes_again() -> None:
    """It is not committed either: buried at each start it would fill the topic with letters of the same records."""
    cases = [case(petition(str(number), row=number)) for number in range(1, 8)]
    sink, letters = FakeSink(refuses={one.case_id: "mapper_parsing_exception" for one in cases}), FakeLetters()
    batch = [record(one.to_bytes(), offset=at) for at, one in enumerate(cases)]
    for _ in range(2):
        step = indexer(sink, letters, limit=5)
        with pytest.raises(TooManyDeadLetters):
            step.attempt(step.prepare(batch))
    assert letters.posted == []
    sink.refuses.clear()
    step = indexer(sink, letters, limit=5)
    assert step.attempt(step.prepare(batch)) == []
    assert len(sink.documents) == len(cases)


def test_a_good_record_ends_the_row_of_refusals() -> None:
    step = indexer(FakeSink(), FakeLetters(), limit=3)
    for offset in range(5):
        step.attempt(step.prepare([record(b"bad", offset=2 * offset), record(case().to_bytes())]))


def test_a_merged_case_stays_in_the_index_as_merged() -> None:
    kept, lost = case(petition("1")), case(petition("2", row=2))
    sink = FakeSink()
    step = indexer(sink, FakeLetters())
    step.attempt(step.prepare([record(lost.to_bytes()), record(merged(lost, kept).to_bytes(), offset=1)]))
    assert b'"status":"merged"' in sink.documents[lost.case_id].document


def test_a_case_has_time_while_it_holds_old_records_alone() -> None:
    old, new = petition("1", takeover=True), petition("2", row=2)
    assert is_old(record(case(old, takeover=True).to_bytes()))
    assert not is_old(record(case(new).to_bytes()))
    assert not is_old(record(case(old, new).to_bytes()))
    assert not is_old(record(None))
    assert not is_old(record(b'{"takeover":true'))


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ([[True, True]], 0),
        ([[False, False]], 0),
        ([[True, False]], 1),
        ([[True], [False], [True], [False]], 2),
    ],
)
def test_live_cases_amidst_old_ones_are_shown_at_once(written: list[list[bool]], shown: int) -> None:
    calls: list[None] = []
    step = CaseIndexer(FakeSink(), FakeLetters(), DeadLetterLimit(9), Health(), show=lambda: calls.append(None))
    for batch, olds in enumerate(written):
        cases = [case(petition(f"{batch}-{at}", row=at + 1), takeover=old) for at, old in enumerate(olds)]
        step.attempt(step.prepare([record(one.to_bytes()) for one in cases]))
    assert len(calls) == shown


def test_nothing_is_shown_where_nothing_could_be_written() -> None:
    calls: list[None] = []
    step = CaseIndexer(
        FakeSink(fails=1), FakeLetters(), DeadLetterLimit(9), Health(), show=lambda: calls.append(None)
    )
    cases = [case(petition("1"), takeover=True), case(petition("2", row=2))]
    work = step.prepare([record(one.to_bytes()) for one in cases])
    assert step.attempt(work) == work
    assert not calls
    step.attempt(work)
    assert len(calls) == 1


def test_long_after_the_old_records_nothing_is_shown_before_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_indexer, "AMIDST_S", 0.0)
    calls: list[None] = []
    step = CaseIndexer(FakeSink(), FakeLetters(), DeadLetterLimit(9), Health(), show=lambda: calls.append(None))
    step.attempt(step.prepare([record(case(petition("1"), takeover=True).to_bytes())]))
    step.attempt(step.prepare([record(case(petition("2")).to_bytes())]))
    assert not calls


def test_a_batch_takes_the_memory_of_its_documents_not_that_of_all_its_cases_as_they_are_read() -> None:
    """Read, a case takes several times what its message takes, and a batch may have 32 MB of messages."""
    step = indexer(FakeSink(), FakeLetters())
    many = [case(*(petition(f"{n}-{m}", row=m + 1) for m in range(5))).to_bytes() for n in range(200)]
    records = [record(value, offset=at) for at, value in enumerate(many)]
    step.prepare(records[:1])
    tracemalloc.start()
    try:
        entries = step.prepare(records)
        made, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(entries) == len(many)
    assert most <= 1.1 * made


def test_every_reason_is_shown_before_the_first_dead_letter() -> None:
    indexer(FakeSink(), FakeLetters())
    shown = {tuple(s.labels.values()) for m in REGISTRY.collect() for s in m.samples if s.name == Metric.DEAD_LETTERS}
    assert {(Stage.INDEX.value, reason.value) for reason in RejectReason} <= shown
