"""The figures of an evaluation, worked out by hand."""

from collections.abc import Mapping

import pytest

from deploy.demo.truth import TruthRow
from deploy.evaluation import Decided, Level, Quality, Score, Share, as_json, decisions_of, evaluate
from schemas.events import Case
from schemas.petition import Place
from schemas.terms import CaseStatus
from tests.petitions import START, jurisdiction, linked, member

# Matter 1: Li writes, sends it to another office, repeats it reworded; a neighbour joins. Matter 2: Li, other words.
# Matter 3 is put into the words of matter 1 elsewhere. The last row is a resent one and counts for nothing.
TRUTH = (
    TruthRow("4101", "f", 1, "a", "registered", "", "a", "Li", "1", "first", 0, "410100001001", "land"),
    TruthRow("4101", "f", 2, "b", "registered", "", "b", "Li", "1", "sent_to_many", 0, "410100001001", "land"),
    TruthRow("4101", "f", 3, "c", "registered", "", "c", "Li", "1", "repeat", 4, "410100001001", "land"),
    TruthRow("4101", "f", 4, "d", "registered", "", "d", "Wu", "1", "joining", 3, "410100001001", "land"),
    TruthRow("4101", "f", 5, "e", "registered", "", "e", "Li", "2", "first", 0, "410100", "water"),
    TruthRow("4101", "f", 6, "f", "registered", "", "f", "Xu", "3", "first", 0, "410100002001", "land", "1"),
    TruthRow("4101", "f", 7, "a", "resent", "", "a", "Li", "1", "first", 0, "410100001001", "land"),
)
RIGHT = {
    "a": Decided("A", "first", "410100001001", "land"),
    "b": Decided("A", "sent_to_many", "410100001", "land"),
    "c": Decided("A", "repeat", "410100001002", "land"),
    "d": Decided("A", "joining", "410100001001", "land"),
    "e": Decided("E", "first", "", "water"),
    "f": Decided("F", "first", "410100002001", "land"),
}


REPEAT_LOST = {"b_cubed": {"precision": 1.0, "recall": 0.25, "f1": 0.4}}


def changed(**decided: Decided | None) -> Quality:
    decisions: Mapping[str, Decided | None] = {**RIGHT, **decided}
    return evaluate({key: value for key, value in decisions.items() if value is not None}, TRUTH)


def test_right_decisions_score_one_everywhere() -> None:
    quality = changed()
    assert quality.petitions == 6
    assert (quality.missing, quality.surplus) == (0, 0)
    assert quality.same_person == quality.cases == Score(1.0, 1.0)
    assert set(quality.verdicts.values()) == {Score(1.0, 1.0)}
    assert {level.found.rate for level in quality.by_change.values()} == {1.0}
    assert quality.twins_apart == Share(1, 1)
    assert quality.township == Share(5, 5)


def test_a_repeat_that_was_not_found_costs_recall_of_pairs_and_of_its_level() -> None:
    quality = changed(c=Decided("C", "first"))
    assert quality.same_person == Score(1.0, pytest.approx(1 / 3))
    assert quality.by_change["repeat", 4] == Level(Share(0, 1), Score(1.0, 0.25))
    assert quality.by_change["sent_to_many", 0].found == Share(1, 1)
    assert quality.verdicts["repeat"] == Score(1.0, 0.0)
    assert quality.verdicts["first"] == Score(pytest.approx(3 / 4), 1.0)


def test_two_matters_of_one_person_in_one_case_cost_precision() -> None:
    assert changed(e=Decided("A", "repeat")).same_person == Score(pytest.approx(3 / 6), 1.0)


def test_b_cubed_weighs_each_petition_by_its_case_and_its_matter() -> None:
    split = changed(c=Decided("C", "repeat"), d=Decided("C", "joining"))
    assert split.cases == Score(1.0, pytest.approx((4 * 0.5 + 2) / 6))
    merged = changed(e=Decided("A", "first"))
    assert merged.cases == Score(pytest.approx((4 * 4 / 5 + 1 / 5 + 1) / 6), 1.0)


def test_the_same_words_elsewhere_must_stay_apart() -> None:
    assert changed(f=Decided("A", "joining")).twins_apart == Share(0, 1)


def test_a_form_with_other_names_in_the_same_place_must_stay_apart() -> None:
    here = TruthRow("4101", "f", 8, "g", "registered", "", "g", "Yu", "4", "first", 0, "410100001001", "land", "1")
    for case, right in (("G", 1), ("A", 0)):
        quality = evaluate({**RIGHT, "g": Decided(case, "first")}, (*TRUTH, here))
        assert quality.forms_apart == Share(right, 1)
        assert quality.twins_apart == Share(1, 1)


def test_matters_of_several_people_are_judged_by_themselves() -> None:
    assert changed(e=Decided("F", "first")).collective == Score(1.0, 1.0)
    assert changed(d=Decided("D", "first")).collective == Score(1.0, pytest.approx((3 * 3 / 4 + 1 / 4) / 4))


def test_merged_hard_negatives_are_counted() -> None:
    assert changed().hard_negatives_merged == 0
    assert changed(f=Decided("A", "joining")).hard_negatives_merged == 1


def test_missing_and_surplus_petitions_are_counted() -> None:
    quality = changed(d=None, z=Decided("Z", "first"))
    assert (quality.missing, quality.surplus) == (1, 1)


def test_places_are_judged_where_the_letter_names_one_and_only_as_far_as_they_were_located() -> None:
    quality = changed(
        a=Decided("A", "first", "410100002", "land"),
        b=Decided("A", "sent_to_many", "410100", "land"),
        c=Decided("A", "repeat", "", "water"),
        e=Decided("E", "first", "410100001", ""),
    )
    assert quality.place_named == Share(4, 5)
    assert quality.township == Share(2, 3)
    assert quality.county == Share(4, 4)
    assert quality.category == Share(4, 5)


def test_decisions_come_from_cases_and_a_merged_case_has_none() -> None:
    first, reused = (member(linked(row=row)).model_copy(update={"number_reused": row == 2}) for row in (1, 2))
    case = Case(
        case_id="C1",
        version=1,
        home="411002",
        opened_at=START,
        updated_at=START,
        place=Place(),
        jurisdiction=jurisdiction(),
        petitions=(first, reused),
    )
    merged = case.model_copy(update={"case_id": "C2", "status": CaseStatus.MERGED, "merged_into": "C1"})
    decisions = decisions_of([merged, case])
    assert set(decisions) == {"411002:XF-1", "411002:XF-1#2"}
    assert decisions["411002:XF-1"] == Decided("C1", "first", "411002100", "traffic")
    further = case.model_copy(update={"case_id": "C3", "volume_of": "C2"})
    assert {made.case_id for made in decisions_of([merged, case, further]).values()} == {"C1"}


def test_the_figures_are_written_for_programs() -> None:
    found = as_json(changed(c=Decided("C", "first")))
    assert found["same_person"] == {"precision": 1.0, "recall": 0.3333, "f1": 0.5}
    assert {"verdict": "repeat", "change": 4, "right": 0, "of": 1, "rate": 0.0, **REPEAT_LOST} in found["by_change"]
