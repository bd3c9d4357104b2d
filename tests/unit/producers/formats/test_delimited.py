"""CSV: each record is one row or one refused row, and none stops the others."""

import pytest

from producers.formats.rows import KEPT_BYTES, BadRow, RawRow, UnknownColumn
from tests.fakes_producers import HEADER, csv_bytes, outcomes, parsed, profile, row

HEAD = (",".join(HEADER) + "\n").encode()
GOOD = b"n1,2024/5/6 9:05,\xe6\x9d\xa5\xe4\xbf\xa1,t,b,,,,,,,\n"


def test_quotes_hold_delimiters_line_breaks_and_quotes() -> None:
    [found] = parsed(csv_bytes(row(内容='他说:"路,\n坏了"')))
    assert isinstance(found, RawRow)
    assert found.values["body"] == '他说:"路,\n坏了"'


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64])
def test_the_size_of_the_chunks_does_not_matter(size: int) -> None:
    content = b"\xef\xbb\xbf" + csv_bytes(row(编号="1", 内容="一\n二"), row(编号="2"), row(编号="3"))
    chunks = [content[i : i + size] for i in range(0, len(content), size)]
    assert parsed(chunks) == parsed(content)
    assert outcomes(parsed(chunks)) == ["ok"] * 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_each_encoding_gives_the_same_values(encoding: str) -> None:
    of = profile(file={"format": "csv", "encoding": encoding})
    [found] = parsed(csv_bytes(row(), encoding=encoding), of)
    assert isinstance(found, RawRow)
    assert found.values["title"] == "反映村道损坏"


def test_a_row_with_broken_bytes_is_refused_and_the_others_go_on() -> None:
    assert outcomes(parsed(HEAD + GOOD + b"n2,\xff\xfe,\n" + GOOD)) == ["ok", "bad_encoding", "ok"]


def test_broken_bytes_in_one_line_refuse_the_whole_record_and_nothing_else() -> None:
    broken = 'n2,2024/5/6 9:05,来信,t,"a\n'.encode() + b"\xff\n" + b'c",,,,,,,\n'
    found = parsed(HEAD + broken + GOOD)
    assert outcomes(found) == ["bad_encoding", "ok"]
    assert isinstance(found[0], BadRow)
    assert found[0].raw == broken.rstrip(b"\n")


def test_a_ledger_in_another_encoding_refuses_each_row_for_it() -> None:
    found = parsed(csv_bytes(row(), row(), encoding="gb18030"))
    assert outcomes(found) == ["bad_encoding", "bad_encoding"]


@pytest.mark.parametrize(
    ("half", "refused"),
    [
        (b"n2,2024/5/6\n", "wrong_columns"),
        (b'n2,2024/5/6,"half\n', "not_a_record"),
        (b'n2,"2024"x,\n', "not_a_record"),
        (GOOD.rstrip(b"\n") + b",more\n", "wrong_columns"),
    ],
)
def test_a_half_row_does_not_swallow_the_rows_after_it(half: bytes, refused: str) -> None:
    assert outcomes(parsed(HEAD + GOOD + half + GOOD + GOOD)) == ["ok", refused, "ok", "ok"]


def test_a_quote_that_is_opened_and_never_closed_costs_one_line() -> None:
    found = parsed(HEAD + b'n0,"open\n' + GOOD * 5_000)
    assert outcomes(found) == ["not_a_record", *["ok"] * 5_000]


def test_empty_cells_behind_the_last_column_are_harmless() -> None:
    assert outcomes(parsed(HEAD + GOOD.rstrip(b"\n") + b",,\n")) == ["ok"]


def test_blank_rows_are_no_records_and_numbers_count_records() -> None:
    found = parsed(HEAD + b"\n\r\n,,,,,,,,,,,\n" + GOOD + b"\n" + GOOD)
    assert [item.number for item in found if isinstance(item, RawRow)] == [1, 2]


def test_an_endless_line_is_one_refused_record_of_which_little_is_kept() -> None:
    chunks = [HEAD, GOOD, *[b"x" * 1_000_000] * 9, b"\n", GOOD]
    found = parsed(chunks)
    assert outcomes(found) == ["ok", "too_long", "ok"]
    assert isinstance(found[1], BadRow)
    assert found[1].is_truncated
    assert len(found[1].raw) <= KEPT_BYTES


@pytest.mark.parametrize(
    ("header", "missing"),
    [(HEADER[1:], "record_no"), ([*HEADER[:-1], "住所"], "residence"), (["编号", *HEADER], "record_no")],
    ids=["absent", "renamed", "doubled"],
)
def test_a_missing_or_doubled_column_refuses_every_row_and_names_our_field(header: list[str], missing: str) -> None:
    found = parsed(csv_bytes(row(), row(), header=header))
    assert outcomes(found) == [f"wrong_columns:{missing}"] * 2
    assert not any(isinstance(item, UnknownColumn) for item in found)  # the "header" may be a record


def test_an_optional_column_may_be_absent() -> None:
    of = profile(optional_columns=["住址"])
    assert outcomes(parsed(csv_bytes(row(), header=HEADER[:-1]), of)) == ["ok"]


def test_a_column_that_nobody_knows_is_a_signal_and_an_ignored_one_is_not() -> None:
    found = parsed(csv_bytes(row(), header=[*HEADER, "备注", "评分"]))
    assert [item.name for item in found if isinstance(item, UnknownColumn)] == ["评分"]
    assert outcomes(found) == ["ok"]


def test_several_columns_are_joined_and_constants_fill_a_field() -> None:
    columns = {"record_no": "编号", "received_at": "日期", "body": ["标题", "内容"], "residence": ["属地", "住址"]}
    of = profile(columns=columns, constants={"channel": "热线"}, ignored_columns=list(HEADER))
    [found] = parsed(csv_bytes(row(属地="东", 住址="西")), of)
    assert isinstance(found, RawRow)
    assert found.values["body"] == "反映村道损坏\n村口的水泥路塌了半边,一直没有人修。"
    assert (found.values["residence"], found.values["channel"]) == ("东西", "热线")


def test_rows_above_the_header_are_skipped() -> None:
    of = profile(file={"format": "csv", "header_row": 2, "delimiter": ";"})
    content = "青禾县来信登记\n" + ";".join(HEADER) + "\n" + GOOD.decode().replace(",", ";")
    assert outcomes(parsed(content.encode(), of)) == ["ok"]


@pytest.mark.parametrize("content", [b"", b"\n\n", HEAD, b"\xef\xbb\xbf"])
def test_a_file_without_records_yields_none(content: bytes) -> None:
    assert outcomes(parsed(content)) == []


@pytest.mark.parametrize("content", [b"\xef", b"rubbish\xff\x00", b"a,b", b"x" * 3_000_000])
def test_a_single_line_that_is_no_header_is_a_refused_record(content: bytes) -> None:
    [refused] = parsed(content)
    assert isinstance(refused, BadRow)
    assert content.startswith(refused.raw)
