"""The same matter at a superior while a unit handles it, or again after the re-review (articles 19 and 36)."""

from datetime import timedelta
from functools import cache

import pytest

from deploy.stages_alone import StagesAlone
from processors.rulebook import Rulebook
from schemas.events import Case, CasePetition
from schemas.petition import IntakeRecord
from schemas.terms import CaseStatus
from tests.petitions import START, intake_record
from tests.small_register import CITY, HEYANG, LINQUAN, PROVINCE, SHIQIAO, small_register

ROAD = "河阳县石桥镇南头的生产路路面塌陷，坑洼不平，出行难，请求修路。"
AGAIN = ROAD + "雨天农机无法下地，仍然没有人来修。"


@cache
def rulebook() -> Rulebook:
    return Rulebook(small_register())


def first(status: CaseStatus = CaseStatus.ACCEPTED, after: int = 4, day: int = 0) -> IntakeRecord:
    """A letter to the county, and what the county says has become of it so many days later."""
    at = START + timedelta(days=day + after)
    return intake_record(
        source=HEYANG, record_no="1", body=ROAD, day=day, reported_status=status, reported_status_at=at
    )


def again(day: int, source: str = CITY, who: str | None = "R1") -> IntakeRecord:
    """The same matter to another office."""
    return intake_record(source=source, record_no="2", body=AGAIN, day=day, row=2, petitioner_ref=who)


def worked_off(*records: IntakeRecord) -> Case:
    stages = StagesAlone(rulebook())
    list(stages.receive(records))
    (case,) = stages.cases()
    return case


def latest(case: Case) -> CasePetition:
    return case.petitions[-1]


@pytest.mark.parametrize(("source", "day"), [(CITY, 10), (PROVINCE, 10), (CITY, 4), (CITY, 64)])
def test_a_superior_does_not_accept_what_a_unit_has_in_hand_within_its_period(source: str, day: int) -> None:
    case = worked_off(first(), again(day, source))
    found = latest(case).not_accepted
    assert found is not None
    assert (found.article, found.rule_version) == ("19", "regulations-2022")
    assert "河阳县交通运输局" in found.reason
    assert "2025-05-06" in found.reason
    assert "河阳县交通运输局" in found.reason_en
    assert case.petitions[0].not_accepted is None
    assert latest(case).clocks, "it is registered all the same, and the petitioner is told"


@pytest.mark.parametrize(
    "records",
    [
        (first(), again(10, HEYANG)),
        (first(), again(10, LINQUAN)),
        (first(), again(10, SHIQIAO)),
        (first(), again(10, CITY, "R2")),
        (first(), again(10, CITY, None)),
        (first(), again(2)),
        (first(), again(65)),
        (first(CaseStatus.TRANSFERRED), again(10)),
        (first(CaseStatus.CONCLUDED), again(10)),
        (first(CaseStatus.TERMINATED), again(400)),  # one word without a re-review ends nothing
    ],
)
def test_all_else_has_to_be_accepted(records: tuple[IntakeRecord, ...]) -> None:
    assert [petition.not_accepted for petition in worked_off(*records).petitions] == [None, None]


@pytest.mark.parametrize("source", [CITY, HEYANG])
def test_after_the_end_the_same_facts_are_not_accepted_again_by_anybody(source: str) -> None:
    found = latest(worked_off(first(CaseStatus.RE_REVIEWED), again(400, source))).not_accepted
    assert found is not None
    assert found.article == "36"


def test_it_does_not_depend_on_what_arrives_first() -> None:
    one, other = worked_off(first(), again(10)), worked_off(again(10), first())
    assert latest(one).not_accepted == latest(other).not_accepted


def test_the_rules_of_the_day_of_receipt_hold() -> None:
    found = latest(worked_off(first(day=-1_500), again(-1_490))).not_accepted
    assert found is not None
    assert (found.article, found.rule_version) == ("16", "regulations-2005")
