"""Whoever petitions is owed an answer: requests for a review, those who join, and what ends a matter for whom."""

from datetime import timedelta
from functools import cache
from typing import Any

import pytest

from consumers.alerts.rules import watched
from processors.rulebook import Rulebook
from processors.rules.case_life import Draft, close
from processors.rules.repeat import trace_of
from schemas.events import Case, CasePetition
from schemas.life import CaseNote
from schemas.petition import Classification, Place
from schemas.terms import CaseStatus, ClockKind, Confidence, DecisionKind, Level, StepKind
from tests.petitions import START, linked, member
from tests.small_register import CITY, HEYANG, SHIQIAO, small_register

S, D, K = CaseStatus, DecisionKind, StepKind
PLACE = Place(code=SHIQIAO, name="石桥镇", level=Level.TOWNSHIP, confidence=Confidence.CERTAIN)
CONCLUDED = ((D.ACCEPT, 1), (D.CONCLUDE, 10))
IN_REVIEW = (*CONCLUDED, (D.REQUEST_REVIEW, 12))
REVIEWED = (*IN_REVIEW, (D.REVIEW, 20))
RE_REVIEWED = (*REVIEWED, (D.REQUEST_RE_REVIEW, 25), (D.RE_REVIEW, 40))


@cache
def rulebook() -> Rulebook:
    return Rulebook(small_register())


def letter(number: int, day: int = 0, who: str | None = "R1", **fields: Any) -> CasePetition:
    """A petition about the same matter; R1 wrote the first one."""
    made = {"category": "housing", "record_no": str(number), "row": number, "petitioner_ref": who} | fields
    return member(linked(place=PLACE, day=day, **made))


def told(number: int, status: CaseStatus, after: int, day: int = 0, who: str | None = "R1") -> CasePetition:
    """A petition with what its county reports about it."""
    return letter(number, day, who, reported_status=status, reported_status_at=START + timedelta(days=after))


def case(*what: CasePetition | tuple[DecisionKind, int] | tuple[DecisionKind, int, str]) -> Case:
    """The case of these petitions and decisions, each decision with its day and the unit that it names."""
    members = tuple(one for one in what if isinstance(one, CasePetition))
    notes = tuple(
        CaseNote(
            at=START + timedelta(days=one[1]),
            text="",
            by="某局",
            decision_id=f"D{one[0]}{one[1]}",
            kind=one[0],
            unit="".join(one[2:]),
        )
        for one in what
        if not isinstance(one, CasePetition)
    )
    traces = {m.petition_id: trace_of(m, m.place, m.classification, m.home) for m in members}
    draft = Draft(home="8101", members=members, notes=notes, changed=frozenset(traces))
    return close(draft, 1, rulebook().rules, traces.__getitem__)


def odd(of: Case) -> list[tuple[StepKind, CaseStatus, bool]]:
    return [(one.kind, one.status, one.is_followed) for one in of.irregularities]


def running(of: Case) -> list[ClockKind]:
    """The periods of the case in which an office has to act."""
    return [clock.kind for clock in of.clocks if clock.is_running]


@pytest.mark.parametrize("who", ["R1", "R2", None])
def test_a_review_that_is_asked_for_in_time_begins_whatever_was_registered_meanwhile(who: str | None) -> None:
    found = case(letter(1), letter(2, 15, who), *CONCLUDED, (D.REQUEST_REVIEW, 20))
    assert (found.status, odd(found), running(found)) == (S.REVIEW, [], [ClockKind.REVIEW])


@pytest.mark.parametrize("meanwhile", [D.TRANSFER, D.ASSIGN, D.ACCEPT, D.HANDLE, D.DECLINE])
def test_it_begins_whatever_was_done_meanwhile(meanwhile: DecisionKind) -> None:
    found = case(letter(1), letter(2, 15, "R2"), *CONCLUDED, (meanwhile, 16), (D.REQUEST_REVIEW, 20))
    assert (found.status, odd(found)) == (S.REVIEW, [])
    assert ClockKind.REVIEW in running(found)


