"""Names of places and terms of the law as words, and what was meant instead of a word that is none."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from consumers.api.cases import _suggested
from consumers.search.query_language import parse_query
from consumers.search.spelling import Spelling
from consumers.search.words import NO_WORDS, WordList, common_words, load_words
from deploy.word_list import law_terms, places
from schemas.settings import Settings
from tests.small_register import small_register

WORDS = WordList(
    ["金水", "金水区", "镇平", "镇平县", "南阳", "南阳市", "河南"],
    ["市政府", "工资", "拖欠", "拖欠工资", "法院", "人民法院"],
    ["资金", "水平", "黄河"],
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("资金水平", []),
        ("住在金水", ["金水"]),
        ("金水区", ["金水", "金水区"]),
        ("南阳市镇平县", ["南阳", "南阳市", "镇平", "镇平县"]),
        ("黄河南岸", []),
        ("河南南阳", ["南阳", "河南"]),
        ("南阳市政府", ["南阳", "南阳市", "市政府"]),
        ("拖欠工资", ["工资", "拖欠", "拖欠工资"]),
        ("人民法院", ["人民法院", "法院"]),
    ],
)
def test_a_name_counts_where_the_text_is_cut_and_a_term_wherever_it_stands(text: str, words: list[str]) -> None:
    assert WORDS.of([text]) == sorted(words)


def test_the_version_of_a_list_is_that_of_its_words() -> None:
    assert WordList(["金水"], ["工资"]).version == WordList(["金水"], ["工资"], ["资金"]).version
    assert len({WordList(*given).version for given in (("a1", ()), (["金水"], ()), ((), ["金水"]))}) == 3


def test_an_instance_without_a_file_searches_by_characters(tmp_path: Path) -> None:
    assert load_words(Settings(home=tmp_path)) is NO_WORDS


def test_a_list_that_was_written_is_read_and_a_new_one_replaces_it(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    path = tmp_path / "words.json"
    path.write_text('{"places": ["金水区"], "terms": ["工资"]}', "utf-8")
    assert load_words(settings).of(["金水区工资"]) == ["工资", "金水区"]
    path.with_suffix(".new").write_text('{"places": [], "terms": ["工资"]}', "utf-8")
    path.with_suffix(".new").replace(path)
    assert load_words(settings).of(["金水区工资"]) == ["工资"]


class Everywhere:
    """Finds something whatever is asked."""

    def search(self, body: Any, *, point: str = "") -> dict[str, Any]:
        return {"hits": {"total": {"value": 1}, "hits": []}}


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("拖前工资", ["拖欠工资"]),
        ("状态:已办结 办结", ["状态:已办结 半截"]),
        ("类别:拖前工资 拖前工资 -拖前工资", ["类别:拖前工资 拖欠工资 -拖前工资"]),
        ('"拖前工资" 拖前工资 “拖前工资”', ['"拖前工资" 拖欠工资 “拖前工资”']),
        ("类别:拖前工资 -拖前工资", []),
        ("住在金水", []),
    ],
)
def test_a_word_is_put_right_where_it_stands_and_filters_quotations_and_what_is_excluded_stay(
    asked: str, meant: list[str]
) -> None:
    spelling = Spelling(WordList([], ["拖欠工资", "半截", '住在金"']))
    everywhere: Any = Everywhere()
    console: Any = SimpleNamespace(spelling=spelling, query=parse_query)
    assert _suggested(everywhere, asked, console, {"today": date(2026, 3, 2)}) == meant


def test_names_come_from_the_register_and_short_names_of_townships_do_not_count() -> None:
    found = places(small_register())
    assert {"甲江省", "甲江", "江州市", "河阳", "石桥镇", "旧城县"} <= found
    assert not {"石桥", "上湾村"} & found


def test_terms_come_from_the_lexicons_and_the_law() -> None:
    found = set(law_terms())
    assert {"拖欠工资", "征地补偿", "申请行政复议", "转送", "属地管理", "依法终结"} <= found
    assert all(len(word) > 1 and not word.isascii() for word in found)


def test_everyday_words_are_chinese_and_without_their_comment() -> None:
    assert all(word.isalpha() and not word.isascii() for word in common_words())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("镇坪县", ["镇平县"]),
        ("zhenping", ["镇平"]),
        ("拖前工资", ["拖欠工资"]),
        ("南洋", ["南阳"]),
        ("镇平县", []),
        ("平县", []),
        ("完全不同", []),
    ],
)
def test_what_was_meant_sounds_alike_or_differs_in_one_character(typed: str, meant: list[str]) -> None:
    assert Spelling(WORDS).near(typed) == meant


def test_a_word_does_not_begin_in_one_text_and_end_in_the_next() -> None:
    assert WordList(["金水区"], ["欠薪"]).of(["在金", "水区欠", "薪"]) == []
