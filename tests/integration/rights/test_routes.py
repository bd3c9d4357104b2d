"""Who sees what: every route for every role and territory, on the real index. A route that is not here fails."""

import re
from datetime import timedelta

import pytest
from fastapi.routing import iter_route_contexts

from consumers.api.application import PREFIX, create_application
from consumers.api.backend import Backend
from consumers.elastic import connect
from consumers.saved.matching import match_body
from schemas.settings import Settings
from tests.integration.rights.matrix import (
    ALERTED,
    ANYBODY,
    IDENTITY,
    PUBLIC,
    READERS,
    SEARCHERS,
    SUPERVISORS,
    ask,
    expected,
    ids,
    kept_search,
    path,
)
from tests.officials import ACCUSING, CASES, LABOUR, LOST, OFFICIALS, ROADS, UNPLACED, VISIBLE

NAMES = [user.name for user in OFFICIALS]


def test_every_route_is_in_the_matrix(console: Backend) -> None:
    routes = {
        (method, route.path)
        for route in iter_route_contexts(create_application(console).routes)
        for method in route.methods or {"ANY"}
    }
    assert routes == PUBLIC | ANYBODY | set(READERS)


@pytest.mark.parametrize(("method", "template"), sorted(ANYBODY | set(READERS)))
def test_nobody_is_answered_without_a_session(console: Backend, method: str, template: str) -> None:
    answer = ask(console, "", method, path(template, LABOUR.case_id), json={"purpose": "inform"})
    if template.startswith(PREFIX):
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "signed_out")
    else:
        assert (answer.status_code, answer.headers["location"][:14]) == (303, "/sign-in?next=")
        assert not answer.content


@pytest.mark.parametrize("official", NAMES)
@pytest.mark.parametrize(("method", "template"), sorted(READERS))
def test_a_route_is_refused_to_every_role_that_has_not_its_right(
    console: Backend, method: str, template: str, official: str
) -> None:
    answer = ask(console, official, method, path(template, "C0000000000000000"), json={"purpose": "inform"})
    is_forbidden = answer.status_code == 403
    assert is_forbidden is (official not in READERS[method, template]), answer.text


@pytest.mark.parametrize("official", sorted(SEARCHERS))
@pytest.mark.parametrize(
    "query", ["", "云栖", "place:41", "status:registered", "status:merged", "-不存在", "unit:411002-hrss"]
)
def test_a_search_gives_nothing_beyond_what_its_viewer_may_see(console: Backend, official: str, query: str) -> None:
    found = ids(console, official, query, size=100)
    assert found <= expected(official)
    if query in ("", "云栖", "-不存在"):
        assert found == expected(official)


@pytest.mark.parametrize("official", sorted(SEARCHERS))
@pytest.mark.parametrize("name", sorted(CASES))
def test_a_case_that_may_not_be_seen_answers_like_one_that_does_not_exist(
    console: Backend, official: str, name: str
) -> None:
    unknown = ask(console, official, "GET", f"{PREFIX}/cases/C0000000000000000")
    one = CASES[name]
    for asked in (one.case_id, one.petitions[0].petition_id):
        for tail in ("", "/related"):
            answer = ask(console, official, "GET", f"{PREFIX}/cases/{asked}{tail}")
            if name in VISIBLE[official]:
                assert answer.status_code == 200
            else:
                assert (answer.status_code, answer.content) == (404, unknown.content)


@pytest.mark.parametrize("official", sorted(SEARCHERS))
def test_counts_and_facets_are_of_visible_cases_only(console: Backend, official: str) -> None:
    answer = ask(console, official, "GET", f"{PREFIX}/cases", params={"facets": True, "size": 1}).json()
    visible = expected(official)
    assert answer["total"] == len(visible)
    for counts in answer["facets"].values():
        assert sum(counts.values()) == len(visible)


@pytest.mark.parametrize("official", sorted(READERS["GET", f"{PREFIX}/exports/cases.{{form}}"]))
def test_an_export_holds_visible_cases_only(console: Backend, official: str) -> None:
    answer = ask(console, official, "GET", f"{PREFIX}/exports/cases.csv")
    assert {line.partition(",")[0] for line in answer.text.splitlines()[1:]} == expected(official)


