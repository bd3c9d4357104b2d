"""Of a petitioner who writes very often all matters stay known, though not all petitions."""

import pytest

from processors.rules import repeat
from processors.rules.repeat import History, Linking, Reading, link
from schemas.petition import Classification
from schemas.terms import Verdict
from tests.petitions import NOISE, PLACE, ROAD, WAGES, petition


def linked(number: int, body: str, history: History) -> Linking:
    letter = petition(record_no=str(number), title=body[:9], body=body, day=30 * number)
    return link(letter, Reading(PLACE, Classification(category=body[:2]), "411002"), history)


def history_of(*bodies: str) -> History:
    """What is kept of one petitioner's letters, one a day."""
    history: History = ()
    for number, body in enumerate(bodies, 1):
        history = linked(number, body, history).history
    return history


def kept(history: History) -> list[str]:
    """Which letters are kept, as their numbers."""
    numbers = {petition(record_no=str(number)).petition_id: str(number) for number in range(1, 20)}
    return [numbers[known.trace.petition_id] for known in history]


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeat, "KEPT_TRACES", 6)


def test_a_matter_of_long_ago_is_found_behind_very_many_letters_about_another() -> None:
    history = history_of(WAGES, *[ROAD] * 9)
    assert len(history) == 6
    (made,) = linked(11, WAGES, history).petition.links
    assert (made.petition_id, made.verdict) == (petition(record_no="1").petition_id, Verdict.REPEAT)


def test_of_a_matter_whose_letters_go_the_later_ones_stay() -> None:
    assert kept(history_of(WAGES, ROAD, ROAD, NOISE, ROAD, ROAD, ROAD)) == ["1", "3", "4", "5", "6", "7"]


def test_what_came_lately_is_recognised_although_another_letter_repeats_it() -> None:
    bodies = [f"第{'一二三四五六七八'[number]}件互不相干的事。" * 3 for number in range(4)]
    history = history_of(*bodies, ROAD, ROAD, ROAD)
    assert kept(history) == ["2", "3", "4", "5", "6", "7"]
    assert linked(6, ROAD, history).is_replay
