"""What the index knows of a case, and what it never knows."""

from datetime import UTC, date, datetime
from pathlib import Path

import orjson
import pytest

from consumers.deciding.decisions import rating
from consumers.reading import reader
from consumers.search.documents import document, document_bytes
from consumers.search.mapping import PROPERTIES
from processors.rules.case_life import decide, is_known
from schemas.divisions import place_path
from schemas.events import Case
from schemas.life import RIGHTS, Clock
from schemas.terms import CaseStatus, Channel, ClockKind, Rating, Verdict
from tests.fakes_consumers import ROAD, WAGES, case, clock, merged, petition

SAMPLES = sorted((Path(__file__).parents[3] / "samples" / "events" / "Case").glob("*.json"))


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("", []),
        ("41", ["41"]),
        ("4110", ["41", "4110"]),
        ("411002", ["41", "4110", "411002"]),
        ("411002100", ["41", "4110", "411002", "411002100"]),
        ("411002100204", ["41", "4110", "411002", "411002100", "411002100204"]),
    ],
)
def test_a_place_is_found_by_every_division_that_contains_it(code: str, path: list[str]) -> None:
    assert place_path(code) == path


def test_a_document_never_holds_the_petitioners_pseudonym_or_sketch() -> None:
    written = document_bytes(case(petition(petitioner_ref="Rfeedfacefeedface"))).decode()
    assert "Rfeedfacefeedface" not in written
    assert "petitioner" not in written
    assert "sketch" not in written


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_the_document_of_a_case_is_the_same_however_the_case_was_read(path: Path) -> None:
    value = path.read_bytes()
    assert orjson.loads(document_bytes(reader(Case)(value))) == orjson.loads(document_bytes(Case.from_bytes(value)))


def test_a_document_has_exactly_the_fields_of_the_strict_mapping() -> None:
    assert set(document(case())) == set(PROPERTIES)
    with_clocks = case(clocks=tuple(clock(kind) for kind in ClockKind))
    # an indexer of an older version still writes what is a right beside what is due
    assert set(document(with_clocks)["due"]) | RIGHTS == set(PROPERTIES["due"]["properties"])


def test_a_document_is_found_by_every_level_of_its_matter_and_by_who_assists() -> None:
    found = document(Case.from_bytes(next(path for path in SAMPLES if path.stem == "assisted").read_bytes()))
    assert (found["sector"], found["category"], found["issue"]) == ("labour_security", "labour", "labour.wages")
    assert (found["unit"], found["assisting_units"]) == ("410122-human_resources", ["410122-environment"])


def test_one_text_that_was_sent_to_many_is_stored_once() -> None:
    found = document(
        case(petition("1", body=WAGES), petition("2", row=2, body=WAGES), petition("3", row=3, title="", body=ROAD))
    )
    assert found["bodies"] == [WAGES, ROAD]
    assert found["titles"] == ["拖欠工资", ""]
    assert [chapter["text"] for chapter in found["story"]["petitions"]] == [0, 0, 1]


@pytest.mark.parametrize(
    ("refs", "people", "is_collective"),
    [
        (["R1"], [1], False),
        (["R1", "R1"], [1, 1], False),
        (["R1", "R2", "R3", "R4", "R5"], [1, 1, 1, 1, 1], True),
        (["R1", "R1"], [3, 5], True),
        ([None, None], [1, 1], False),
        ([None, None, None, None, None], [1] * 5, True),
    ],
)
def test_people_are_counted_once_and_five_are_collective(
    refs: list[str | None], people: list[int], is_collective: bool
) -> None:
    members = [
        petition(f"N{row}", row=row, petitioner_ref=ref, people=count)
        for row, (ref, count) in enumerate(zip(refs, people, strict=True), 1)
    ]
    found = document(case(*members))
    assert found["is_collective"] is is_collective
    assert found["people"] == (5 if is_collective else len({ref or row for row, ref in enumerate(refs)}))


def test_a_collective_matter_in_several_volumes_counts_once() -> None:
    petitions = [petition(str(row), petitioner_ref=f"R{row}") for row in range(5)]
    counted = [document(case(*petitions, volume_of=of))["is_collective"] for of in ("", "C0000000000000009")]
    assert counted == [True, False]


def test_members_are_counted_by_verdict_and_named_by_their_numbers() -> None:
    found = document(
        case(
            petition("A-1"),
            petition("A-2", row=2, verdict=Verdict.REPEAT, channel=Channel.LETTER, office="县信访局"),
            petition("B-9", row=3, verdict=Verdict.JOINING, source="411023"),
        )
    )
    assert (found["petition_count"], found["repeat_count"], found["joining_count"]) == (3, 1, 1)
    assert found["record_nos"] == ["A-1", "A-2", "B-9"]
    assert found["sources"] == ["411002", "411023"]
    assert found["channels"] == ["letter", "visit"]
    assert found["offices"] == ["县信访局"]


