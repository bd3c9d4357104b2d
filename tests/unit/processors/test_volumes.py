"""A matter of very many petitioners fills several volumes; each is a case, and all follow the first one."""

import pytest

from processors import volumes
from processors.rules.repeat import Reading, link
from processors.shelf import rederive
from schemas.events import Case, Decision
from schemas.keys import case_id
from schemas.petition import Classification, Place
from schemas.terms import CaseStatus, Confidence, DecisionKind, Level, Verdict
from tests.desks import SOURCE, Desks, name_of
from tests.petitions import NOISE, PLACE, ROAD, START, petition

FULL = 4
VILLAGE = Place(code="411002100205", name=PLACE.name + "某村", level=Level.VILLAGE, confidence=Confidence.CERTAIN)


@pytest.fixture(autouse=True)
def small_volumes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(volumes, "MOST_PETITIONS", FULL)


def receive(desks: Desks, number: int, **fields: object) -> None:
    """A petition about the road, by somebody of its own number."""
    given: dict[str, object] = {"record_no": f"{number:03}", "day": number, "petitioner_ref": f"R{number}"}
    desks.send(**(given | fields))
    desks.run()


def received(count: int) -> Desks:
    desks = Desks()
    for number in range(count):
        receive(desks, number)
    return desks


def in_order(desks: Desks) -> list[Case]:
    return sorted(desks.live(), key=lambda case: case.opened_at)


def decided(desks: Desks, case: Case, kind: DecisionKind, unit: str = "") -> None:
    desks.work(
        "",
        Decision(
            decision_id=kind.value,
            kind=kind,
            case_id=case.case_id,
            home=case.home,
            by="市信访局",
            at=START,
            reason="核实属实",
            unit=unit,
        ),
    )


def test_a_full_case_takes_nobody_else_and_every_petition_is_in_exactly_one_volume() -> None:
    desks = received(3 * FULL + 1)
    assert desks.numbers() == [[f"{n:03}" for n in range(i, min(i + FULL, 13))] for i in range(0, 13, FULL)]
    first, *further = in_order(desks)
    assert {case.volume_of for case in further} == {first.case_id}
    assert first.volume_of == ""


def test_the_first_petition_of_a_further_volume_joins_the_first_of_all() -> None:
    _, further = in_order(received(FULL + 2))
    assert [(m.verdict, m.matched_petition_id) for m in further.petitions] == [
        (Verdict.JOINING, name_of("000")),
        (Verdict.JOINING, name_of(f"{FULL:03}")),
    ]
    assert further.petitions[0].evidence


def test_receiving_everything_again_changes_nothing() -> None:
    desks = received(2 * FULL + 1)
    before = desks.newest()
    for number in range(2 * FULL + 1):
        receive(desks, number)
    assert desks.newest() == before


def test_a_petitioners_next_letter_stays_with_the_earlier_one_though_the_volume_is_full() -> None:
    desks = received(FULL + 1)
    receive(desks, 90, petitioner_ref="R1", body=ROAD + "上次来信至今没有答复。")
    first, _ = in_order(desks)
    assert (first.petitions[-1].record_no, first.petitions[-1].verdict) == ("090", Verdict.REPEAT)


def test_the_letters_of_one_petitioner_alone_do_not_fill_a_volume_without_end_and_stay_repeats() -> None:
    desks = Desks()
    for number in range(3 * FULL):
        receive(desks, number, petitioner_ref="R1", day=30 * number)
    first, further = in_order(desks)
    assert (len(first.petitions), len(further.petitions)) == (FULL * volumes.STRETCH, FULL)
    assert {m.verdict for m in further.petitions} == {Verdict.REPEAT}
    assert further.petitions[0].matched_petition_id in {m.petition_id for m in first.petitions}


def test_a_revision_of_a_petition_of_a_full_volume_stays_in_it() -> None:
    desks = received(FULL + 1)
    revised = petition(record_no="001", petitioner_ref="R1", day=1, title="更正", body=ROAD).with_changes(revision=2)
    reading = Reading(PLACE, Classification(category="traffic"), SOURCE)
    desks.work("", link(revised, reading, desks.histories[revised.route]).petition)
    first, further = in_order(desks)
    assert [(m.record_no, m.revision) for m in first.petitions] == [("000", 1), ("001", 2), ("002", 1), ("003", 1)]
    assert further.volume_of == first.case_id


def test_long_letters_fill_a_volume_by_their_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(volumes, "MOST_CHARACTERS", 2 * len(ROAD))
    assert [len(case.petitions) for case in in_order(received(4))] == [2, 2]


