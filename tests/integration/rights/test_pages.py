"""Who sees what on the pages of the console: no page tells more than the interface does, on the real index."""

import re

import pytest

from consumers.api.backend import Backend
from tests.integration.rights.matrix import SEARCHERS, SUPERVISORS, ask, expected
from tests.officials import CASES, ROADS, VISIBLE, browser


@pytest.mark.parametrize("official", sorted(SEARCHERS))
@pytest.mark.parametrize(
    "where", ["/today", "/search", "/search?q=云栖", "/search?q=place:41&sort=due", "/alerts", "/statistics?by=unit"]
)
def test_a_page_names_visible_cases_only(console: Backend, official: str, where: str) -> None:
    answer = ask(console, official, "GET", where)
    assert answer.status_code == 200
    assert set(re.findall(r"C[0-9a-f]{16}", answer.text)) <= expected(official)
    if where in ("/search", "/search?q=云栖"):
        assert all(name in answer.text for name in expected(official))


@pytest.mark.parametrize("official", sorted(SUPERVISORS))
def test_the_review_page_asks_about_visible_petitions_only(console: Backend, official: str) -> None:
    page = ask(console, official, "GET", "/reviews")
    assert page.status_code == 200
    assert set(re.findall(r"C[0-9a-f]{16}", page.text)) <= expected(official)
    assert (ROADS.petitions[0].petition_id in page.text) is ({"labour", "roads"} <= VISIBLE[official])


@pytest.mark.parametrize("official", sorted(SEARCHERS))
@pytest.mark.parametrize("name", sorted(CASES))
def test_the_page_of_a_case_tells_what_the_interface_tells(console: Backend, official: str, name: str) -> None:
    one, client = CASES[name], browser(console, official)
    for tail in ("", "/clocks"):
        unknown = client.get(f"/cases/C0000000000000000{tail}")
        page = client.get(f"/cases/{one.case_id}{tail}")
        if name in VISIBLE[official]:
            assert page.status_code == 200
            assert set(re.findall(r"C[0-9a-f]{16}", page.text)) <= expected(official)
        else:
            assert (page.status_code, _as_unknown(page.text, one.case_id)) == (404, unknown.text)


def _as_unknown(page: str, case_id: str) -> str:
    """The page without what was asked for: its own address, for the switch of the language."""
    return page.replace(case_id, "C0000000000000000")


@pytest.mark.parametrize("official", sorted(SEARCHERS))
@pytest.mark.parametrize("where", ["", "&q=place:4110", "&q=place:41", "&q=place:许昌市"])
def test_the_map_counts_visible_cases_only_and_no_official_of_a_county_has_one(
    console: Backend, official: str, where: str
) -> None:
    page = ask(console, official, "GET", f"/statistics?measure=cases{where}")
    assert page.status_code == 200
    counted = [int(number) for number in re.findall(r"</span>(\d+)</a></span>", page.text)]
    if official in ("city", "whole"):
        assert sum(counted) == sum(CASES[name].place.code != "" for name in VISIBLE[official])
    else:
        assert (counted, "tile-map" in page.text) == ([], False)
