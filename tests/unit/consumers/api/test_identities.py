"""Whose identity is shown: never another person's, and never without a record. The index is in memory."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from consumers.api.backend import Backend
from consumers.search.reader import IndexUnavailable
from schemas.events import Case
from schemas.settings import Settings
from schemas.terms import AuditKind
from tests.fakes_consumers import case, petition
from tests.officials import LABOUR, ROADS, Audit, backend, browser, without_index

OWN = LABOUR.petitions[0]
AGAIN = petition(OWN.record_no, row=9, mark="b", body="小区楼下的烧烤店半夜还在营业。")
WHO = {"name": "某人", "id_number": "1", "phone": "2", "residence": "3"}


def console(folder: Path, **more: Case) -> tuple[Backend, Audit]:
    audit = Audit()
    known = {(OWN.source, OWN.record_no): WHO}
    return without_index(backend(folder, None, Settings(), audit, identities=known), **more), audit


def ask(made: Backend, of: Case = LABOUR, petition_id: str = OWN.petition_id, by: str = "labour") -> Any:
    where = f"/api/v1/cases/{of.case_id}/petitions/{petition_id}/identity"
    return browser(made, by).post(where, json={"purpose": "inform"})


def told(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_who_alone_bears_a_number_is_shown_and_the_look_recorded(tmp_path: Path) -> None:
    made, audit = console(tmp_path)
    assert ask(made).json() == WHO
    assert [record.kind for record in audit.records] == [AuditKind.IDENTITY_SHOWN]


@pytest.mark.parametrize("holder", [case(AGAIN), case(petition("XF-77", row=8), AGAIN)])
def test_a_number_that_was_used_again_shows_nobody_and_records_no_look(tmp_path: Path, holder: Case) -> None:
    made, audit = console(tmp_path, other=holder)
    made = replace(made, cases=without_index(made).cases)  # the other case is one that the official does not see
    assert told(ask(made)) == (409, "ambiguous")
    assert audit.records == []


def test_the_later_petition_under_a_number_shows_nobody_either(tmp_path: Path) -> None:
    later = case(AGAIN)
    made, audit = console(tmp_path, other=later)
    assert told(ask(made, later, AGAIN.petition_id)) == (409, "ambiguous")
    assert audit.records == []


def test_a_petition_that_two_cases_tell_while_it_moves_is_one(tmp_path: Path) -> None:
    made, _ = console(tmp_path, other=case(petition("XF-77", row=8), OWN))
    made = replace(made, cases=without_index(made).cases)
    assert ask(made).status_code == 200


def test_without_the_index_nobody_is_shown(tmp_path: Path) -> None:
    made, audit = console(tmp_path)

    def away(county: str, number: str) -> Any:
        raise IndexUnavailable("no index")

    assert told(ask(replace(made, of_receipt=away))) == (503, "unavailable")
    assert audit.records == []


def test_who_may_not_see_identities_learns_nothing_of_numbers(tmp_path: Path) -> None:
    made, audit = console(tmp_path)
    assert told(ask(made, ROADS, ROADS.petitions[0].petition_id, "roads")) == (403, "forbidden")
    assert [record.kind for record in audit.records] == [AuditKind.IDENTITY_REFUSED]