@pytest.mark.parametrize("meanwhile", [(), ((D.ACCEPT, 22), (D.CONCLUDE, 23))])
def test_so_does_a_re_review(meanwhile: tuple[tuple[DecisionKind, int], ...]) -> None:
    found = case(letter(1), letter(2, 21, "R2"), *REVIEWED, *meanwhile, (D.REQUEST_RE_REVIEW, 30))
    assert (found.status, odd(found), running(found)) == (S.RE_REVIEW, [], [ClockKind.RE_REVIEW])


@pytest.mark.parametrize(("day", "status"), [(40, S.REVIEW), (41, S.REGISTERED)])
def test_the_thirtieth_day_after_the_opinion_is_the_last_one(day: int, status: CaseStatus) -> None:
    found = case(letter(1), letter(2, 15, "R2"), *CONCLUDED, (D.REQUEST_REVIEW, day))
    assert found.status is status
    assert odd(found) == ([] if status is S.REVIEW else [(K.REVIEW_REQUESTED, S.REGISTERED, False)])


def test_nobody_asks_for_the_review_of_an_opinion_that_was_not_given() -> None:
    found = case(letter(1), letter(2, 5, "R2"), (D.ACCEPT, 1), (D.REQUEST_REVIEW, 20))
    assert (found.status, odd(found)) == (S.ACCEPTED, [(K.REVIEW_REQUESTED, S.ACCEPTED, False)])


def test_after_the_review_the_petition_of_who_joined_still_has_to_be_answered() -> None:
    begun = (letter(1), letter(2, 15, "R2"), *CONCLUDED, (D.REQUEST_REVIEW, 20), (D.REVIEW, 30))
    assert (case(*begun).status, odd(case(*begun))) == (S.REGISTERED, [])
    later = (*begun, (D.REQUEST_RE_REVIEW, 35), (D.ACCEPT, 36), (D.RE_REVIEW, 40))
    assert (case(*later).status, odd(case(*later)), running(case(*later))) == (S.ACCEPTED, [], [ClockKind.CONCLUDE])
    assert case(*later, (D.CONCLUDE, 60)).status is S.CONCLUDED


def test_what_was_answered_during_the_review_is_not_open_after_it() -> None:
    begun = (letter(1), told(2, S.CONCLUDED, 24, day=15, who="R2"), *CONCLUDED, (D.REQUEST_REVIEW, 20))
    assert (case(*begun).status, odd(case(*begun))) == (S.REVIEW, [])
    assert case(*begun, (D.REVIEW, 30)).status is S.REVIEWED


def test_what_is_reported_of_the_first_petition_does_not_answer_who_joined() -> None:
    begun = (told(1, S.CONCLUDED, 24), letter(2, 15, "R2"), *CONCLUDED, (D.REQUEST_REVIEW, 20), (D.REVIEW, 30))
    assert case(*begun).status is S.REGISTERED


def test_the_review_answers_what_its_own_petitioner_wrote_meanwhile() -> None:
    begun = (letter(1), letter(2, 15), *CONCLUDED, (D.REQUEST_REVIEW, 20), (D.REVIEW, 30))
    assert case(*begun).status is S.REVIEWED


def test_what_a_unit_has_taken_up_anew_goes_on_beside_the_review() -> None:
    begun = (letter(1), letter(2, 15), *CONCLUDED, (D.ACCEPT, 16), (D.REQUEST_REVIEW, 20), (D.REVIEW, 30))
    assert (case(*begun).status, running(case(*begun))) == (S.ACCEPTED, [ClockKind.CONCLUDE])


TERMINATED = (*RE_REVIEWED, (D.TERMINATE, 41))


@pytest.mark.parametrize("who", ["R2", None])
@pytest.mark.parametrize("end", [RE_REVIEWED, TERMINATED])
def test_who_joins_after_the_end_of_others_is_owed_an_answer(
    end: tuple[tuple[DecisionKind, int], ...], who: str | None
) -> None:
    found = case(letter(1), letter(2, 60, who), *end)
    assert (found.status, odd(found), found.petitions[1].not_accepted) == (S.REGISTERED, [], None)
    watch = watched(found)
    assert watch is not None
    assert [(one.kind, one.article) for one in watch.running] == [(ClockKind.REGISTER, "22")]