@pytest.mark.parametrize("official", sorted(SEARCHERS))
def test_related_cases_are_visible_cases_only(console: Backend, official: str) -> None:
    for name in VISIBLE[official]:
        answer = ask(console, official, "GET", f"{PREFIX}/cases/{CASES[name].case_id}/related").json()
        assert {one["case_id"] for one in answer["cases"]} <= expected(official)


@pytest.mark.parametrize("official", sorted(SEARCHERS))
@pytest.mark.parametrize("name", sorted(CASES))
def test_what_may_not_be_seen_can_neither_be_decided_nor_judged(console: Backend, official: str, name: str) -> None:
    if name in VISIBLE[official]:
        return
    one = CASES[name]
    words = {"reason": "核实", "request_id": "request-1"}
    decision = {"kind": "accept", "version": 1, **words}
    pair = {"one": one.petitions[0].petition_id, "other": UNPLACED.petitions[0].petition_id, "opinion": "same"}
    answers = [
        ask(console, official, "GET", f"{PREFIX}/cases/{one.case_id}/decisions"),
        ask(console, official, "POST", f"{PREFIX}/cases/{one.case_id}/decisions", json=decision),
    ]
    if official in SUPERVISORS:
        answers.append(ask(console, official, "POST", f"{PREFIX}/judgements", json=pair | words))
    assert {answer.status_code for answer in answers} == {404}


@pytest.mark.parametrize("official", sorted(SUPERVISORS))
def test_a_question_is_asked_only_who_sees_both_petitions(console: Backend, official: str) -> None:
    told = ask(console, official, "GET", f"{PREFIX}/reviews")
    assert told.status_code == 200
    sees_both = {"labour", "roads"} <= VISIBLE[official]
    asked = [(one["petition_id"], one["other_id"]) for one in told.json()["questions"]]
    assert asked == ([(ROADS.petitions[0].petition_id, LABOUR.petitions[0].petition_id)] if sees_both else [])
    assert sees_both or LABOUR.petitions[0].petition_id not in told.text


@pytest.mark.parametrize("official", sorted(SEARCHERS))
@pytest.mark.parametrize("query", ["", "云栖", "拖欠 place:411002"])
def test_a_kept_search_finds_what_its_owner_may_see_and_no_more(console: Backend, official: str, query: str) -> None:
    user = console.users.get(official)
    assert user is not None
    viewer = console.viewer(user)
    assert viewer is not None
    kept = kept_search(official, query)
    now = kept.created_at + timedelta(hours=2)
    body = match_body(kept, now, now.date(), ids=[one.case_id for one in CASES.values()])
    found = {hit["_source"]["case_id"] for hit in console.cases(viewer).search(body)["hits"]["hits"]}
    assert found == ids(console, official, query, size=100)


@pytest.mark.parametrize("official", sorted(SEARCHERS))
def test_the_feed_of_finds_tells_the_own_ones_about_visible_cases_only(console: Backend, official: str) -> None:
    sent = ask(console, official, "GET", f"{PREFIX}/searches/stream?follow=false&after=-1").text
    assert set(re.findall(r"C[0-9a-f]{16}", sent)) == expected(official)
    assert set(re.findall(r"Q-[a-z]+", sent)) == ({f"Q-{official}"} if expected(official) else set())


def test_a_story_does_not_name_cases_that_may_not_be_seen(console: Backend) -> None:
    hidden = (LABOUR.case_id, LABOUR.petitions[0].petition_id)
    one_county = ask(console, "west", "GET", f"{PREFIX}/cases/{ROADS.case_id}")
    assert not any(name in one_county.text for name in hidden)
    both = ask(console, "city", "GET", f"{PREFIX}/cases/{ROADS.case_id}")
    assert all(name in both.text for name in hidden)


def test_what_a_merged_case_said_is_not_seen_by_the_unit_that_its_heir_accuses(console: Backend) -> None:
    for official in ("accused", "housing", "labour"):
        assert "办证" not in ask(console, official, "GET", f"{PREFIX}/cases", params={"q": "办证"}).text
        assert ask(console, official, "GET", f"{PREFIX}/cases/{LOST.case_id}").status_code == 404
    heir = ask(console, "east", "GET", f"{PREFIX}/cases/{ACCUSING.case_id}")
    assert heir.status_code == 200


