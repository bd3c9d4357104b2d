"""Petitioners follow their own petition by the receipt. The index is in memory."""

from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from consumers.api.backend import Backend
from consumers.message import Message
from schemas.events import Case, Decision
from schemas.life import NotAccepted
from schemas.settings import Settings
from schemas.terms import CaseStatus, Rating
from tests.fakes_consumers import case, clock, petition
from tests.officials import Audit, Visible, asked_of, backend, browser

CODE = "ABCD-1234"
RECEIPT = {"county": "411002", "number": "XF-1", "code": CODE}
OPEN = case(petition("XF-1"), petition("XF-2", row=2, title="另一人的信"), status=CaseStatus.HANDLING)
ANSWERED = OPEN.with_changes(status=CaseStatus.CONCLUDED)


class Index(Visible):
    """The case, whatever is asked."""

    def search(self, body: Any, *, point: str = "") -> dict[str, Any]:
        """See `IndexReader.search`."""
        return {"hits": {"hits": [{"_source": asked_of(one, body)} for one in self.documents]}}


def console(folder: Path, one: Case, sent: list[Message] | None = None) -> Backend:
    made = backend(folder, None, Settings(), Audit(), sent=sent)
    return replace(made, receipt_code=lambda county, number: CODE, of_receipt=lambda county, number: Index(one))  # type: ignore[arg-type, return-value]


def test_a_receipt_shows_state_unit_and_reason_and_nothing_of_others(tmp_path: Path) -> None:
    page = browser(console(tmp_path, OPEN)).post("/my-petition", data=RECEIPT)
    assert page.status_code == 200
    assert all(word in page.text for word in ("办理中", "魏都区人力资源和社会保障局", OPEN.jurisdiction.reason))
    assert not any(word in page.text for word in ("另一人", "XF-2", OPEN.case_id, 'name="rating"'))


def test_a_receipt_is_answered_in_english_where_english_was_chosen(tmp_path: Path) -> None:
    refused = NotAccepted(article="19", rule_version="t", reason="正在办理期限内", reason_en="it is in hand")
    running = clock(due=date(2026, 3, 17))
    own = petition("XF-1", clocks=(running,)).with_changes(not_accepted=refused)
    one = case(own, status=CaseStatus.HANDLING)
    client = browser(console(tmp_path, one))
    client.get("/preferences", params={"language": "en"})
    page = unescape(client.post("/my-petition", data=RECEIPT).text)
    english = ("visit", one.jurisdiction.reason_en, "it is in hand", "register · 2026-03-17")
    assert [word for word in english if word not in page] == []
    assert not any(word in page for word in ("来访", one.jurisdiction.reason, "正在办理期限内", "："))


@pytest.mark.parametrize("wrong", [{"code": "X"}, {"number": "XF-9"}, {"county": "abc"}, {"code": ""}])
def test_all_that_is_wrong_is_told_alike_and_the_code_is_not_repeated(tmp_path: Path, wrong: dict[str, str]) -> None:
    page = browser(console(tmp_path, OPEN)).post("/my-petition", data=RECEIPT | wrong)
    assert page.status_code in (404, 422)
    assert "编号或查询码不正确" in page.text
    assert CODE not in page.text


def test_an_answer_can_be_rated_and_nothing_before(tmp_path: Path) -> None:
    sent: list[Message] = []
    client = browser(console(tmp_path, ANSWERED, sent))
    assert 'name="rating" value="dissatisfied"' in client.post("/my-petition", data=RECEIPT).text
    kept = client.post("/my-petition/rating", data=RECEIPT | {"rating": "dissatisfied"})
    assert (kept.status_code, "不满意" in kept.text) == (200, True)
    assert [Decision.from_bytes(one.value).rating for one in sent] == [Rating.DISSATISFIED]


def test_what_has_no_answer_yet_cannot_be_rated(tmp_path: Path) -> None:
    sent: list[Message] = []
    early = browser(console(tmp_path, OPEN, sent)).post("/my-petition/rating", data=RECEIPT | {"rating": "satisfied"})
    assert (early.status_code, sent) == (409, [])
    assert "尚未答复" in early.text