@pytest.mark.parametrize(("end", "status"), [(RE_REVIEWED, S.RE_REVIEWED), (TERMINATED, S.TERMINATED)])
def test_the_same_petitioner_opens_nothing_after_the_end(
    end: tuple[tuple[DecisionKind, int], ...], status: CaseStatus
) -> None:
    found = case(letter(1), letter(2, 60), *end)
    told_why = found.petitions[1].not_accepted
    assert told_why is not None
    assert (found.status, told_why.article) == (status, "36")


def test_the_end_of_others_is_not_the_end_for_who_joined_after_it() -> None:
    answered = (letter(1), letter(2, 60, "R2"), *RE_REVIEWED, (D.CONCLUDE, 70))
    assert case(*answered).status is S.CONCLUDED
    again = case(*answered, letter(3, 80, "R2"))
    assert (again.status, again.petitions[2].not_accepted) == (S.REGISTERED, None)
    first = case(*answered, letter(3, 80))
    assert (first.status, first.petitions[2].not_accepted is not None) == (S.CONCLUDED, True)


@pytest.mark.parametrize(("who", "status"), [("R2", S.REGISTERED), (None, S.REGISTERED), ("R1", S.REVIEWED)])
def test_who_joins_during_a_review_is_owed_an_answer_after_it(who: str | None, status: CaseStatus) -> None:
    found = case(letter(1), letter(2, 15, who), *REVIEWED)
    assert (found.status, odd(found)) == (status, [])
    assert (watched(found) is not None) is (status is S.REGISTERED)
    met = case(letter(1), letter(2, 15, who), *REVIEWED, (D.CONCLUDE, 24))
    assert met.status in {S.CONCLUDED, S.REVIEWED}
    assert watched(met) is None


def test_who_joins_during_a_re_review_is_owed_an_answer_after_it() -> None:
    found = case(letter(1), letter(2, 30, "R2"), *RE_REVIEWED)
    assert (found.status, odd(found)) == (S.REGISTERED, [])
    again = case(letter(1), letter(2, 30, "R2"), letter(3, 50, "R2"), letter(4, 51), *RE_REVIEWED)
    assert [m.not_accepted is not None for m in again.petitions] == [False, False, False, True]


def test_a_matter_that_is_taken_up_again_has_no_end_any_more() -> None:
    found = case(letter(1), letter(2, 60), *RE_REVIEWED, (D.REOPEN, 50))
    assert (found.status, found.petitions[1].not_accepted) == (S.HANDLING, None)


def test_a_termination_without_a_re_review_is_marked_and_buries_nothing() -> None:
    found = case(told(1, S.TERMINATED, 3))
    assert (found.status, odd(found)) == (S.TERMINATED, [(K.TERMINATED, S.REGISTERED, True)])
    again = case(told(1, S.TERMINATED, 3), letter(2, 60))
    assert (again.status, again.petitions[1].not_accepted) == (S.REGISTERED, None)


def test_a_review_is_asked_for_in_time_although_the_matter_was_called_ended() -> None:
    found = case(letter(1), *CONCLUDED, (D.TERMINATE, 11), (D.REQUEST_REVIEW, 20))
    assert (found.status, running(found)) == (S.REVIEW, [ClockKind.REVIEW])


def test_a_matter_of_litigation_is_ended_by_its_own_organs() -> None:
    found = case(
        told(1, S.TERMINATED, 3).with_changes(classification=Classification(category="litigation")), letter(2, 60)
    )
    assert (found.status, odd(found)) == (S.TERMINATED, [])
    assert found.petitions[1].not_accepted is not None
    assert case(*found.petitions, letter(3, 61, "R2")).status is S.REGISTERED


def test_a_termination_that_is_reported_of_others_does_not_end_what_somebody_who_joined_is_owed() -> None:
    begun = (told(1, S.TERMINATED, 63), letter(2, 60, "R2"), *RE_REVIEWED, (D.ACCEPT, 62))
    assert (case(*begun).status, running(case(*begun))) == (S.ACCEPTED, [ClockKind.CONCLUDE])
    assert odd(case(*begun)) == [(K.TERMINATED, S.ACCEPTED, False)]


