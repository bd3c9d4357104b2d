"""What people judge wins over every rule, for ever and in any order, and can be taken back."""

from itertools import permutations

import pytest

from schemas.keys import case_id
from schemas.petition import Link
from schemas.terms import Channel, Opinion, Verdict
from tests.desks import Desks, judged, name_of
from tests.petitions import NOISE, ROAD, WAGES, linked

SAME, APART, UNSURE = Opinion.SAME, Opinion.NOT_SAME, Opinion.UNSURE
AGAIN = ROAD + "上次来信至今没有答复，麦收又到了。"
NEIGHBOUR = "我也是这个村的。" + ROAD
MATTER: dict[str, dict[str, object]] = {
    "1": {"day": 0},
    "2": {"day": 1, "office": "市长信箱", "channel": Channel.LEADER_MAILBOX},
    "3": {"day": 40, "body": AGAIN},
    "4": {"day": 50, "petitioner_ref": "R2", "body": NEIGHBOUR},
}
WAGE: dict[str, object] = {"day": 3, "body": WAGES, "title": "拖欠工资", "category": "labour"}


def desks_with(*numbers: str) -> Desks:
    desks = Desks()
    for number in numbers:
        desks.send(record_no=number, **MATTER[number])  # type: ignore[arg-type]
    return desks.run()


def after(desks: Desks, *made: tuple[str, str, Opinion]) -> Desks:
    for number, (one, other, opinion) in enumerate(made, 1):
        desks.judge(judged(one, other, opinion, number))
    return desks.run()


def test_two_petitions_judged_apart_are_two_cases_that_name_one_another() -> None:
    desks = after(desks_with("1", "4"), ("1", "4", APART))
    first, second = (case_id(name_of(number)) for number in ("1", "4"))
    cases = {case.case_id: case for case in desks.live()}
    assert {name: case.kept_from for name, case in cases.items()} == {first: (second,), second: (first,)}
    assert all(case.judgements[0].reason == "当面核实" for case in cases.values())


def test_of_three_the_weakest_evidence_is_cut() -> None:
    desks = after(desks_with("1", "2", "4"), ("1", "4", APART))
    assert desks.numbers() == [["1", "2"], ["4"]]


def test_apart_holds_through_third_petitions_that_come_later() -> None:
    desks = after(desks_with("1", "4"), ("1", "4", APART))
    desks.send(record_no="3", **MATTER["3"])  # type: ignore[arg-type]
    desks.run()
    assert sorted(map(len, desks.numbers())) == [1, 2]
    assert not any({"1", "4"} <= set(numbers) for numbers in desks.numbers())


def test_two_matters_judged_the_same_are_one_case_and_the_evidence_says_who() -> None:
    desks = desks_with("1")
    desks.send(record_no="5", **WAGE)  # type: ignore[arg-type]
    desks.run()
    assert len(desks.live()) == 2
    after(desks, ("1", "5", SAME))
    (case,) = desks.live()
    assert case.petitions[1].evidence == ("人工判定为同一事项（市信访局 督查岗）",)
    assert desks.books[""].case(case_id(name_of("5"))) == case


def test_a_judgement_that_comes_before_its_petitions_waits_for_them() -> None:
    desks = after(Desks(), ("1", "5", SAME), ("1", "4", APART))
    for number in ("4", "1"):
        desks.send(record_no=number, **MATTER[number])  # type: ignore[arg-type]
    desks.send(record_no="5", **WAGE)  # type: ignore[arg-type]
    assert desks.run().numbers() == [["1", "5"], ["4"]]


