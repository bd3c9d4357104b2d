"""One answer text on unrelated cases, on the real index: who counts, for whom, and that the search finds the same."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from consumers.api.backend import Backend
from consumers.bulk import ElasticsearchSink, Item
from consumers.elastic import connect
from consumers.search.documents import document_bytes
from consumers.search.index import alias_of
from deploy.servers.addresses import Servers
from schemas.events import Case, Question
from schemas.petition import AnswerImprint
from schemas.settings import Settings
from schemas.terms import CaseStatus
from tests.fakes_consumers import case, merged, petition
from tests.officials import LABOUR, ROADS, Audit, backend, browser, filled
from tests.servers_fixture import fresh_instance


def imprint(letter: str) -> str:
    """The imprint of the answer that is called by this letter."""
    return letter.encode().hex() * 8


def concluded(number: str, digests: str, like: Case = LABOUR, **changed: Any) -> Case:
    """A case with a petition for each letter of `digests`, concluded with the answer of that name."""
    members = [
        petition(
            f"{number}-{row}",
            row=row,
            source=like.home,
            title="办结",
            body="已经答复。",
            reported_status=CaseStatus.CONCLUDED,
            answer=AnswerImprint(digest=imprint(letter), length=80),
            received_at=datetime(2026, 2 + row % 2, 3, tzinfo=UTC),
        )
        for row, letter in enumerate(digests)
    ]
    given: dict[str, Any] = {"place": like.place, "jurisdiction": like.jurisdiction, "home": like.home}
    return case(*members, status=CaseStatus.CONCLUDED, **given | changed)


FIRST = concluded("A", "a")
SECOND = concluded("B", "ac")
ELSEWHERE = concluded("C", "d", ROADS)
HERE = concluded("D", "d")
ALONE = concluded("Z", "eee")
VOLUME = concluded("F", "f")
NEXT_VOLUME = concluded("G", "f", volume_of=VOLUME.case_id)
PERHAPS_ONE = concluded("H", "g")
ASKED = concluded(
    "I",
    "g",
    questions=(
        Question(
            petition_id=concluded("I", "g").petitions[0].petition_id,
            other_id=PERHAPS_ONE.petitions[0].petition_id,
            score=0.4,
        ),
    ),
)
TAKEN_OVER = merged(concluded("J", "h"), ALONE)
LIKE_THE_MERGED = concluded("K", "h")
VOLUME_OF_ANOTHER = concluded("L", "i", volume_of=VOLUME.case_id)
LIKE_A_VOLUME = concluded("M", "i")
ALL = (
    FIRST, SECOND, ELSEWHERE, HERE, ALONE, VOLUME, NEXT_VOLUME, PERHAPS_ONE, ASKED, TAKEN_OVER, LIKE_THE_MERGED,
    VOLUME_OF_ANOTHER, LIKE_A_VOLUME,
)  # fmt: skip
IN_ONE_COUNTY = {FIRST.case_id, SECOND.case_id, VOLUME_OF_ANOTHER.case_id, LIKE_A_VOLUME.case_id}
FOUND = {
    "east": IN_ONE_COUNTY,
    "west": set[str](),
    "city": IN_ONE_COUNTY | {ELSEWHERE.case_id, HERE.case_id},
    "whole": IN_ONE_COUNTY | {ELSEWHERE.case_id, HERE.case_id},
    "labour": IN_ONE_COUNTY,
    "roads": set[str](),
}
"""The cases that each official finds; what two counties answer alike is known above both of them only."""


@pytest.fixture(scope="module")
def console(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    settings: Settings = fresh_instance(servers, tmp_path_factory.mktemp("answers"))
    with connect(settings) as client:
        filled(client, settings)
        items = [Item(one.case_id, one.version, document_bytes(one)) for one in ALL]
        sink = ElasticsearchSink(client.transport, alias_of(settings), bulk_bytes=settings.bulk_bytes)
        assert sink.write(items).done == len(items)
        client.indices.refresh(index=alias_of(settings))
        yield backend(tmp_path_factory.mktemp("users"), client, settings, Audit())


def asked(console: Backend, official: str, path: str, **parameters: Any) -> dict[str, Any]:
    answer = browser(console, official).get(f"/api/v1/{path}", params=parameters)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def ids(page: dict[str, Any]) -> set[str]:
    return {hit["case"]["case_id"] for hit in page["cases"]}


def same_answers(figures: list[dict[str, Any]]) -> dict[str, Any]:
    (found,) = [figure for figure in figures if figure["name"] == "same_answer"]
    return found


@pytest.mark.parametrize("official", FOUND)
def test_the_number_is_of_what_the_viewer_may_see_and_its_search_finds_exactly_these(
    console: Backend, official: str
) -> None:
    figure = same_answers(asked(console, official, "statistics")["total"])
    assert figure["value"] == len(FOUND[official])
    assert ids(asked(console, official, "cases", within=figure["within"], size=50)) == FOUND[official]
    assert ids(asked(console, official, "cases", q="雷同答复:是", size=50)) == FOUND[official]
    others = ids(asked(console, official, "cases", q="same_answer:no", size=50))
    assert others == ids(asked(console, official, "cases", size=50)) - FOUND[official]


@pytest.mark.parametrize("by", ["unit", "county", "month", "category"])
def test_each_group_counts_what_its_search_finds(console: Backend, by: str) -> None:
    groups = asked(console, "whole", "statistics", by=by)["groups"]
    found: set[str] = set()
    for group in groups:
        figure = same_answers(group["figures"])
        page = asked(console, "whole", "cases", within=figure["within"], size=50)
        assert page["total"] == figure["value"]
        found |= ids(page)
    assert found == FOUND["whole"]


def test_the_other_case_need_not_be_among_those_that_are_counted(console: Backend) -> None:
    q = "from:2026-02-01 to:2026-02-28"  # FIRST alone is of February, SECOND came again in March
    assert same_answers(asked(console, "whole", "statistics", q=q)["total"])["value"] == len(
        ids(asked(console, "whole", "cases", q=q, within="same_answer:yes", size=50))
    )
    found = ids(asked(console, "east", "cases", q=q, within="same_answer:yes", size=50))
    assert FIRST.case_id in found
    assert SECOND.case_id not in found


def test_an_export_and_the_pages_of_a_result_hold_the_same_cases(console: Backend) -> None:
    page = asked(console, "whole", "cases", q="same_answer:yes", size=4, facets=True)
    after = asked(console, "whole", "cases", q="same_answer:yes", size=4, cursor=page["next"])
    assert ids(page) | ids(after) == FOUND["whole"]
    assert sum(page["facets"]["status"].values()) == len(FOUND["whole"])
    export = browser(console, "whole").get("/api/v1/exports/cases.csv", params={"q": "same_answer:yes"})
    assert {name for name in (one.case_id for one in ALL) if name in export.text} == FOUND["whole"]


@pytest.mark.parametrize(
    ("official", "like", "found"),
    [
        ("east", FIRST, [SECOND]),
        ("east", SECOND, [FIRST]),
        ("east", HERE, []),  # the other one is in another county
        ("city", HERE, [ELSEWHERE]),
        ("west", HERE, []),  # the case itself may not be seen
        ("east", VOLUME, []),
        ("east", VOLUME_OF_ANOTHER, [LIKE_A_VOLUME]),
        ("east", PERHAPS_ONE, []),
        ("east", ASKED, []),
        ("east", ALONE, []),
        ("east", LABOUR, []),
    ],
    ids=lambda one: one if isinstance(one, str) else getattr(one, "case_id", ""),
)
def test_from_a_case_one_comes_to_the_others_with_its_answer(
    console: Backend, official: str, like: Case, found: list[Case]
) -> None:
    wanted = {one.case_id for one in found}
    page = asked(console, official, "cases", q=f"答复同于:{like.case_id}", size=50)
    assert ids(page) == wanted
    case = browser(console, official).get(f"/api/v1/cases/{like.case_id}")
    assert case.status_code == (404 if official == "west" else 200)
    if case.status_code == 200:
        assert case.json()["same_answers"] == len(wanted)
        shown = browser(console, official).get(f"/cases/{like.case_id}").text
        assert (f"/search?q=answered_like:{like.case_id}" in shown) is bool(wanted)


def test_no_imprint_is_shown(console: Backend) -> None:
    shown = browser(console, "whole").get(f"/api/v1/cases/{FIRST.case_id}").text
    shown += browser(console, "whole").get("/api/v1/cases", params={"q": "same_answer:yes", "facets": True}).text
    assert imprint("a") not in shown
