"""Where a case stands follows from what happened, in the order in which it happened."""

from datetime import date, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.rules.life import DECIDED_AS, lived
from processors.rules.reported_steps import carried_over, with_step
from schemas.events import CasePetition
from schemas.life import REPORTED_AS, CaseNote, CaseStep, Irregularity
from schemas.terms import CaseStatus, DecisionKind, StepKind
from tests.petitions import START, linked, member

S, D = CaseStatus, DecisionKind
ENDED = [D.CONCLUDE, D.REQUEST_REVIEW, D.REVIEW, D.REQUEST_RE_REVIEW, D.RE_REVIEW, D.TERMINATE]


def petition(status: CaseStatus | None = None, after: int | None = None, **fields: object) -> CasePetition:
    """A member of a case whose county reports a standing, dated some days after its receipt."""
    at = START + timedelta(days=after) if after is not None else None
    return member(linked(reported_status=status, reported_status_at=at, **fields))


def note(kind: DecisionKind, after: float, **fields: str) -> CaseNote:
    """A decision some days after the case began."""
    at = START + timedelta(days=after)
    return CaseNote(at=at, text=kind.label, by="市信访局", decision_id=f"D{kind.value}{after}", kind=kind, **fields)


@pytest.mark.parametrize("status", [status for status in CaseStatus if status is not S.MERGED])
def test_every_standing_that_a_county_can_report_is_a_step(status: CaseStatus) -> None:
    assert status in REPORTED_AS


def test_no_two_decisions_are_the_same_step() -> None:
    assert len(set(DECIDED_AS.values())) == len(DECIDED_AS)


@pytest.mark.parametrize(
    ("decisions", "status"),
    [
        ([], S.REGISTERED),
        ([D.TRANSFER], S.TRANSFERRED),
        ([D.ASSIGN], S.ASSIGNED),
        ([D.TRANSFER, D.OBJECT], S.REGISTERED),  # "not ours" ends nothing
        ([D.TRANSFER, D.OBJECT, D.ASSIGN, D.ACCEPT], S.ACCEPTED),
        ([D.DECLINE], S.DECLINED),
        ([D.ACCEPT, D.EXTEND, D.CONCLUDE], S.CONCLUDED),
        ([D.ACCEPT, D.CONCLUDE, D.RATE], S.CONCLUDED),
        ([D.ACCEPT, D.CONCLUDE, D.REOPEN], S.HANDLING),
        ([D.ACCEPT, D.CONCLUDE, D.REQUEST_REVIEW], S.REVIEW),
        ([D.ACCEPT, D.CONCLUDE, D.REQUEST_REVIEW, D.REVIEW], S.REVIEWED),
        ([D.ACCEPT, D.CONCLUDE, D.REQUEST_REVIEW, D.REVIEW, D.REQUEST_RE_REVIEW], S.RE_REVIEW),
        (
            [
                *(D.ACCEPT, D.CONCLUDE, D.REQUEST_REVIEW, D.REVIEW, D.REQUEST_RE_REVIEW),
                *(D.OPEN_HEARING, D.CLOSE_HEARING, D.RE_REVIEW, D.TERMINATE),
            ],
            S.TERMINATED,
        ),
        (ENDED, S.TERMINATED),
        ([D.REASSIGN], S.REGISTERED),
    ],
)
def test_a_regular_life_has_no_irregularity(decisions: list[DecisionKind], status: CaseStatus) -> None:
    life = lived((petition(),), tuple(note(kind, after) for after, kind in enumerate(decisions, 1)))
    assert (life.status, life.odd) == (status, ())


