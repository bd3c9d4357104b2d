"""A row is taken whole or refused with reason and field, never with the value."""

from typing import Any

import pytest

from producers.formats.rows import RawRow
from producers.formats.validation import Accepted, delivery, validate
from schemas.identity import Petitioner
from schemas.rejected import Rejected
from schemas.terms import CaseStatus, Channel
from tests.fakes_producers import COLUMNS, KEYRING, NOW, csv_bytes, parsed, profile, row

TO = delivery(profile(), "d1", NOW)


def accepted(number: int = 1, **changes: str) -> Accepted:
    [raw] = parsed(csv_bytes(row(**changes)))
    assert isinstance(raw, RawRow)
    return validate(RawRow(number, raw.values, raw.raw), TO, KEYRING.identify)


def test_a_row_becomes_a_record_without_identity_and_a_petitioner() -> None:
    found = accepted(人数="3人")
    assert found.petitioner == Petitioner(name="石一山", phone="13900001234", residence="青禾县白石镇东头村8号")
    assert (found.record.channel, found.record.reported_status) == (Channel.LETTER, CaseStatus.HANDLING)
    assert (found.record.people, found.record.row, found.record.source) == (3, 1, "990101")
    text = found.record.to_bytes().decode()
    assert not any(value in text for value in ("石一山", "13900001234", "东头村8号"))


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"编号": ""}, "missing:record_no"),
        ({"编号": " \t\u3000"}, "missing:record_no"),
        ({"编号": "9" * 65}, "too_long:record_no"),
        ({"编号": "㍿" * 17}, "too_long:record_no"),
        ({"日期": ""}, "missing:received_at"),
        ({"日期": "9999-99-99"}, "bad_date:received_at"),
        ({"日期": "2024/5/8 0:00:00"}, "date_out_of_range:received_at"),
        ({"形式": ""}, "missing:channel"),
        ({"形式": "来函"}, "unknown_value:channel"),
        ({"状态": "办了"}, "unknown_value:status"),
        ({"标题": "", "内容": "\x00\n"}, "missing:body"),
        ({"标题": "长" * 1_001}, "too_long:title"),
        ({"内容": "长" * 100_001}, "too_long:body"),
        ({"属地": "长" * 501}, "too_long:place_text"),
        ({"姓名": "长" * 201}, "too_long:name"),
        ({"人数": "0"}, "invalid:people"),
        ({"人数": "100001"}, "invalid:people"),
        ({"人数": "若干"}, "invalid:people"),
    ],
)
def test_a_row_is_refused_with_reason_and_field(changes: dict[str, str], refused: str) -> None:
    with pytest.raises(Rejected) as found:
        accepted(**changes)
    assert f"{found.value.reason.value}:{found.value.field}" == refused


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"内容": "长" * 100_000}, "body", "长" * 100_000),
        ({"内容": "a\x00b\x1bc\x85\r\nd\te"}, "body", "abc\nd\te"),
        ({"内容": "路灯坏了😡👨‍👩‍👧"}, "body", "路灯坏了😡👨‍👩‍👧"),
        ({"内容": "=cmd|'/c calc'!A1"}, "body", "=cmd|'/c calc'!A1"),
        ({"内容": "ＡＢＣ①"}, "body", "ＡＢＣ①"),
        ({"编号": " ＡＢ－０１ "}, "record_no", "AB-01"),
        ({"人数": ""}, "people", 1),
        ({"状态": ""}, "reported_status", None),
        ({"形式": " 来访 "}, "channel", Channel.VISIT),
    ],
)
def test_text_stays_as_it_is_and_identifiers_get_one_form(changes: dict[str, str], field: str, value: Any) -> None:
    assert getattr(accepted(**changes).record, field) == value


@pytest.mark.parametrize("name", ["匿名", "不愿透露"])
def test_who_stays_unknown_has_no_pseudonym(name: str) -> None:
    assert accepted(姓名=name).record.petitioner_ref is None


def test_where_nobody_is_named_there_is_no_petitioner() -> None:
    found = accepted(姓名="", 电话="", 住址="")
    assert (found.petitioner, found.record.petitioner_ref) == (None, None)


@pytest.mark.parametrize(
    ("changes", "is_same"),
    [
        ({"编号": "甲002"}, True),
        ({"内容": "村口的水泥路塌了半边,一直没有人修。 "}, True),
        ({"内容": "别的"}, False),
        ({"标题": "别的"}, False),
        ({"日期": "2024/5/6 9:05:01"}, False),
        ({"形式": "来访"}, False),
        ({"属地": "别处"}, False),
        ({"人数": "2"}, False),
        ({"状态": "已办结"}, False),
        ({"电话": "13900009999"}, False),
    ],
)
def test_the_content_hash_changes_with_the_content_only(changes: dict[str, str], is_same: bool) -> None:
    found = accepted(number=7, **changes).record
    assert (found.content_hash == accepted().record.content_hash) is is_same
    assert found.receipt != accepted().record.receipt


ANSWERING = profile(columns=COLUMNS | {"answer": "答复内容"}, optional_columns=["答复内容"])
GIVEN = "经查，石一山反映的村道损坏属实，镇政府已组织施工队进场修复，水泥路面已重新铺设完毕并通过验收，可以正常通行。"


def answered(text: str, name: str = "石一山") -> Accepted:
    cells = row(姓名=name) | {"答复内容": text}
    [raw] = parsed(csv_bytes(cells, header=tuple(cells)), ANSWERING)
    assert isinstance(raw, RawRow)
    return validate(raw, delivery(ANSWERING, "d1", NOW), KEYRING.identify)


def test_of_an_answer_the_imprint_goes_on_and_no_word_of_it() -> None:
    found = answered(GIVEN).record
    assert found.answer is not None
    assert found.answer == answered(GIVEN.replace("石一山", "石大川"), "石大川").record.answer
    assert not any(words in found.to_bytes().decode() for words in ("经查", "施工队", "石一山"))


def test_an_answer_that_comes_later_is_a_revision_and_where_there_is_none_the_hash_is_as_before() -> None:
    without = answered("").record
    assert without.content_hash == accepted().record.content_hash
    assert without.answer is None
    assert answered("已办结").record.content_hash == without.content_hash
    assert answered(GIVEN).record.content_hash != without.content_hash


def test_an_answer_that_is_too_long_refuses_its_row() -> None:
    with pytest.raises(Rejected) as found:
        answered("长" * 20_001)
    assert (found.value.reason.value, found.value.field) == ("too_long", "answer")
