"""Each alert rule: what fires it once, what must not, and that a replay of everything repeats nothing."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

import pytest

from consumers.alerts.table import load_rules
from consumers.alerts.watch import Watch
from schemas.events import Alert, Case, CountyReport, DeadLetter
from schemas.life import CaseNote, CaseStep, Refusal
from schemas.terms import (
    AlertRule,
    CaseStatus,
    ClockKind,
    DecisionKind,
    RejectReason,
    ReportKind,
    Stage,
    StepKind,
    Verdict,
)
from tests.alert_rules import rules_with, watching
from tests.fakes_consumers import START, case, clock, petition

NOW = START + timedelta(days=10)
TODAY = date(2026, 3, 12)
Seen = Callable[[Watch], None]


def cases(*seen: Case) -> Seen:
    return lambda watch: [watch.case_seen(one) for one in seen] and None


def repeated(times: int, **changed: object) -> Case:
    again = [petition(f"R{n}", row=n, verdict=Verdict.REPEAT) for n in range(2, 2 + times)]
    return case(petition("R1"), *again, **changed)


def joined(people: int, **changed: object) -> Case:
    others = [
        petition(f"J{n}", row=n, verdict=Verdict.JOINING, petitioner_ref=f"R{n:016}") for n in range(2, people + 1)
    ]
    return case(petition("J1"), *others, **changed)


NO_NEWS = (cases(joined(9, takeover=True)), cases(joined(9, volume_of="C9")))


def passed_on(times: int) -> Case:
    notes = tuple(
        CaseNote(at=START + timedelta(days=n), text="转送", decision_id=f"D{n}", kind=DecisionKind.TRANSFER)
        for n in range(times)
    )
    return case(notes=notes)


def passed_on_by_ledger(times: int, *, dated: bool = True, to_unit: str = "") -> Case:
    """As often as its rows said so: the newest is where the record stands, the others are kept as steps."""
    steps = tuple(
        CaseStep(step_id=f"S{n}", kind=StepKind.TRANSFERRED, at=START + timedelta(days=n), to_unit=to_unit)
        for n in range(1, times)
    )
    at = START + timedelta(days=times) if dated else None
    member = petition(reported_status=CaseStatus.TRANSFERRED, reported_status_at=at)
    return case(member.with_changes(steps=steps))


def pushed_too(times: int) -> Case:
    """The county has also pushed the newest, with whom it was sent to."""
    made = passed_on_by_ledger(times)
    (member,) = made.petitions
    at = START + timedelta(days=times, hours=3)
    pushed = CaseStep(step_id="P", kind=StepKind.TRANSFERRED, at=at, to_unit="411002-housing")
    return made.with_changes(petitions=(member.with_changes(steps=(*member.steps, pushed)),))


def extended(article: str = "", *, by_a_person: bool = False) -> Case:
    step = CaseStep(step_id="S1", kind=StepKind.EXTENDED, at=START, article=article)
    member = petition().with_changes(steps=(step,))
    note = CaseNote(at=START, text="延期：案情复杂", decision_id="D1", kind=DecisionKind.EXTEND)
    return case(member, notes=(note,) if by_a_person else ())


def refused(times: int) -> Case:
    return case(
        refusals=tuple(
            Refusal(
                step_id=str(n),
                at=START,
                unit=f"411002-{n}",
                sender="411002-petition",
                due_on=TODAY,
                is_in_time=True,
                wrong_unit="",
            )
            for n in range(times)
        )
    )


def weekly(counts: Iterable[int], *, takeover: bool = False, ingested_late: bool = False) -> Seen:
    """So many first letters in each week up to the running one."""
    found, weeks = [], list(counts)
    for back, count in enumerate(reversed(weeks)):
        for number in range(count):
            at = NOW - timedelta(weeks=back)
            name = f"W{back}-{number}"
            came = NOW if ingested_late else at
            found.append(case(petition(name, received_at=at, ingested_at=came, takeover=takeover)))
    return cases(*found)


def report(*, days: int, kind: ReportKind = ReportKind.DATA) -> Seen:
    about = TODAY - timedelta(days=days)
    return lambda watch: watch.report_seen(
        CountyReport(report_id="r", county="411002", kind=kind, reported_at=NOW, period_on=about)
    )


def silence(days: int) -> Seen:
    spoken = NOW - timedelta(days=days)
    on = TODAY - timedelta(days=days)
    return lambda watch: watch.report_seen(
        CountyReport(report_id="r", county="411002", kind=ReportKind.ZERO, reported_at=spoken, period_on=on)
    )


def letters(count: int) -> Seen:
    made = [
        DeadLetter(letter_id=str(n), stage=Stage.INTAKE, reason=RejectReason.MISSING, source="411002", at=NOW)
        for n in range(count)
    ]
    return lambda watch: [watch.letter_seen(one) for one in made] and None


def waiting(messages: int, minutes: int) -> Seen:
    def seen(watch: Watch) -> None:
        watch.lag_seen("cases", messages, NOW - timedelta(minutes=minutes))
        watch.lag_seen("cases", messages, NOW)

    return seen


class Example(NamedTuple):
    rule: AlertRule
    fires: Seen
    not_: tuple[Seen, ...]


STEADY = [3] * 26
OLD = {"received_at": NOW - timedelta(days=40), "verdict": Verdict.REPEAT}
TABLE = [
    Example(
        AlertRule.NEAR_DUE,
        cases(case(clocks=(clock(due=TODAY + timedelta(days=3)),))),
        (cases(case(clocks=(clock(due=TODAY + timedelta(days=4)),))),),
    ),
    Example(
        AlertRule.OVERDUE,
        cases(case(clocks=(clock(ClockKind.CONCLUDE, due=TODAY - timedelta(days=1)),))),
        (
            cases(case(clocks=(clock(due=TODAY),))),
            cases(case(clocks=(clock(due=TODAY - timedelta(days=1)),), takeover=True)),
        ),
    ),
    Example(AlertRule.REFUSED_AGAIN, cases(refused(2)), (cases(refused(1)),)),
    Example(AlertRule.RULING_FORCED, cases(refused(3)), (cases(refused(2)),)),
    Example(
        AlertRule.EXTENDED_WITHOUT_REASON,
        cases(extended()),
        (cases(extended("34")), cases(extended(by_a_person=True))),
    ),
    Example(AlertRule.PASSED_ON, cases(passed_on(3)), (cases(passed_on(2)),)),
    Example(
        AlertRule.PASSED_ON,
        cases(passed_on_by_ledger(3)),
        (cases(passed_on_by_ledger(2)), cases(passed_on_by_ledger(3, dated=False)), cases(pushed_too(2))),
    ),
    Example(
        AlertRule.REPEATED,
        cases(repeated(3)),
        (
            cases(repeated(2)),
            cases(repeated(3, takeover=True)),
            cases(repeated(3, status=CaseStatus.CONCLUDED)),
            cases(case(*(petition(f"O{n}", row=n, **OLD) for n in range(4)))),  # type: ignore[arg-type]
        ),
    ),
    Example(
        AlertRule.COLLECTIVE,
        cases(joined(5)),
        (cases(joined(4)), cases(joined(9, takeover=True)), cases(joined(9, volume_of="C9"))),
    ),
    Example(
        AlertRule.SUDDEN_RISE,
        weekly([*STEADY, 15]),
        (
            weekly([*STEADY, 7]),
            weekly([3] * 7 + [15]),  # too short a past
            weekly([0, 12] * 13 + [15]),  # it always came in bunches
            weekly([*STEADY, 15], takeover=True),
            weekly([*STEADY, 15], ingested_late=True),  # old records are being sent
        ),
    ),
    Example(AlertRule.COUNTY_SILENT, silence(8), (silence(7),)),
    Example(AlertRule.COUNTY_LATE, report(days=3), (report(days=2), report(days=9, kind=ReportKind.CORRECTION))),
    Example(AlertRule.DEAD_LETTERS_RISING, letters(21), (letters(20),)),
    Example(AlertRule.LAG, waiting(5_000, 11), (waiting(4_999, 11), waiting(5_000, 9))),
]


def raised(watch: Watch, rule: AlertRule, now: datetime = NOW) -> list[Alert]:
    """What is new of a rule, and remembered as the feed does."""
    alerts = watch.new_alerts(now)
    for alert in alerts:
        watch.remember(alert)
    return [alert for alert in alerts if alert.rule is rule]


def test_every_rule_is_in_the_table() -> None:
    assert list(dict.fromkeys(one.rule for one in TABLE)) == [
        rule for rule in AlertRule if rule is not AlertRule.ESCALATED
    ]


@pytest.mark.parametrize("one", TABLE, ids=lambda one: one.rule.value)
def test_what_fires_a_rule_fires_it_once_and_a_replay_repeats_nothing(one: Example) -> None:
    watch = watching()
    one.fires(watch)
    first = raised(watch, one.rule)
    assert len(first) == 1
    one.fires(watch)
    assert raised(watch, one.rule) == []
    restarted = watching()
    restarted.remember(first[0])
    one.fires(restarted)
    one.fires(restarted)
    assert raised(restarted, one.rule) == []


@pytest.mark.parametrize(
    ("rule", "seen"),
    [(one.rule, seen) for one in TABLE for seen in one.not_],
    ids=lambda value: value.value if isinstance(value, AlertRule) else "",
)
def test_what_must_not_fire_a_rule_does_not(rule: AlertRule, seen: Seen) -> None:
    watch = watching()
    seen(watch)
    assert raised(watch, rule) == []


@pytest.mark.parametrize("one", TABLE, ids=lambda one: one.rule.value)
def test_a_rule_that_is_switched_off_is_silent(one: Example) -> None:
    name = "refused_again" if one.rule is AlertRule.RULING_FORCED else one.rule.value
    watch = watching(table=rules_with(**{name: {"is_on": False}}))
    one.fires(watch)
    assert raised(watch, one.rule) == []


@pytest.mark.parametrize("one", TABLE, ids=lambda one: one.rule.value)
def test_no_alert_holds_a_text_or_a_pseudonym(one: Example) -> None:
    watch = watching()
    one.fires(watch)
    written = raised(watch, one.rule)[0].to_bytes().decode()
    assert not any(word in written for word in ("工资", "工人", "R0000", "拖欠"))


def test_each_count_is_told_once() -> None:
    watch = watching()
    assert [len(raised(_seeing(watch, repeated(n, version=n)), AlertRule.REPEATED)) for n in range(2, 7)] == [
        0, 1, 0, 1, 0,
    ]  # fmt: skip


def test_an_instance_may_have_a_table_of_its_own_and_what_it_does_not_know_is_refused(tmp_path) -> None:  # type: ignore[no-untyped-def]
    own = tmp_path / "rules.toml"
    own.write_text("recent_days = 30\n[unknown]\n", "utf-8")
    with pytest.raises(ValueError, match="RuleTable"):
        load_rules(own)


def _seeing(watch: Watch, one: Case) -> Watch:
    watch.case_seen(one)
    return watch