def test_the_next_due_day_is_the_earliest_unmet_of_case_and_petitions() -> None:
    inform = clock(ClockKind.INFORM, due=date(2026, 3, 10))
    met = clock(ClockKind.REGISTER, due=date(2026, 3, 1), met=date(2026, 3, 1))
    conclude = clock(ClockKind.CONCLUDE, due=date(2026, 5, 1))
    found = document(case(petition(clocks=(inform, met)), clocks=(conclude,)))
    assert found["due"] == {"inform": date(2026, 3, 10), "conclude": date(2026, 5, 1)}
    assert found["next_due_on"] == date(2026, 3, 10)


def test_what_a_unit_may_do_and_need_not_is_never_due() -> None:
    right, inform = clock(ClockKind.OBJECT, due=date(2026, 3, 9)), clock(ClockKind.INFORM, due=date(2026, 3, 20))
    found = document(case(clocks=(right, inform)))
    assert (found["due"], found["next_due_on"]) == ({"inform": inform.due_on}, inform.due_on)


def test_a_closed_case_has_nothing_due() -> None:
    found = document(case(clocks=(clock(),), status=CaseStatus.CONCLUDED))
    assert found["next_due_on"] is None
    assert found["is_open"] is False


def test_a_merged_case_names_the_one_that_took_it_over() -> None:
    kept, lost = case(petition("1")), case(petition("2", row=2))
    found = document(merged(lost, kept))
    assert (found["status"], found["merged_into"]) == ("merged", kept.case_id)


def test_the_latest_receipt_counts_not_the_last_in_the_list() -> None:
    late, early = datetime(2026, 4, 2, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)
    found = document(case(petition("1", received_at=late), petition("2", row=2, received_at=early)))
    assert orjson.loads(orjson.dumps(found["last_received_at"])) == "2026-04-02T00:00:00+00:00"


def test_the_latest_rating_of_the_petitioner_is_the_one_that_counts() -> None:
    given = case()
    for number, one in enumerate((Rating.SATISFIED, Rating.DISSATISFIED), 1):
        draft = decide(given, rating(document(given), "P1", one, at=datetime(2026, 4, number, tzinfo=UTC)))
        given = given.with_changes(notes=draft.notes)
    assert [note.rating for note in given.notes] == [Rating.SATISFIED, Rating.DISSATISFIED]
    assert (document(given)["rating"], document(case())["rating"]) == ("dissatisfied", None)


def test_a_petitioner_who_goes_back_to_the_first_rating_has_the_last_word() -> None:
    given = case()
    for number, one in enumerate((Rating.SATISFIED, Rating.DISSATISFIED, Rating.DISSATISFIED, Rating.SATISFIED), 1):
        made = rating(document(given), "P1", one, at=datetime(2026, 4, number, tzinfo=UTC))
        if not is_known(given, made):
            given = given.with_changes(notes=decide(given, made).notes)
    assert [note.rating for note in given.notes] == [Rating.SATISFIED, Rating.DISSATISFIED, Rating.SATISFIED]
    assert document(given)["rating"] == "satisfied"


@pytest.mark.parametrize(
    ("clocks", "kept", "late"),
    [
        ((), [], []),
        ((clock(met=date(2026, 3, 17)),), ["register"], []),
        ((clock(met=date(2026, 3, 18)),), [], ["register"]),
        ((clock(met=date(2026, 3, 1)), clock(met=date(2026, 3, 18))), [], ["register"]),
        ((clock(met=date(2026, 3, 1)), clock()), [], []),  # it is not known yet whether all are kept
        ((clock(met=date(2026, 3, 18)), clock()), [], ["register"]),
        ((clock(met=date(2026, 3, 1)), clock(ClockKind.CONCLUDE)), ["register"], []),
        ((clock(),), [], []),  # still running, or overdue: no period that was met
        ((clock(met=date(2026, 3, 1)), clock(ClockKind.CONCLUDE, met=date(2026, 9, 1))), ["register"], ["conclude"]),
        ((clock(ClockKind.OBJECT, met=date(2026, 9, 1)),), [], []),  # a right, which the unit need not use
        ((clock(ClockKind.ASK_REVIEW, met=date(2026, 9, 1)).with_changes(is_petitioners=True),), [], []),
    ],
)
def test_periods_that_were_met_are_in_time_or_late(
    clocks: tuple[Clock, ...], kept: list[str], late: list[str]
) -> None:
    members = [petition(str(number), row=number, clocks=(one,)) for number, one in enumerate(clocks)]
    for given in (case(clocks=clocks), case(*members)):
        found = document(given)
        assert (found["kept"], found["late"]) == (kept, late)
