"""When a supervisor is told, and that each occasion is told once."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from consumers.alerts.feeds import county_silent, dead_letters_rising
from consumers.alerts.rules import near_due, overdue, refused, watched
from schemas.events import Case
from schemas.life import CaseNote, CaseStep, Irregularity, Refusal, Tenure
from schemas.terms import AlertRule, CaseStatus, ClockKind, DecisionKind, Ground, StepKind
from tests.fakes_consumers import START, case, clock, petition

NOW = datetime(2026, 4, 1, 2, 0, tzinfo=UTC)
TODAY = date(2026, 4, 1)
LATE = clock(ClockKind.INFORM, due=date(2026, 3, 20))
LAST_DAY = clock(ClockKind.CONCLUDE, due=TODAY)
MET = clock(ClockKind.REGISTER, due=date(2026, 3, 17), met=date(2026, 3, 16))


def alerts(of: Case) -> list[tuple[str, date | None]]:
    kept = watched(of)
    return [(a.subject, a.due_on) for a in overdue(kept, today=TODAY, now=NOW)] if kept else []


@pytest.mark.parametrize(
    ("given", "days"),
    [
        (case(clocks=(LATE,)), [LATE.due_on]),
        (case(petition(clocks=(LATE,))), [LATE.due_on]),
        (case(clocks=(LATE, LAST_DAY)), [LATE.due_on]),
        (case(clocks=(LAST_DAY,)), []),
        (case(clocks=(MET,)), []),
        (case(clocks=(LATE,), takeover=True), []),
        (case(clocks=(LATE,), status=CaseStatus.CONCLUDED), []),
        (case(clocks=(LATE,), status=CaseStatus.MERGED, merged_into="C1"), []),
        (case(clocks=(LATE,), status=CaseStatus.HANDLING), [LATE.due_on]),
        (case(), []),
    ],
)
def test_a_period_that_ended_unmet_in_an_open_case_is_overdue(given: Case, days: list[date]) -> None:
    assert alerts(given) == [(given.case_id, day) for day in days]


def test_many_petitions_with_one_due_day_are_one_alert() -> None:
    assert len(alerts(case(petition("1", clocks=(LATE,)), petition("2", row=2, clocks=(LATE,))))) == 1


def test_the_id_follows_from_the_occasion_not_from_the_time() -> None:
    kept = watched(case(clocks=(LATE,)))
    assert kept is not None
    later = datetime(2026, 5, 1, tzinfo=UTC)
    first = next(overdue(kept, today=TODAY, now=NOW))
    again = next(overdue(kept, today=later.date(), now=later))
    assert first.alert_id == again.alert_id
    assert first.rule is AlertRule.OVERDUE


@pytest.mark.parametrize(
    ("due", "is_reminded"),
    [
        (date(2026, 3, 31), False),  # over
        (TODAY, True),
        (date(2026, 4, 4), True),
        (date(2026, 4, 5), False),  # not yet
    ],
)
def test_a_unit_is_reminded_some_days_before_a_period_ends(due: date, is_reminded: bool) -> None:
    kept = watched(case(clocks=(LATE, clock(ClockKind.CONCLUDE, due=due))))
    assert kept is not None
    found = [(a.rule, a.due_on) for a in near_due(kept, remind_days=3, today=TODAY, now=NOW)]
    assert found == ([(AlertRule.NEAR_DUE, due)] if is_reminded else [])


def test_nobody_is_reminded_of_what_the_petitioner_may_do() -> None:
    assert watched(case(clocks=(clock(ClockKind.ASK_REVIEW).with_changes(is_petitioners=True),))) is None


def test_of_the_right_to_object_a_unit_is_reminded_and_nothing_is_overdue() -> None:
    before, after = (clock(ClockKind.OBJECT, due=TODAY + timedelta(days=days)) for days in (2, -2))
    kept = watched(case(clocks=(before, LATE)))
    assert kept is not None
    assert [a.due_on for a in near_due(kept, remind_days=3, today=TODAY, now=NOW)] == [before.due_on]
    assert alerts(case(clocks=(after, LATE))) == [(case().case_id, LATE.due_on)]


@pytest.mark.parametrize(
    ("kind", "who", "who_en"),
    [
        (ClockKind.REVIEW, "上一级机关（原办理机关：", "the superior of 411002-hrss: "),
        (ClockKind.RE_REVIEW, "复查机关的上一级机关（原办理机关：", "the superior of who reviewed 411002-hrss: "),
    ],
)
def test_a_review_is_charged_to_the_level_above_the_unit_whose_answer_is_reviewed(
    kind: ClockKind, who: str, who_en: str
) -> None:
    kept = watched(case(clocks=(clock(kind, due=LATE.due_on),), status=CaseStatus.REVIEW))
    assert kept is not None
    for alert in (
        next(overdue(kept, today=TODAY, now=NOW)),
        next(near_due(kept, remind_days=3, today=LATE.due_on, now=NOW)),
    ):
        assert alert.message.startswith(who)
        assert alert.message_en.startswith(who_en)


ASKED = "411002-housing"
TRANSFER = CaseNote(at=START, text="转送", decision_id="D1", kind=DecisionKind.TRANSFER, unit=ASKED)
REPORTED = CaseStep(step_id="S1", kind=StepKind.TRANSFERRED, at=START, to_unit=ASKED)


@pytest.mark.parametrize(
    ("given", "owed_by"),
    [
        (case(clocks=(LATE,), asked_unit=ASKED, notes=(TRANSFER,)), ASKED),
        (case(petition().with_changes(steps=(REPORTED,)), clocks=(LATE,), asked_unit=ASKED), ASKED),
        (case(clocks=(LATE,), notes=(TRANSFER,)), ""),  # it has answered
        (case(clocks=(LATE,), asked_unit=ASKED), ""),  # asked on another day
        (case(clocks=(clock(ClockKind.CONCLUDE),), asked_unit=ASKED, notes=(TRANSFER,)), ""),
        (
            case(petition(clocks=(LATE,)), asked_unit=ASKED, notes=(TRANSFER,)),
            "",
        ),  # of a petition, not of the transfer
    ],
)
def test_what_a_transfer_started_is_owed_by_the_unit_that_was_asked(given: Case, owed_by: str) -> None:
    kept = watched(given)
    assert kept is not None
    (late,) = overdue(kept, today=TODAY, now=NOW)
    (reminder,) = near_due(kept, remind_days=3, today=late.due_on or TODAY, now=NOW)
    for alert in (late, reminder):
        assert (alert.owed_by, alert.unit) == (owed_by, "411002-hrss")
        assert alert.message.startswith(owed_by or "魏都区人力资源和社会保障局")


@pytest.mark.parametrize(
    ("count", "rules"),
    [
        (1, []),
        (2, [AlertRule.REFUSED_AGAIN]),
        (3, [AlertRule.REFUSED_AGAIN, AlertRule.RULING_FORCED]),
    ],
)
def test_the_second_refusal_is_told_and_the_third_asks_for_a_ruling(count: int, rules: list[AlertRule]) -> None:
    refusals = tuple(
        Refusal(
            step_id=str(number),
            at=NOW,
            unit=f"411002-{number}",
            sender="411002-petition",
            due_on=TODAY,
            is_in_time=True,
            wrong_unit="",
        )
        for number in range(count)
    )
    kept = watched(case(clocks=(LATE,), refusals=refusals))
    assert kept is not None
    found = list(refused(kept, now=NOW))
    assert [alert.rule for alert in found] == rules
    assert len({alert.alert_id for alert in found}) == len(rules)


RULING = CaseNote(at=NOW, text="改定", decision_id="D9", kind=DecisionKind.REASSIGN, unit=ASKED)
OTHER = Tenure(unit=ASKED, since=NOW + timedelta(days=1), ground=Ground.DECIDED)
UNFOLLOWED = Irregularity(step_id="D9", kind=StepKind.REASSIGNED, at=NOW, status=CaseStatus.REGISTERED)


@pytest.mark.parametrize(
    ("ground", "changed", "told"),
    [
        (Ground.COMMON_SUPERIOR, {}, "由共同上级 魏都区人力资源和社会保障局 裁定（第24条）"),
        (Ground.COMPETENCE, {}, "无共同上级，提请联席会议协调（第24条）"),
        (Ground.DECIDED, {"notes": (RULING,)}, "裁定后仍提出异议，请督办（第40条）"),
        (
            Ground.COMPETENCE,  # by a unit that the register does not know
            {"notes": (RULING,), "irregularities": (UNFOLLOWED,)},
            "无共同上级，提请联席会议协调（第24条）",
        ),
        (Ground.DECIDED, {"tenures": (OTHER,)}, "现责任单位为 魏都区人力资源和社会保障局，请督办（第40条）"),
    ],
)
def test_a_third_refusal_names_a_common_superior_only_where_there_is_one(
    ground: Ground, changed: dict[str, Any], told: str
) -> None:
    refusal = Refusal(step_id="1", at=NOW, unit=ASKED, sender="", due_on=TODAY, is_in_time=True, wrong_unit="")
    jurisdiction = case().jurisdiction.with_changes(ground=ground)
    kept = watched(case(refusals=(refusal,) * 3, jurisdiction=jurisdiction, **changed))
    assert kept is not None
    *_, third = refused(kept, now=NOW)
    assert third.message.endswith(f"第 3 次提出异议，{told}。")


def test_an_alert_names_unit_and_days_but_neither_text_nor_person() -> None:
    given = case(petition(clocks=(LATE,), petitioner_ref="Rfeedfacefeedface"))
    kept = watched(given)
    assert kept is not None
    written = next(overdue(kept, today=TODAY, now=NOW)).to_bytes().decode()
    assert "魏都区人力资源和社会保障局" in written
    assert "超期 12 天" in written
    assert "Rfeedface" not in written
    assert "工资" not in written


@pytest.mark.parametrize(
    ("last", "days", "is_silent"),
    [
        (date(2026, 4, 1), 2, False),
        (date(2026, 3, 30), 2, False),
        (date(2026, 3, 29), 2, True),
        (date(2026, 3, 29), 7, False),
        (date(2026, 4, 5), 2, False),
    ],
)
def test_a_county_is_silent_after_more_days_than_it_may_be(last: date, days: int, is_silent: bool) -> None:
    alert = county_silent("411023", last_report_on=last, is_never_seen=False, days=days, today=TODAY, now=NOW)
    assert (alert is not None) is is_silent


def test_one_silence_is_one_alert_and_the_next_another() -> None:
    ids = {
        day: county_silent("411023", last_report_on=last, is_never_seen=False, days=2, today=day, now=NOW).alert_id  # type: ignore[union-attr]
        for day, last in [
            (date(2026, 4, 1), date(2026, 3, 20)),
            (date(2026, 4, 2), date(2026, 3, 20)),
            (date(2026, 4, 20), date(2026, 4, 3)),
        ]
    }
    assert ids[date(2026, 4, 1)] == ids[date(2026, 4, 2)] != ids[date(2026, 4, 20)]


@pytest.mark.parametrize(("count", "is_rising"), [(0, False), (20, False), (21, True)])
def test_dead_letters_rise_above_the_limit(count: int, is_rising: bool) -> None:
    alert = dead_letters_rising("411023", day=TODAY, count=count, limit=20, now=NOW)
    assert (alert is not None) is is_rising
