"""What a decision has to say before it is sent, and that saying it twice is saying it once."""

import pytest

from consumers.deciding.decisions import decision, messages
from consumers.deciding.reasons import Unfit
from schemas.keys import partition_of
from schemas.terms import DecisionKind
from schemas.topics import Topic
from tests.petitions import START

CASE = {"case_id": "C1", "home": "411002"}


@pytest.mark.parametrize("occasion", ["", "request-1"])
def test_the_same_decision_made_again_has_the_same_id(occasion: str) -> None:
    made = [
        decision(CASE, DecisionKind.ACCEPT, by="市信访局", reason="属实", at=START, occasion=occasion)
        for _ in range(2)
    ]
    assert made[0].decision_id == made[1].decision_id
    assert (made[0].case_id, made[0].home) == ("C1", "411002")


def test_a_request_that_is_sent_again_later_is_the_same_decision() -> None:
    words = {"by": "市信访局", "reason": "属实", "occasion": "request-1"}
    first = decision(CASE, DecisionKind.ACCEPT, at=START, **words)
    again = decision(CASE, DecisionKind.ACCEPT, at=START.replace(hour=START.hour + 1), **words)
    assert first.decision_id == again.decision_id


@pytest.mark.parametrize(
    ("kind", "given", "field"),
    [
        (DecisionKind.REASSIGN, {}, "unit"),
        (DecisionKind.TRANSFER, {}, "unit"),
        (DecisionKind.ASSIGN, {}, "unit"),
        (DecisionKind.OBJECT, {"unit": "411002-transport"}, "article"),
        (DecisionKind.DECLINE, {}, "article"),
        (DecisionKind.ACCEPT, {"reason": "  "}, "reason"),
        (DecisionKind.ACCEPT, {"reason": "电话13800001234联系"}, "reason"),
        (DecisionKind.ACCEPT, {"reason": "身份证41010119800101123X"}, "reason"),
        (DecisionKind.ACCEPT, {"reason": "电话１３８０００01234"}, "reason"),
        (DecisionKind.ACCEPT, {"reason": "电话138 0000 1234"}, "reason"),
        (DecisionKind.ACCEPT, {"reason": "电话138-0000-1234"}, "reason"),
        (DecisionKind.ACCEPT, {"reason": "身份证410101 19800101 123x"}, "reason"),
    ],
)
def test_who_passes_on_says_to_whom_who_refuses_says_why_and_nobody_names_a_person(
    kind: DecisionKind, given: dict[str, str], field: str
) -> None:
    with pytest.raises(Unfit) as raised:
        decision(CASE, kind, by="市信访局", at=START, **{"reason": "属实", **given})
    assert raised.value.field == field
    assert "1380000" not in str(raised.value)


@pytest.mark.parametrize("reason", ["豫信〔2026〕12号文", "金额460000.00元", "2026年3月2日", "15000 100000元"])
def test_numbers_of_files_amounts_and_days_may_stand_in_a_reason(reason: str) -> None:
    assert decision(CASE, DecisionKind.ACCEPT, by="市信访局", reason=reason, at=START).reason == reason


def test_a_decision_goes_to_the_partition_of_its_case() -> None:
    made = decision(CASE, DecisionKind.ACCEPT, by="市信访局", reason="属实", at=START)
    (sent,) = messages([made], 8)
    assert (sent.topic, sent.partition, sent.key) == (Topic.DECISIONS, partition_of("411002", 8), b"411002")
