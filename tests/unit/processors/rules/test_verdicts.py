"""Verdicts within a case: compared anew, or taken from what linking has found."""

import pytest

from processors.rules.repeat import History, Reading, link, trace_of
from processors.rules.verdicts import arranged
from schemas.events import CasePetition
from schemas.petition import Classification
from schemas.terms import Channel, Verdict
from tests.petitions import PLACE, ROAD, member, petition

LETTERS: list[dict[str, object]] = [
    {"record_no": "1"},
    {"record_no": "2", "day": 1, "office": "市长信箱", "channel": Channel.LEADER_MAILBOX},
    {"record_no": "3", "day": 40, "body": ROAD + "上次来信至今没有答复，麦收又到了。"},
]


def linked(letters: list[dict[str, object]]) -> list[CasePetition]:
    """Letters of one petitioner as linking hands them on."""
    history: History = ()
    found = []
    for fields in letters:
        made = link(petition(**fields), Reading(PLACE, Classification(category="traffic"), "411002"), history)
        history = made.history
        found.append(member(made.petition))
    return found


def verdicts(members: list[CasePetition]) -> list[tuple[Verdict, str, float, tuple[str, ...]]]:
    traces = {m.petition_id: trace_of(m, m.place, m.classification, m.home) for m in members}
    made = arranged(members, traces.__getitem__, frozenset(traces))
    return [(m.verdict, m.matched_petition_id, m.score, m.evidence) for m in made]


@pytest.mark.parametrize("last", [2, 3])
def test_what_linking_found_is_what_comparing_anew_finds(last: int) -> None:
    members = linked(LETTERS[:last])
    alone = [m.with_changes(links=()) for m in members]
    assert verdicts(members) == verdicts(alone)
    assert [verdict for verdict, *_ in verdicts(members)] == [
        Verdict.FIRST,
        Verdict.SENT_TO_MANY,
        Verdict.REPEAT,
    ][:last]


def test_letters_that_linking_has_compared_are_not_compared_again() -> None:
    members = linked(LETTERS)
    made = arranged(members, {}.__getitem__, frozenset(m.petition_id for m in members))
    assert [m.verdict for m in made] == [Verdict.FIRST, Verdict.SENT_TO_MANY, Verdict.REPEAT]


def test_a_revised_letter_is_compared_anew() -> None:
    first, second = linked(LETTERS[:2])
    with pytest.raises(KeyError):
        arranged([first.with_changes(revision=2), second], {}.__getitem__, frozenset({second.petition_id}))


def test_a_petition_whose_verdict_stays_is_the_same_object() -> None:
    (first,) = linked(LETTERS[:1])
    assert arranged([first], {}.__getitem__, frozenset())[0] is first