def test_an_official_under_the_accused_unit_sees_no_more_than_the_unit(console: Backend) -> None:
    above = dict(console.superiors()) | {"411002-petition": "411002-housing"}
    under = Backend(**{**vars(console), "superiors": lambda: above})
    assert ids(under, "east") == expected("accused")


@pytest.mark.parametrize("official", sorted(SEARCHERS))
@pytest.mark.parametrize("name", ["labour", "roads", "accusing"])
def test_an_identity_needs_the_case_and_the_personal_right(console: Backend, official: str, name: str) -> None:
    one = CASES[name]
    where = f"{PREFIX}/cases/{one.case_id}/petitions/{one.petitions[0].petition_id}/identity"
    answer = ask(console, official, "POST", where, json={"purpose": "inform"})
    may = next(user.may_see_identities for user in OFFICIALS if user.name == official)
    if name not in VISIBLE[official]:
        assert answer.status_code == 404
    elif may:
        assert answer.json() == IDENTITY
    else:
        assert answer.status_code == 403
    if answer.status_code != 200:
        assert "某人" not in answer.text
    page = ask(console, official, "POST", where.removeprefix(PREFIX), data={"purpose": "inform"})
    assert (page.status_code, "某人" in page.text) == (answer.status_code, answer.status_code == 200)


def test_a_superior_finds_who_saw_an_identity_and_others_do_not(console: Backend) -> None:
    where = f"{PREFIX}/cases/{LABOUR.case_id}/petitions/{LABOUR.petitions[0].petition_id}/identity"
    assert ask(console, "labour", "POST", where, json={"purpose": "hearing"}).status_code == 200
    wanted = {"by": "labour", "kind": "identity_shown", "case": LABOUR.case_id}
    for official, sees in {"east": True, "city": True, "whole": True, "auditor": True, "west": False}.items():
        answer = ask(console, official, "GET", f"{PREFIX}/audit", params=wanted).json()
        assert bool(answer["records"]) is sees
        assert answer["total"] == len(answer["records"])
        assert not any("某人" in str(record) for record in answer["records"])


@pytest.mark.parametrize("official", sorted(SEARCHERS))
@pytest.mark.parametrize("by", ["unit", "county", "category", "channel", "accused", "refusing", "month"])
def test_numbers_count_visible_cases_only_and_lead_to_them(console: Backend, official: str, by: str) -> None:
    told = ask(console, official, "GET", f"{PREFIX}/statistics", params={"by": by}).json()
    assert told["total"][0]["value"] == len(expected(official))
    for figures in (told["total"], *(group["figures"] for group in told["groups"])):
        for figure in figures:
            assert len(ids(console, official, within=figure["within"], size=100)) == figure["value"]


@pytest.mark.parametrize("official", sorted(SEARCHERS))
def test_alerts_are_about_visible_cases_and_the_own_territory_only(console: Backend, official: str) -> None:
    listed = ask(console, official, "GET", f"{PREFIX}/alerts").json()["alerts"]
    sent = ask(console, official, "GET", f"{PREFIX}/alerts/stream?follow=false", headers={"Last-Event-ID": "0"}).text
    about = {alert["subject"] for alert in listed}
    silent = {"east": {"411002"}, "west": set(), "city": {"411002"}, "whole": {"411002"}, "accused": {"411002"}}
    assert about == expected(official) | silent.get(official, set())
    assert {subject for subject in ALERTED if f'"subject":"{subject}"' in sent} == about


def test_documents_from_before_there_were_rights_are_seen_by_nobody(console: Backend, settings: Settings) -> None:
    from consumers.search.index import alias_of

    with connect(settings) as client:
        old = {"case_id": "C00000000000000ff", "status": "registered", "unit": "411002-hrss", "place_path": ["41"]}
        client.index(index=alias_of(settings), id="C00000000000000ff", document=old, refresh=True)
        try:
            assert all(ids(console, official) == expected(official) for official in SEARCHERS)
        finally:
            client.delete(index=alias_of(settings), id="C00000000000000ff", refresh=True)
