"""The account adds up, and every difference has a name."""

from base64 import b64encode
from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest

from consumers.proof import rows
from consumers.proof.account import (
    Difference,
    Evidence,
    Kind,
    Tally,
    broken_merges,
    lasting,
    newest,
    rejected,
    tallies,
    unequal_deliveries,
    unequal_index,
    unreported,
)
from schemas.events import Case, CountyReport, DeadLetter
from schemas.keys import digest
from schemas.petition import IntakeBatch, IntakeRecord
from schemas.terms import RejectReason, ReportKind, Stage
from tests.fakes_consumers import ROAD, START, WAGES, case, intake, merged, petition

DAY = date(2026, 3, 2)
CONTENT = {text: digest("content", "拖欠工资", text) for text in (WAGES, ROAD)}


def evidence(records: Iterable[IntakeRecord] = (), cases: Iterable[Case] = ()) -> Evidence:
    found = Evidence()
    for record in rows.decode_intake(IntakeBatch(records=tuple(records)).to_bytes()).records:
        found.receive(record)
    for known in (rows.decode_case(one.to_bytes()) for one in cases):
        for member in () if known.is_merged else known.petitions:
            found.hold(member, known.case_id)
    return found


def filed(*cases: Case) -> dict[str, rows.Filed]:
    return newest(rows.decode_case(one.to_bytes()) for one in cases)


def account(of: Evidence) -> tuple[Tally, list[tuple[Kind, str]]]:
    days, differences = tallies(of)
    total = Tally()
    for tally in days.values():
        total.add(tally)
    return total, [(difference.kind, difference.subject) for difference in differences]


ONE = case(petition("1"))
REUSED = case(petition("1", mark=CONTENT[ROAD], body=ROAD, row=2))


@pytest.mark.parametrize(
    ("records", "cases", "expected"),
    [
        ([], [], Tally()),
        ([intake("1")], [ONE], Tally(1, 1)),
        ([intake("1"), intake("1")], [ONE], Tally(1, 1)),
        ([intake("1"), intake("1", row=2)], [ONE], Tally(2, 1, resent=1)),
        ([intake("1"), intake("1", row=2, body=ROAD)], [case(petition("1", body=ROAD))], Tally(2, 1, revised=1)),
        ([intake("1"), intake("1", row=2, body=ROAD)], [ONE, REUSED], Tally(2, 2)),
        (
            [intake("1"), intake("1", row=2, body=ROAD), intake("1", row=3, body=ROAD), intake("1", row=4)],
            [ONE, REUSED],
            Tally(4, 2, resent=2),
        ),
        ([intake("1"), intake("2", row=2)], [case(petition("1"), petition("2", row=2))], Tally(2, 2)),
    ],
)
def test_each_received_record_became_exactly_one_thing(
    records: list[IntakeRecord], cases: list[Case], expected: Tally
) -> None:
    total, differences = account(evidence(records, cases))
    assert (total, differences) == (expected, [])
    assert total.adds_up


@pytest.mark.parametrize(
    ("records", "cases", "kinds"),
    [
        ([intake("1")], [], [Kind.MISSING_PETITION]),
        ([], [ONE], [Kind.UNKNOWN_PETITION]),
        ([intake("1")], [ONE, case(petition("1"), case_id="Cother")], [Kind.DUPLICATE_PETITION]),
        ([intake("1")], [case(petition("1"), petition("1"))], [Kind.DUPLICATE_PETITION]),
        ([intake("1")], [case(petition("1", body=ROAD))], [Kind.WRONG_CONTENT]),
        ([intake("1")], [ONE, REUSED], [Kind.UNKNOWN_PETITION, Kind.WRONG_CONTENT, Kind.UNKNOWN_PETITION]),
    ],
)
def test_what_does_not_match_is_named(records: list[IntakeRecord], cases: list[Case], kinds: list[Kind]) -> None:
    _, differences = account(evidence(records, cases))
    assert [kind for kind, _ in differences] == kinds


def test_a_missing_petition_leaves_the_account_open() -> None:
    total, _ = account(evidence([intake("1")]))
    assert not total.adds_up


def test_petitions_of_a_merged_case_are_looked_for_where_they_went() -> None:
    lost = case(petition("2", row=2))
    kept = case(petition("1"), petition("2", row=2))
    total, differences = account(evidence([intake("1"), intake("2", row=2)], [kept, merged(lost, kept)]))
    assert (total, differences) == (Tally(2, 2), [])


def test_a_record_in_the_dead_letters_of_a_stage_is_rejected_not_missing() -> None:
    found = evidence([intake("1")])
    found.buried.add(intake("1").receipt)
    assert account(found) == (Tally(1, rejected=1), [])


def test_a_record_that_was_sent_back_from_the_dead_letters_is_registered() -> None:
    found = evidence([intake("1")], [ONE])
    found.buried.add(intake("1").receipt)
    assert account(found) == (Tally(1, 1), [])


def test_the_receipt_is_read_out_of_a_buried_record() -> None:
    fields: dict[str, Any] = {"stage": Stage.LINKING, "reason": RejectReason.INVALID, "source": "s", "at": START}
    raw = b64encode(petition("1").to_bytes()).decode()
    assert rows.buried_receipt(DeadLetter(letter_id="1", raw=raw, **fields).to_bytes()) == intake("1").receipt
    assert rows.buried_receipt(DeadLetter(letter_id="1", raw="%%%", **fields).to_bytes()) == ""


