"""A matter of several homes is put together at one of them, in whatever order petitions and judgements arrive."""

import random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from processors.shelf import rederive
from processors.tables import MemoryTable
from schemas.events import Judgement
from schemas.keys import case_id
from schemas.terms import CaseStatus, Opinion
from tests.desks import HOMES, JUDGEMENTS, PETITIONS, About, Desks, accepted, judged, judged_in, name_of, place_in
from tests.petitions import NOISE, ROAD, WAGES

SAME, APART, OPEN = Opinion.SAME, Opinion.NOT_SAME, Opinion.UNSURE


def sent(
    desks: Desks, number: str, home: str, body: str = ROAD, person: str = "", day: int = 0, revision: int = 1
) -> None:
    desks.send(
        record_no=number,
        revision=revision,
        home=home,
        place=place_in(home) if len(home) == 6 else place_in("411002"),
        body=body,
        day=day,
        category="",
        petitioner_ref=person or f"R{number}",
    )


def road_in_two_counties() -> Desks:
    """Two petitions about the road in either county, one person each."""
    desks = Desks(*HOMES)
    sent(desks, "1", "411003", day=0)
    sent(desks, "2", "411023", day=1)
    sent(desks, "3", "411023", day=2)
    return desks.run()


def test_a_case_at_another_home_moves_with_all_its_petitions_when_people_say_it_is_the_same() -> None:
    desks = road_in_two_counties()
    assert desks.numbers() == [["1"], ["2", "3"]]
    desks.judge(judged("1", "3", SAME, meet_at="411003"))
    (case,) = desks.run().live()
    assert ([m.record_no for m in case.petitions], case.home) == (["1", "2", "3"], "411003")
    left = desks.newest()[case_id(name_of("2"))]
    assert (left.status, left.merged_into) == (CaseStatus.MERGED, case.case_id)


def test_a_later_petition_follows_the_case_that_has_moved() -> None:
    desks = road_in_two_counties()
    desks.judge(judged("1", "3", SAME, meet_at="411003"))
    sent(desks.run(), "4", "411023", day=3)
    assert desks.run().numbers() == [["1", "2", "3", "4"]]


def test_a_revision_follows_the_petition_that_has_moved() -> None:
    desks = road_in_two_counties()
    desks.judge(judged("1", "3", SAME, meet_at="411003"))
    moved = desks.run().live()[0].petitions[2]
    desks.work("411023", moved.with_changes(revision=2, title="更正后的标题"))
    assert desks.run().live()[0].petitions[2].title == "更正后的标题"


def test_a_revision_follows_the_petition_that_moves_because_of_one_before_it_in_the_message() -> None:
    desks = Desks(*HOMES)
    sent(desks, "1", "411003", day=0)
    sent(desks, "2", "411023", day=1)
    desks.judge(judged("1", "3", SAME, meet_at="411003"))
    filed = desks.run().newest()[case_id(name_of("2"))].petitions[0]
    sent(desks, "3", "411023", day=2)
    desks.work("411023", desks.linked["411023"].popleft(), filed.with_changes(revision=2, title="更正后的标题"))
    (case,) = desks.run().live()
    assert [(m.record_no, m.revision) for m in case.petitions] == [("1", 1), ("2", 2), ("3", 1)]


@pytest.mark.parametrize(("first", "there"), [("411002", "411003"), ("411003", "411023")])
def test_a_revision_does_not_come_before_its_petition_where_they_meet(first: str, there: str) -> None:
    """The desk that sent the petition on knows before the one there that it comes back, or goes further."""
    desks = Desks(*HOMES)
    sent(desks, "1", first)
    away, on = judged("1", "8", SAME, 1, meet_at=there), judged("1", "9", SAME, 2, meet_at="411002")
    desks.run().work(first, accepted("1", 1, first), away, on)
    sent(desks, "1", first, revision=2)
    desks.work(first, desks.linked[first].popleft(), accepted("1", 2, first))
    desks.judge(away)
    desks.judge(on)
    (case,) = desks.run().live()
    assert ([(m.record_no, m.revision) for m in case.petitions], case.home) == ([("1", 2)], "411002")
    assert [note.decision_id for note in case.notes] == ["D1", "D2"]


def test_a_move_that_is_taken_back_keeps_two_cases_under_their_own_ids() -> None:
    desks = road_in_two_counties()
    desks.judge(judged("1", "3", SAME, 1, meet_at="411003"))
    desks.judge(judged("1", "3", APART, 2, meet_at="411003"))
    assert desks.run().numbers() == [["1"], ["2", "3"]]
    assert {case.case_id for case in desks.live()} == {case_id(name_of(number)) for number in ("1", "2")}


def test_what_was_decided_goes_with_the_case_and_comes_after_it_too() -> None:
    desks = road_in_two_counties()
    desks.work("411023", accepted("2", 1, "411023"))
    desks.judge(judged("1", "3", SAME, meet_at="411003"))
    desks.run().work("411023", accepted("2", 2, "411023"))
    (case,) = desks.run().live()
    assert ([n.decision_id for n in case.notes], case.status) == (["D1", "D2"], CaseStatus.ACCEPTED)


