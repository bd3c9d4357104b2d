"""Every text of the pages is there in both languages, and every one is used."""

import re
from importlib.resources import files

import pytest

from consumers.console.overview import TILES
from consumers.console.pages import NAVIGATION, _language
from consumers.console.preferences import THEMES
from consumers.console.refused import FIELDS
from consumers.console.texts import LANGUAGES, term_name, texts
from consumers.search.query_language import FLAGS, KNOWN, NONE, YES
from consumers.statistics.numbers import GROUPINGS, NUMBERS
from consumers.statistics.tile_map import MEASURES

CONSOLE = files("consumers.console")
TEMPLATES = {one.name: one.read_text("utf-8") for one in (CONSOLE / "templates").iterdir()}
BUILT = {
    *(f"nav.{name}" for _, name, _ in NAVIGATION),
    *(f"theme.{name}" for name in THEMES),
    *(f"number.{one.name}" for one in NUMBERS),
    *(f"number.{name}" for name in TILES),
    *(f"by.{name}" for name in GROUPINGS),
    *(f"measure.{name}" for name in MEASURES),
    *(f"feeds.{name}" for name in ("reported", "zero", "missing", "late", "wrong")),
    *(f"feeds.{name}" for name in ("corrections", "received", "rejected")),
    *(f"report.{name}" for name in ("week", "month", "year")),
    *(f"filter.{name}" for name in (*KNOWN, *YES.values(), NONE[0])),
    *(f"sort.{name}" for name in ("relevance", "newest", "oldest", "due")),
    *(f"identity.{name}" for name in ("name", "id_number", "phone", "residence")),
    *("today.overdue", "today.near_due"),
    *(f"refused.{name}" for name in FIELDS),
}
"""Names that templates put together."""
PLACE = re.compile(r"\{\w+\}")
HAN = re.compile(r"[\u4e00-\u9fff]")


def named() -> set[str]:
    """Names that stand in the templates as they are."""
    found = [name for text in TEMPLATES.values() for name in re.findall(r"""["']([a-z_]+\.[a-z_]+)["']""", text)]
    return {name for name in found if not name.endswith((".html", ".css", ".js", ".svg"))}


def test_every_text_has_both_languages() -> None:
    chinese, english = (texts()[language] for language in LANGUAGES)
    assert chinese.keys() == english.keys()
    for name, text in chinese.items():
        assert text and english[name]
        assert sorted(PLACE.findall(text)) == sorted(PLACE.findall(english[name]))
        assert name == "site.other_language" or HAN.search(text), name


def test_every_text_that_is_named_exists() -> None:
    assert (named() | BUILT) - texts()["zh"].keys() == set()


def test_every_text_is_used() -> None:
    used = named() | BUILT
    assert {name for name in texts()["zh"] if not name.startswith("problem.")} - used == set()


def test_no_template_holds_chinese_beside_the_table() -> None:
    examples = {"search_help.html"}  # what is typed is Chinese in both languages
    for name, text in TEMPLATES.items():
        if name not in examples:
            assert HAN.findall(text.replace("中文", "")) == [], name


@pytest.mark.parametrize(
    ("code", "language", "told"), [("concluded", "zh", "已办结"), ("re_review", "en", "re review")]
)
def test_terms_have_their_labels_in_chinese_and_their_codes_in_english(code: str, language: str, told: str) -> None:
    assert term_name("CaseStatus", code, language) == told


def test_flags_are_filters_with_a_name() -> None:
    assert all(f"filter.{flag}" in texts()["en"] for flag in FLAGS)


@pytest.mark.parametrize("value", ["", *NONE])
def test_what_was_not_decided_has_a_name(value: str) -> None:
    named = _language("zh", {})["value_name"]
    assert (named("category", value), named("record", value)) == ("（未定）", value)