def test_one_unreadable_record_does_not_hide_the_others_of_its_batch() -> None:
    batch = IntakeBatch(records=(intake("1"), intake("2", row=2))).to_bytes()
    spoiled = batch.replace(b'"record_no":"1"', b'"record_no":17')
    assert [record.record_no for record in rows.decode_intake(spoiled).records] == ["2"]
    assert rows.decode_intake(b"nothing").records == []


def test_tallies_are_kept_by_county_and_day_of_intake() -> None:
    days, _ = tallies(evidence([intake("1"), intake("2", row=2, source="411023")], [ONE]))
    assert set(days) == {("411002", DAY), ("411023", DAY)}


def report(published: int, checksum: int, rejected: int = 0, delivery: str = "d1") -> rows.Reported:
    made = CountyReport(
        report_id=f"{delivery}{published}{checksum}",
        county="411002",
        kind=ReportKind.DATA,
        delivery_id=delivery,
        reported_at=START,
        period_on=DAY,
        received=published + rejected,
        published=published,
        rejected=rejected,
        checksum=f"{checksum % 2**64:016x}",
    )
    return rows.decode_report(made.to_bytes())


SUM = sum(int(intake("1", row=row).receipt, 16) for row in (1, 2))


@pytest.mark.parametrize(
    ("reports", "problem"),
    [
        ([report(2, SUM)], None),
        ([report(1, 5), report(1, SUM - 5)], None),
        ([report(3, SUM)], "3 reported, 2 in the intake"),
        ([report(2, SUM + 1)], "others than reported"),
        ([report(2, SUM, rejected=1)], "1 reported rejected, 0 dead letters"),
        ([report(2, SUM), report(1, 9, delivery="d2")], "1 reported, 0 in the intake"),
    ],
)
def test_a_delivery_is_in_the_intake_by_count_and_by_sum(reports: list[rows.Reported], problem: str | None) -> None:
    found = evidence([intake("1"), intake("2", row=2)])
    details = [difference.detail for difference in unequal_deliveries(reports, [], found.deliveries)]
    assert len(details) == (problem is not None)
    assert all(problem is not None and problem in detail for detail in details)


def test_a_delivery_without_a_report_is_named() -> None:
    found = evidence([intake("1"), intake("2", delivery="d2")])
    assert unreported([report(1, 1)], found.deliveries) == ["d2"]


@pytest.mark.parametrize(
    ("documents", "kinds"),
    [
        ({ONE.case_id: 1}, []),
        ({}, [Kind.MISSING_DOCUMENT]),
        ({ONE.case_id: 2}, [Kind.WRONG_VERSION]),
        ({ONE.case_id: 1, "Cother": 1}, [Kind.UNKNOWN_DOCUMENT]),
    ],
)
def test_topic_and_index_hold_the_same_cases_in_the_same_versions(
    documents: dict[str, int], kinds: list[Kind]
) -> None:
    assert [one.kind for one in unequal_index(filed(ONE), documents)] == kinds


def test_a_merge_must_lead_to_a_case_that_is_there() -> None:
    first, second = case(petition("1")), case(petition("2", row=2))
    third = case(petition("3", row=3))
    for cases, broken in (
        ([first, merged(second, first)], []),
        ([first, merged(second, first), merged(third, second)], []),
        ([merged(first, second), merged(second, first)], [first.case_id, second.case_id]),
        ([merged(second, first)], [second.case_id]),
        ([merged(third, second), merged(second, first)], [third.case_id, second.case_id]),
    ):
        known = filed(*cases)
        lost = {name: one for name, one in known.items() if one.is_merged}
        assert [one.subject for one in broken_merges(lost, known)] == broken


def test_of_the_versions_of_a_case_the_newest_counts_wherever_it_stands() -> None:
    versions = [case(version=number) for number in (2, 3, 1)]
    assert [one.version for one in filed(*versions).values()] == [3]


def test_what_was_refused_on_entry_is_received_and_rejected() -> None:
    letters = [
        rows.decode_letter(
            DeadLetter(
                letter_id=str(number), stage=Stage.INTAKE, reason=RejectReason.INVALID, source="411002", at=START
            ).to_bytes()
        )
        for number in range(2)
    ]
    assert rejected(letters) == {("411002", DAY): Tally(received=2, rejected=2)}


MISSING = Difference(Kind.MISSING_PETITION, "P1", "1 records of 411023")


def version(due: int, found: int) -> Difference:
    return Difference(Kind.WRONG_VERSION, "C1", f"topic {due}, index {found}", due=due, found=found)


@pytest.mark.parametrize(
    ("first", "second", "stands"),
    [
        ([MISSING], [MISSING], True),
        ([MISSING], [], False),
        ([], [MISSING], False),
        ([version(40, 39)], [version(46, 45)], False),  # one petition after the other joins it
        ([version(40, 41)], [version(46, 45)], False),
        ([version(40, 39)], [version(40, 39)], True),
        ([version(40, 39)], [version(46, 39)], True),
        ([version(40, 45)], [version(40, 45)], True),  # the index has what the topic never said
    ],
)
def test_what_was_on_its_way_at_the_first_look_is_no_difference(
    first: list[Difference], second: list[Difference], stands: bool
) -> None:
    assert bool(lasting(first, second)) == stands