@pytest.mark.parametrize("taken_back", [SAME, UNSURE])
def test_a_split_that_is_taken_back_restores_the_case_and_its_ids(taken_back: Opinion) -> None:
    desks = desks_with("1", "2", "4")
    before = {case.case_id: [m.record_no for m in case.petitions] for case in desks.live()}
    after(desks, ("1", "4", APART), ("2", "4", APART))
    assert len(desks.live()) == 2
    for number, pair in enumerate((("1", "4"), ("2", "4")), 3):
        desks.judge(judged(*pair, taken_back, number))
    desks.run()
    assert {case.case_id: [m.record_no for m in case.petitions] for case in desks.live()} == before
    assert desks.live()[0].kept_from == ()
    assert desks.books[""].case(case_id(name_of("4"))) == desks.live()[0]


@pytest.mark.parametrize("taken_back", [APART, UNSURE])
def test_a_merge_that_is_taken_back_leaves_two_cases_under_their_old_ids(taken_back: Opinion) -> None:
    desks = desks_with("1", "2")
    desks.send(record_no="5", **WAGE)  # type: ignore[arg-type]
    before = desks.run().numbers()
    after(desks, ("2", "5", SAME), ("2", "5", taken_back))
    assert desks.numbers() == before
    assert {case.case_id for case in desks.live()} == {case_id(name_of("1")), case_id(name_of("5"))}


def test_what_stays_apart_outweighs_what_belongs_together_over_three() -> None:
    desks = Desks()
    for number, body in (("1", ROAD), ("5", WAGES), ("6", NOISE)):
        desks.send(record_no=number, body=body, day=int(number), category="", petitioner_ref=f"R{number}")
    after(desks.run(), ("1", "5", SAME), ("5", "6", SAME), ("1", "6", APART))
    assert desks.numbers() == [["1"], ["5", "6"]], "the later of the two judgements is kept"


def test_ids_of_cases_lead_to_where_their_petition_is_after_every_split() -> None:
    desks = desks_with("1")
    desks.send(record_no="5", **WAGE)  # type: ignore[arg-type]
    desks.send(record_no="6", **(WAGE | {"day": 9, "petitioner_ref": "R6"}))  # type: ignore[arg-type]
    desks.run()
    after(desks, ("1", "5", SAME), ("1", "6", SAME))
    for number, pair in enumerate((("1", "5"), ("1", "6")), 3):
        desks.judge(judged(*pair, APART, number))
    desks.run()
    for case in desks.live():
        for petition in case.petitions:
            led = desks.books[""].case(case_id(petition.petition_id))
            assert led is None or led.case_id == case.case_id


def test_the_same_judgement_again_changes_nothing() -> None:
    desks = after(desks_with("1", "4"), ("1", "4", APART))
    versions = {case.case_id: case.version for case in desks.live()}
    after(desks, ("1", "4", APART))
    assert {case.case_id: case.version for case in desks.live()} == versions


def test_an_unsure_first_petition_is_first_once_somebody_has_answered() -> None:
    desks = desks_with("1")
    asked = Link(petition_id=name_of("1"), verdict=Verdict.UNSURE, score=0.35, evidence=("内容重合31%",))
    made = linked(record_no="5", **WAGE)
    desks.work("", made.with_changes(links=(asked,)))
    assert [m.verdict for case in desks.live() for m in case.petitions] == [Verdict.FIRST, Verdict.UNSURE]
    after(desks, ("1", "5", APART))
    assert [m.verdict for case in desks.live() for m in case.petitions] == [Verdict.FIRST, Verdict.FIRST]
    desks.judge(judged("1", "5", UNSURE, 2))
    assert Verdict.UNSURE in {m.verdict for case in desks.run().live() for m in case.petitions}


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_petitions_and_judgements_in_any_order_end_in_the_same_cases(order: tuple[int, ...]) -> None:
    made = [judged("1", "4", APART)]
    punctual, late = desks_with("1", "3", "4"), Desks()
    for judgement in made:
        punctual.judge(judgement)
    punctual.run()
    for index in order:
        if index < 3:
            number = ("1", "3", "4")[index]
            late.send(record_no=number, **MATTER[number])  # type: ignore[arg-type]
        else:
            late.judge(made[index - 3])
        late.run()
    assert late.read_model() == punctual.read_model()
