from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from processors.rules.registration import KEPT_RECEIPTS, Entries, Outcome, register
from schemas.office_time import OFFICE_TIME
from schemas.terms import CaseStatus
from tests.petitions import NOISE, ROAD, START, intake_record

PLEA = "爱人身体不好，药不能断，孩子打工挣的钱刚够糊口。两个孩子读书，花销实在不小。恳请领导帮助。盼复，谢谢！"
INJURY = "我丈夫在机械厂的车间里被机器压伤，公司不肯出具劳动关系证明，工伤认定申请不被受理。住院花了七万元。" + PLEA
FLAT = "棚户区改造时我家房屋被拆，协议约定二十四个月内安置，等到今天楼还没有动工，过渡费也断了。" + PLEA
"""Two matters in the words in which many letters ask."""


def outcomes(*records: dict[str, object]) -> tuple[list[Outcome], Entries]:
    entries: Entries = ()
    seen = []
    for row, fields in enumerate(records, 1):
        result = register(intake_record(**({"row": row} | fields)), entries)
        seen.append(result.outcome)
        entries = result.entries
    return seen, entries


@pytest.mark.parametrize(
    ("records", "expected", "petitions"),
    [
        ([{}], "registered", 1),
        ([{}, {}], "registered resent", 1),
        ([{}, {"row": 1}], "registered replayed", 1),
        ([{}, {"body": ROAD + "另外路灯也不亮。"}], "registered revised", 1),
        ([{}, {"body": ROAD + "另外路灯也不亮。"}, {}], "registered revised resent", 1),
        ([{}, {"reported_status": "accepted"}], "registered revised", 1),
        ([{}, {"body": NOISE, "title": "噪音", "petitioner_ref": "R2"}], "registered registered", 2),
        ([{}, {"body": NOISE, "title": "噪音", "day": 30}], "registered registered", 2),
        ([{}, {"body": NOISE, "title": "噪音"}], "registered revised", 1),
        (
            [{"petitioner_ref": None}, {"petitioner_ref": None, "body": NOISE, "title": "噪音"}],
            "registered registered",
            2,
        ),
        ([{}, {"petitioner_ref": "R2"}], "registered resent", 1),
        ([{}, {"petitioner_ref": "R2", "body": ROAD + "请回复。"}], "registered revised", 1),
        ([{}, {"petitioner_ref": "R2", "day": 30, "body": ROAD + "请回复。"}], "registered revised", 1),
        ([{"body": INJURY}, {"petitioner_ref": "R2", "day": 30, "body": FLAT}], "registered registered", 2),
        ([{"body": INJURY}, {"petitioner_ref": None, "day": 30, "body": FLAT}], "registered revised", 1),
        ([{"body": INJURY}, {"petitioner_ref": "R2", "body": FLAT}], "registered revised", 1),
    ],
)  # fmt: skip
def test_each_petition_is_registered_once(records: list[dict[str, object]], expected: str, petitions: int) -> None:
    seen, entries = outcomes(*records)
    assert " ".join(seen) == expected
    assert len({entry.petition_id for entry in entries}) == petitions


def test_a_number_used_for_another_matter_is_marked() -> None:
    _, entries = outcomes({}, {"body": NOISE, "title": "噪音", "petitioner_ref": "R2"})
    assert [entry.number_reused for entry in entries] == [False, True]


def test_an_older_change_that_arrives_late_does_not_replace_a_newer_one() -> None:
    newer = {"body": ROAD + "已修一半。", "modified_at": START + timedelta(days=9)}
    older = {"body": ROAD + "尚未修。", "modified_at": START + timedelta(days=2)}
    _, entries = outcomes({}, newer, older)
    assert entries[0].hashes[-1] == intake_record(row=2, **newer).content_hash


def test_a_change_back_to_earlier_content_is_a_revision_when_the_county_says_when() -> None:
    seen, _ = outcomes(
        {"modified_at": START},
        {"body": ROAD + "另有路灯问题。", "modified_at": START + timedelta(days=1)},
        {"modified_at": START + timedelta(days=2)},
    )
    assert seen == [Outcome.REGISTERED, Outcome.REVISED, Outcome.REVISED]


def test_a_replayed_record_gives_the_petition_that_it_gave_then() -> None:
    record = intake_record()
    first = register(record, ())
    again = register(record, first.entries)
    assert again.petition == first.petition
    assert again.entries == first.entries


def test_a_replayed_resent_record_still_gives_no_petition() -> None:
    entries = register(intake_record(), ()).entries
    entries = register(intake_record(row=2), entries).entries
    assert register(intake_record(row=2), entries).petition is None


def test_daily_resends_do_not_let_the_register_grow() -> None:
    _, entries = outcomes(*[{}] * 200)
    assert len(entries[0].receipts) == KEPT_RECEIPTS
    assert entries[0].resent == 199


def test_a_revision_goes_where_the_first_one_went() -> None:
    first = register(intake_record(petitioner_ref="R1"), ())
    second = register(intake_record(petitioner_ref="R9", row=2, body=ROAD + "请回复。"), first.entries)
    assert second.petition is not None
    assert (second.petition.route, second.petition.petitioner_ref, second.petition.revision) == ("R1", "R9", 2)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_where_a_record_stands_follows_the_countys_own_time_of_change_in_any_order(order: tuple[int, ...]) -> None:
    history = [CaseStatus.HANDLING, CaseStatus.CONCLUDED, CaseStatus.HANDLING]
    entries: Entries = ()
    stands = None
    for number in order:
        changed = {"reported_status": history[number], "modified_at": START + timedelta(days=number)}
        result = register(intake_record(row=number + 1, **changed), entries)
        entries = result.entries
        stands = result.petition.reported_status if result.petition is not None else stands
    assert stands is CaseStatus.HANDLING


def test_days_are_those_of_the_office() -> None:
    without_hour, with_hour = (datetime(2025, 3, 3, hour, tzinfo=OFFICE_TIME).astimezone(UTC) for hour in (0, 9))
    seen, _ = outcomes({"received_at": without_hour}, {"received_at": with_hour, "body": NOISE, "title": "噪音"})
    assert seen == [Outcome.REGISTERED, Outcome.REVISED]


@pytest.mark.parametrize("body", ["/", "——", "……", "***", "。"])
def test_records_without_a_word_are_one_petition_however_often_their_state_changes(body: str) -> None:
    told = (None, CaseStatus.ACCEPTED, CaseStatus.CONCLUDED)
    records = [{"title": "", "body": body, "petitioner_ref": None, "reported_status": status} for status in told]
    assert outcomes(*records)[0] == [Outcome.REGISTERED, Outcome.REVISED, Outcome.REVISED]