@pytest.mark.parametrize(
    ("decisions", "status", "stood", "is_followed"),
    [
        ([D.REQUEST_REVIEW], S.REGISTERED, S.REGISTERED, False),  # nothing to review yet
        ([D.EXTEND], S.REGISTERED, S.REGISTERED, False),
        ([D.ACCEPT, D.EXTEND, D.EXTEND], S.ACCEPTED, S.ACCEPTED, False),  # once only
        ([D.ACCEPT, D.OBJECT], S.ACCEPTED, S.ACCEPTED, False),  # who has accepted cannot object
        ([D.CONCLUDE, D.ACCEPT], S.ACCEPTED, S.CONCLUDED, True),  # followed, so that nobody goes without an answer
        ([*ENDED, D.ACCEPT], S.TERMINATED, S.TERMINATED, False),
        ([*ENDED, D.REQUEST_REVIEW], S.TERMINATED, S.TERMINATED, False),
        ([D.TERMINATE], S.TERMINATED, S.REGISTERED, True),  # only a re-review ends a matter (article 36)
        ([D.CONCLUDE, D.TERMINATE], S.TERMINATED, S.CONCLUDED, True),
        ([D.CONCLUDE, D.REQUEST_REVIEW, D.REVIEW, D.TERMINATE], S.TERMINATED, S.REVIEWED, True),
        ([D.CONCLUDE, D.REVIEW], S.REVIEWED, S.CONCLUDED, True),
        ([D.CONCLUDE, D.REQUEST_RE_REVIEW], S.CONCLUDED, S.CONCLUDED, False),  # review comes first
        ([D.ACCEPT, D.RATE], S.ACCEPTED, S.ACCEPTED, False),
        ([D.ACCEPT, D.REOPEN], S.ACCEPTED, S.ACCEPTED, False),
        ([D.DECLINE, D.CONCLUDE], S.CONCLUDED, S.DECLINED, True),
    ],
)
def test_an_impossible_step_is_kept_and_marked(
    decisions: list[DecisionKind], status: CaseStatus, stood: CaseStatus, is_followed: bool
) -> None:
    notes = tuple(note(kind, after) for after, kind in enumerate(decisions, 1))
    life = lived((petition(),), notes)
    (odd,) = life.odd
    expected = Irregularity(
        step_id=notes[-1].decision_id,
        kind=DECIDED_AS[decisions[-1]],
        at=notes[-1].at,
        status=stood,
        is_followed=is_followed,
    )
    assert (life.status, odd) == (status, expected)
    assert notes[-1].decision_id in {step.step_id for step in life.steps}


LIFE = [note(D.TRANSFER, 1), note(D.OBJECT, 2), note(D.ASSIGN, 3), note(D.ACCEPT, 4), note(D.CONCLUDE, 30)]


@pytest.mark.parametrize("order", list(permutations(range(5))))
def test_the_order_in_which_steps_become_known_does_not_matter(order: tuple[int, ...]) -> None:
    assert lived((petition(),), tuple(LIFE[i] for i in order)) == lived((petition(),), tuple(LIFE))


def test_a_case_skips_what_its_county_did_not_report() -> None:
    life = lived((petition(S.CONCLUDED, 20),), ())
    assert (life.status, life.odd) == (S.CONCLUDED, ())


@pytest.mark.parametrize("opinion", [S.REVIEWED, S.RE_REVIEWED])
@pytest.mark.parametrize("day", [None, 30])
@pytest.mark.parametrize("before", [None, S.TRANSFERRED, S.ASSIGNED, S.ACCEPTED, S.HANDLING, S.CONCLUDED])
def test_an_opinion_of_which_the_county_left_out_what_came_before_is_marked_and_followed(
    before: CaseStatus | None, day: int | None, opinion: CaseStatus
) -> None:
    rows = [petition(before, 10)] if before else []
    life = lived((revised(*rows, petition(opinion, day)),), ())
    (odd,) = life.odd
    assert (life.status, odd.kind, odd.is_followed) == (opinion, REPORTED_AS[opinion], True)


@pytest.mark.parametrize("kind", [D.REVIEW, D.RE_REVIEW])
def test_who_decides_here_leaves_out_nothing(kind: DecisionKind) -> None:
    life = lived((petition(),), (note(kind, 30),))
    assert (life.status, [odd.is_followed for odd in life.odd]) == (S.REGISTERED, [False])


def test_a_re_review_follows_where_the_opinion_of_the_review_was_left_out() -> None:
    rows = petition(S.CONCLUDED, 10), petition(S.REVIEW, 20), petition(S.RE_REVIEWED, 90)
    life = lived((revised(*rows),), ())
    assert (life.status, [odd.kind for odd in life.odd]) == (S.RE_REVIEWED, [StepKind.RE_REVIEWED])


def test_a_date_without_the_hour_does_not_lie_before_the_receipt() -> None:
    midnight = START.replace(hour=0)
    same_day = member(linked(reported_status=S.CONCLUDED, reported_status_at=midnight))
    assert lived((same_day,), ()).status is S.CONCLUDED


@pytest.mark.parametrize(
    ("ended", "after"),
    [
        (S.CONCLUDED, S.REGISTERED),
        (S.DECLINED, S.REGISTERED),
        (S.REVIEWED, S.REGISTERED),
        (S.TERMINATED, S.REGISTERED),  # without a re-review it has not come to its end
        (S.HANDLING, S.HANDLING),
    ],
)
def test_a_petition_after_the_end_has_to_be_answered(ended: CaseStatus, after: CaseStatus) -> None:
    steps = (CaseStep(step_id="S1", kind=StepKind.CONCLUDED, at=START + timedelta(days=5)),)
    first = petition(ended, 10).with_changes(steps=steps if ended is S.REVIEWED else ())
    again = petition(record_no="2", day=20)
    assert lived((first, again), ()).status is after