def test_a_decision_that_overtakes_its_case_waits_for_it() -> None:
    desks = Desks()
    assert desks.books[""].decide(accepted("1")) is None
    sent(desks, "1", "411002")
    assert [n.decision_id for n in desks.run().live()[0].notes] == ["D1"]


def test_what_the_desk_knows_of_petitions_that_left_is_read_back_from_its_changelogs() -> None:
    desks = road_in_two_counties()
    desks.judge(judged("1", "3", SAME, meet_at="411003"))
    desks.run()
    for home in HOMES:
        fresh = MemoryTable()
        for key, value in desks.tables[home].items():
            if key[:1] in {b"C", b"~"}:
                fresh.derive(key, value)
                rederive(fresh, key, value)
        desks.tables[home] = fresh
        desks.books[home] = desks._book(home)
    sent(desks, "4", "411023", day=3)
    assert desks.run().numbers() == [["1", "2", "3", "4"]]


def test_the_same_messages_again_change_nothing() -> None:
    desks = road_in_two_counties()
    judgement = judged("1", "3", SAME, meet_at="411003")
    desks.judge(judgement)
    before = desks.run().read_model()
    for petition in [m for case in desks.live() for m in case.petitions]:
        desks.work(petition.home, petition)
    desks.judge(judgement)
    assert desks.run().read_model() == before


def story(desks: Desks, drawn: list[tuple[str, str, str]], made: list[Judgement]) -> Desks:
    for day, (home, body, person) in enumerate(drawn):
        sent(desks, str(day), home, body, person, day)
    for judgement in made:
        desks.judge(judgement)
    return desks


CALLED_AFTER_IT_LEFT = (
    [("411002", ROAD, ""), ("411023", ROAD, "RB"), ("411023", WAGES, "RB")],
    [(2, 3, SAME, "411002"), (0, 1, SAME, "411003"), (0, 1, SAME, "411002")],
    242,
)
"""Who calls the petition does not know that it went to the meeting already, with others."""
SEVERAL_WENT_ON = (
    [
        ("411023", ROAD, "RB"),
        ("41", "我也是这个村的。" + ROAD, "RA"),
        ("411023", ROAD + WAGES, "RB"),
        ("411023", ROAD, "RB"),
        ("411003", ROAD, "RB"),
        ("411003", WAGES, ""),
        ("411003", ROAD + WAGES, "RB"),
    ],
    [(1, 0, SAME, "41"), (4, 6, SAME, "411023"), (5, 0, SAME, "411002"), (1, 3, SAME, "411002")],
    1_097_473_853,
)
"""The last one fits two that were sent on as they came, to two homes."""
TAKEN_BACK_BEFORE_IT_CAME = (
    [("411003", "我也是这个村的。" + ROAD, "RA"), ("411003", "我也是这个村的。" + ROAD, ""), ("411023", NOISE, "")],
    [
        (4, 1, SAME, "411023"),
        (4, 6, SAME, "41"),
        (5, 3, APART, "411023"),
        (4, 5, OPEN, "411003"),
        (4, 6, OPEN, "411002"),
    ],
    204_370_503,
)
"""What was one matter meets where any judgement about it says, also one that takes it back."""

TOGETHER_BY_ONE_THAT_NEVER_CAME = (
    [("411002", ROAD, ""), ("411002", ROAD, ""), ("411002", ROAD, ""), ("411003", ROAD, "")],
    [(0, 1, SAME, "411002"), (2, 4, SAME, "411003"), (3, 4, SAME, "411003")],
    0,
)
"""The matter of the first meets elsewhere than people said of the others, who wait there."""
TOGETHER_AT_A_THIRD_HOME = (
    TOGETHER_BY_ONE_THAT_NEVER_CAME[0],
    [(0, 1, SAME, "411002"), (2, 4, SAME, "411023"), (3, 4, SAME, "411003")],
    0,
)
"""Only a home at which none of them is can tell them of one another."""


@settings(max_examples=60, deadline=None)
@given(PETITIONS, JUDGEMENTS, st.integers(0, 2**32), st.integers(1, 5))
@example(*TOGETHER_BY_ONE_THAT_NEVER_CAME, 1)
@example(*TOGETHER_AT_A_THIRD_HOME, 1)
@example(*CALLED_AFTER_IT_LEFT, 1)
@example(*SEVERAL_WENT_ON, 1)
@example(*TAKEN_BACK_BEFORE_IT_CAME, 1)
def test_several_homes_end_in_the_same_cases_as_one_in_any_order(
    drawn: list[tuple[str, str, str]], about: About, seed: int, most: int
) -> None:
    made = judged_in(about)
    rng = random.Random(seed)
    single = story(Desks(), drawn, made).run()
    several = story(Desks(*HOMES), drawn, made).run(rng.randrange, repeated=3, most=most)
    assert several.read_model() == single.read_model()
    numbers = [number for case in several.numbers() for number in case]
    assert sorted(numbers) == sorted(str(day) for day in range(len(drawn)))
    for case in several.live():
        names = {m.petition_id for m in case.petitions}
        counting = {j.pair: j.opinion for j in made}
        assert not any(opinion is APART and names.issuperset(pair) for pair, opinion in counting.items())
