"""Territory that moved keeps its code: the register says whose it is on the day, and everything else goes by that."""

from datetime import date, timedelta

import pytest

from consumers.alerts.escalation import Escalation
from consumers.alerts.rules import overdue, watched
from consumers.alerts.table import load_rules
from consumers.alerts.tally import Tally
from consumers.search.documents import document
from processors.rulebook import Rulebook
from processors.rules.case_life import Draft, close
from processors.rules.register import Register
from processors.rules.repeat import trace_of
from schemas.events import Case
from schemas.life import CaseNote
from schemas.petition import Place
from schemas.terms import AlertRule, Confidence, DecisionKind, Level
from tests.alert_rules import KeysInMemory
from tests.petitions import START, linked, member
from tests.small_register import CITY, HUANGLING, LINQUAN, PINGSHAN, PROVINCE, SHANGWAN, small_register

RULEBOOK = Rulebook(small_register())
NOW_IN = (PROVINCE, CITY, LINQUAN, HUANGLING)
BEFORE_THE_MOVE, AFTER_IT = -900, 0
"""Days from `START` on which a letter about 黄岭镇 came; on 2023-07-01 the township went to another county."""


def received(day: int, *notes: CaseNote) -> Case:
    """The case of a letter about 黄岭镇."""
    place = Place(code=HUANGLING, name="黄岭镇", level=Level.TOWNSHIP, confidence=Confidence.CERTAIN)
    letter = member(linked(place=place, category="land", record_no="1", day=day))
    trace = trace_of(letter, letter.place, letter.classification, letter.home)
    draft = Draft(CITY, (letter,), notes, changed=frozenset({letter.petition_id}))
    return close(draft, 1, RULEBOOK.rules, {letter.petition_id: trace}.__getitem__)


@pytest.mark.parametrize(
    ("code", "on", "path"),
    [
        (HUANGLING, date(2023, 6, 30), ()),
        (HUANGLING, date(2023, 7, 1), NOW_IN),
        (SHANGWAN, date(2024, 1, 1), ()),
        ("999999", date(2024, 1, 1), ()),
    ],
)
def test_what_contains_a_division_is_told_where_its_digits_say_otherwise(
    code: str, on: date, path: tuple[str, ...]
) -> None:
    assert RULEBOOK.register.path(code, on) == path


def test_each_village_of_the_shipped_register_is_found_under_what_contains_it(shipped: Register) -> None:
    on = date(2026, 11, 1)
    moved = [d for d in shipped.divisions if d.is_valid_on(on) and not d.code.startswith(d.parent)]
    assert len(moved) > 2_000
    for division in moved:
        above = [one.code for one in shipped.ancestors(division.code, on)]
        assert set(shipped.path(division.code, on)) >= set(above)
    assert shipped.path("411626211216", on) == ("41", "4116", "411603", "411603211", "411626211216")
    assert shipped.path("419001", on) == (), "what the province leads itself stays under its digits"


def test_a_case_is_searched_counted_and_seen_where_its_place_lies_on_that_day() -> None:
    old, new = document(received(BEFORE_THE_MOVE)), document(received(AFTER_IT))
    assert old["place_path"] == [PROVINCE, CITY, PINGSHAN, HUANGLING]
    assert new["place_path"] == list(NOW_IN)
    assert new["territories"] == sorted(NOW_IN), "the unit is the township's own government, which has moved, too"


def test_an_open_case_lies_where_its_place_went_once_it_was_determined_again() -> None:
    at = START.replace(year=2023, month=7, day=1)
    again = CaseNote(at=at, text="批复", by="省民政厅", decision_id="D1", kind=DecisionKind.REDETERMINE)
    case = received(BEFORE_THE_MOVE, again)
    assert (case.place_path, case.unit_path) == (NOW_IN, NOW_IN)


def test_a_case_of_before_there_were_paths_lies_where_its_digits_say() -> None:
    case = received(AFTER_IT).with_changes(place_path=(), unit_path=())
    found = document(Case.from_bytes(case.to_bytes()))
    assert found["place_path"] == [PROVINCE, CITY, PINGSHAN, HUANGLING]


def test_an_alert_is_for_those_who_supervise_the_place_and_goes_up_to_them() -> None:
    case = watched(received(AFTER_IT))
    assert case is not None
    late = START + timedelta(days=400)
    (alert, *_) = overdue(case, today=late.date(), now=late)
    assert alert.territories == tuple(sorted(NOW_IN))
    escalation = Escalation(load_rules(), KeysInMemory())
    escalation.remember(alert)
    (higher,) = escalation.new([alert], late + timedelta(days=30))
    assert (higher.rule, higher.division, higher.division_path) == (AlertRule.ESCALATED, LINQUAN, NOW_IN[:-1])


def test_a_sudden_rise_is_one_of_the_county_in_which_the_place_lies() -> None:
    counted = Tally(8, 4, KeysInMemory()).put(received(AFTER_IT), None)
    assert counted is not None
    assert counted.county == LINQUAN