def test_a_further_petition_that_is_not_accepted_does_not_end_the_case() -> None:
    declined = petition(S.DECLINED, 30, record_no="2", day=20)
    life = lived((petition(S.HANDLING, 10), declined), ())
    assert (life.status, life.odd) == (S.HANDLING, ())


def test_what_people_decide_and_counties_report_is_one_story() -> None:
    life = lived((petition(S.CONCLUDED, 20),), (note(D.ACCEPT, 3),))
    assert [step.kind for step in life.steps] == [StepKind.REGISTERED, StepKind.ACCEPTED, StepKind.CONCLUDED]
    assert life.status is S.CONCLUDED


def revised(*revisions: CasePetition) -> CasePetition:
    """What the last revision is after all before it."""
    current = revisions[0]
    for after in revisions[1:]:
        current = carried_over(current, after)
    return current


def test_a_later_revision_keeps_what_earlier_ones_reported() -> None:
    last = revised(petition(S.TRANSFERRED, 2), petition(S.ACCEPTED, 5), petition(S.CONCLUDED, 40))
    assert [step.kind for step in lived((last,), ()).steps][1:] == [
        StepKind.TRANSFERRED,
        StepKind.ACCEPTED,
        StepKind.CONCLUDED,
    ]


def test_an_undated_standing_that_stays_the_same_is_one_step() -> None:
    rows = [petition(S.HANDLING, modified_at=START + timedelta(days=n), body=f"补充{n}") for n in range(1, 6)]
    last = revised(*rows)
    assert [(step.at, step.is_dated) for step in last.steps] == [(START, False)]


def test_the_first_stated_day_of_receipt_starts_the_clocks_for_ever() -> None:
    first, later, back = petition(), petition(day=9), petition(day=0)
    assert revised(first, later).counted_from == date(2025, 3, 3)
    assert revised(first, later, petition(day=12)).counted_from == date(2025, 3, 3)
    assert revised(first, later, back).counted_from is None


def test_the_same_report_about_a_petition_is_one_step() -> None:
    step = CaseStep(step_id="S1", kind=StepKind.ACCEPTED, at=START + timedelta(days=4))
    once = with_step(petition(), step)
    assert with_step(once, step) is once


MOMENTS = st.integers(0, 60).map(lambda n: START + timedelta(days=n))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(list(DECIDED_AS)), MOMENTS), max_size=12), st.randoms())
def test_every_step_is_in_the_story_and_any_order_tells_the_same(
    drawn: list[tuple[DecisionKind, datetime]], random: object
) -> None:
    notes = [CaseNote(at=at, text="", decision_id=f"D{number}", kind=kind) for number, (kind, at) in enumerate(drawn)]
    life = lived((petition(),), tuple(notes))
    random.shuffle(notes)  # type: ignore[attr-defined]
    assert lived((petition(),), tuple(notes)) == life
    assert {n.decision_id for n in notes} <= {step.step_id for step in life.steps}
    assert {odd.step_id for odd in life.odd} <= {n.decision_id for n in notes}


def test_a_standing_without_any_day_stands_behind_what_was_known_before() -> None:
    last = revised(petition(S.TRANSFERRED, 2), petition(S.CONCLUDED), petition(S.CONCLUDED, body="补充。"))
    life = lived((last,), ())
    assert (life.status, [step.is_dated for step in life.steps]) == (S.CONCLUDED, [True, True, False])


def test_an_undated_standing_that_comes_back_is_a_step_again() -> None:
    again = petition(S.HANDLING, people=2)
    last = revised(petition(S.HANDLING), petition(S.CONCLUDED, 9), petition(S.HANDLING), again)
    assert lived((last,), ()).status is S.HANDLING
    assert [step.kind for step in last.steps] == [StepKind.HANDLING, StepKind.CONCLUDED, StepKind.HANDLING]


def test_a_status_event_leaves_the_undated_standing_of_the_row_where_it_was() -> None:
    step = CaseStep(step_id="S1", kind=StepKind.CONCLUDED, at=START + timedelta(days=4))
    life = lived((with_step(petition(S.HANDLING), step),), ())
    assert (life.status, len(life.steps)) == (S.CONCLUDED, 3)