def test_a_further_volume_has_place_category_and_unit_of_the_first() -> None:
    desks = received(FULL)
    receive(desks, FULL, category="")
    first, further = in_order(desks)
    assert (further.place, further.classification) == (first.place, first.classification)
    receive(desks, 60, petitioner_ref="R0", place=VILLAGE, body=ROAD + "我村是该镇某村。")
    first, further = in_order(desks)
    assert first.place == VILLAGE
    assert (further.place, further.classification) == (first.place, first.classification)


@pytest.mark.parametrize("named", [0, 1])
def test_what_a_person_decides_about_one_volume_counts_for_all_and_for_those_that_come_later(named: int) -> None:
    desks = received(FULL + 1)
    decided(desks, in_order(desks)[named], DecisionKind.REASSIGN, unit="411002-transport")
    for number in range(FULL + 1, 2 * FULL + 1):
        receive(desks, number)
    cases = in_order(desks)
    assert len(cases) == 3
    assert {case.jurisdiction.accountable_unit for case in cases} == {"411002-transport"}


def test_the_day_of_a_new_register_is_told_of_each_volume_by_itself() -> None:
    desks = received(FULL + 1)
    decided(desks, in_order(desks)[1], DecisionKind.REDETERMINE)
    assert [len(case.notes) for case in in_order(desks)] == [0, 1]


def test_after_a_restart_from_the_changelog_the_next_petition_finds_the_open_volume() -> None:
    desks, again = received(FULL + 2), Desks()
    again.histories = desks.histories
    for name, case in desks.newest().items():
        again.tables[""].derive(name.encode(), case.to_bytes())
        rederive(again.tables[""], name.encode(), case.to_bytes())
    receive(again, 50)
    assert [len(case.petitions) for case in in_order(again)] == [FULL, 3]


def test_two_matters_that_turn_out_to_be_one_are_volumes_where_no_volume_holds_them_together() -> None:
    desks = Desks()
    for number in range(3):
        receive(desks, number, category="")
        receive(desks, 10 + number, body=NOISE, title="油烟", category="")
    receive(desks, 20, body=ROAD + NOISE, title="两个问题", category="")
    first, other = in_order(desks)
    assert sorted([len(first.petitions), len(other.petitions)]) == [3, 4]
    assert other.volume_of == first.case_id


def test_the_volume_that_takes_the_petition_takes_the_decisions_of_the_first_as_well() -> None:
    desks = received(FULL)
    decided(desks, desks.live()[0], DecisionKind.ACCEPT)
    for number in range(2):
        receive(desks, 10 + number, body=NOISE, title="油烟", category="")
    receive(desks, 20, body=ROAD + NOISE, title="两个问题", category="")
    assert [case.status for case in desks.live()] == [CaseStatus.ACCEPTED] * 2


def test_a_late_letter_that_is_earlier_than_all_of_its_volume_renames_only_that_volume() -> None:
    desks = Desks()
    for number in range(10, 10 + FULL + 1):
        receive(desks, number)
    first, before = in_order(desks)
    receive(desks, 1)
    cases = {len(case.petitions): case for case in desks.live()}
    assert cases[FULL] == first
    assert (cases[2].case_id, cases[2].volume_of) == (case_id(name_of("001")), first.case_id)
    assert desks.newest()[before.case_id].status is CaseStatus.MERGED
    receive(desks, 60)
    assert sorted(len(case.petitions) for case in desks.live()) == [3, FULL]


def test_small_matters_know_nothing_of_volumes() -> None:
    desks = received(FULL - 1)
    assert [case.volume_of for case in desks.live()] == [""]
    assert all(not key.startswith(b"v:") for key, _ in desks.tables[""].items())
    assert desks.live()[0].home == SOURCE


def test_a_matter_that_becomes_a_further_volume_takes_category_and_decisions_of_the_first() -> None:
    desks = Desks()
    for number in range(FULL):
        receive(desks, number, category="traffic")
    decided(desks, desks.live()[0], DecisionKind.ACCEPT)
    for number in range(FULL):
        receive(desks, 10 + number, body=NOISE, title="油烟", category="environment")
    receive(desks, 20, body=ROAD + NOISE, title="两个问题", category="")
    first, other, _ = in_order(desks)
    assert other.volume_of == first.case_id
    assert (other.classification, other.status) == (first.classification, CaseStatus.ACCEPTED)
    assert [note.decision_id for note in other.notes] == ["accept"]