@pytest.mark.parametrize(("approved", "is_late"), [(61, False), (62, True), (75, True)])
def test_an_extension_after_the_last_day_is_marked_and_makes_nothing_in_time(approved: int, is_late: bool) -> None:
    found = case(letter(1), (D.ACCEPT, 1), (D.EXTEND, approved), (D.CONCLUDE, 80))
    clock = next(clock for clock in found.clocks if clock.kind is ClockKind.CONCLUDE)
    assert clock.met_on is not None
    assert (clock.met_on > clock.due_on) is is_late
    assert odd(found) == ([(K.EXTENDED, S.ACCEPTED, False)] if is_late else [])


def test_each_period_may_be_prolonged_once() -> None:
    begun = (letter(1), letter(2, 60, "R2"), (D.ACCEPT, 1), (D.EXTEND, 30), (D.CONCLUDE, 50), (D.ACCEPT, 62))
    assert odd(case(*begun, (D.EXTEND, 80))) == []
    assert odd(case(*begun, (D.EXTEND, 80), (D.EXTEND, 81))) == [(K.EXTENDED, S.ACCEPTED, False)]


def test_the_period_that_begins_after_a_termination_without_a_re_review_is_a_new_one() -> None:
    begun = (letter(1), letter(2, 100), (D.ACCEPT, 1), (D.TERMINATE, 11), (D.ACCEPT, 102))
    assert odd(case(*begun, (D.EXTEND, 120))) == [(K.TERMINATED, S.ACCEPTED, True)]


COUNTY_OFFICE, CITY_OFFICE = f"{HEYANG}-housing", f"{CITY}-housing"


@pytest.mark.parametrize(
    ("holder", "later", "article"),
    [(COUNTY_OFFICE, CITY_OFFICE, "19"), (CITY_OFFICE, COUNTY_OFFICE, None)],
)
def test_who_has_a_matter_in_hand_is_who_had_it_when_the_petition_came(
    holder: str, later: str, article: str | None
) -> None:
    begun = (letter(1, source=HEYANG), letter(2, 20, source=CITY), (D.ASSIGN, 1, holder), (D.ACCEPT, 2, holder))
    why = case(*begun).petitions[1].not_accepted
    assert (why.article if why is not None else None) == article
    moved = case(*begun, (D.REASSIGN, 40, later))
    assert moved.jurisdiction.accountable_unit == later
    assert moved.petitions[1].not_accepted == why


@pytest.mark.parametrize(("who", "status"), [("R1", S.REVIEWED), ("R2", S.REGISTERED)])
def test_a_review_whose_request_was_not_reported_is_followed_beside_what_is_open(
    who: str, status: CaseStatus
) -> None:
    reviewed = (letter(1), letter(2, 15, who), *CONCLUDED, (D.REVIEW, 40))
    assert (case(*reviewed).status, odd(case(*reviewed))) == (status, [(K.REVIEWED, S.REGISTERED, True)])
    again = case(*reviewed, (D.REQUEST_RE_REVIEW, 50))
    assert (again.status, running(again)) == (S.RE_REVIEW, [ClockKind.RE_REVIEW])
    ended = case(*reviewed, (D.RE_REVIEW, 80))
    assert ended.status is (S.RE_REVIEWED if status is S.REVIEWED else S.REGISTERED)


@pytest.mark.parametrize("who", ["R2", None])
def test_an_opinion_that_is_all_that_was_reported_is_for_its_own_petitioner_alone(who: str | None) -> None:
    begun = (told(1, S.RE_REVIEWED, 70), letter(2, 60, who))
    found = case(*begun)
    assert (found.status, odd(found)) == (S.REGISTERED, [(K.RE_REVIEWED, S.REGISTERED, True)])
    assert watched(found) is not None
    again = case(*begun, letter(3, 80), letter(4, 81, "R2"))
    assert [one.not_accepted is not None for one in again.petitions] == [False, False, True, False]
    both = case(begun[0], told(2, S.RE_REVIEWED, 75, day=60, who=who))
    assert both.status is S.RE_REVIEWED
    assert watched(both) is None


def test_a_matter_of_which_a_bare_re_review_is_reported_is_at_its_end() -> None:
    found = case(told(1, S.RE_REVIEWED, 70))
    assert (found.status, running(found), watched(found)) == (S.RE_REVIEWED, [], None)
    again = case(told(1, S.RE_REVIEWED, 70), letter(2, 80))
    assert (again.status, again.petitions[1].not_accepted is not None) == (S.RE_REVIEWED, True)
