"""The forms of the review queue: each judges, or comes back as it was filled in. The index is in memory."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from consumers.api.backend import Backend
from consumers.message import Message
from consumers.sending import Unsent
from schemas.events import Judgement
from schemas.settings import Settings
from schemas.terms import Opinion
from tests.officials import LABOUR, ROADS, Audit, Visible, backend, browser

JUDGEMENT = {
    "one": ROADS.petitions[0].petition_id,
    "other": LABOUR.petitions[0].petition_id,
    "opinion": "not_same",
    "reason": "地点不同",
    "request_id": "request-1",
}


class Asking(Visible):
    """The review queue as well, which names no case."""

    def search(self, body: Mapping[str, Any], *, point: str = "") -> dict[str, Any]:
        """See `IndexReader.search`."""
        if '{"verdicts": "unsure"}' in json.dumps(body):
            return {"hits": {"hits": [{"_source": one} for one in self.documents if one["story"]["questions"]]}}
        return super().search(body, point=point)


@pytest.fixture
def queue(tmp_path: Path, sent: list[Message]) -> Backend:
    made = backend(tmp_path, None, Settings(), Audit(), sent=sent)
    return replace(made, cases=lambda viewer: Asking(ROADS, LABOUR))


def judge(queue: Backend, where: str, fields: dict[str, str], **changed: str) -> Any:
    client = browser(queue, "city")
    token = client.headers.pop("X-CSRF-Token")
    return client.post(where, data=fields | {"csrf": token} | changed)


def test_a_form_judges_and_leads_to_the_next_question(queue: Backend, sent: list[Message]) -> None:
    answer = judge(queue, "/reviews", JUDGEMENT)
    done = f"{JUDGEMENT['one']}-{JUDGEMENT['other']}"
    assert (answer.status_code, answer.headers["location"]) == (303, f"/reviews?done={done}")
    assert {Judgement.from_bytes(one.value).opinion for one in sent} == {Opinion.NOT_SAME}


@pytest.mark.parametrize(
    ("changed", "status", "told"),
    [
        ({"reason": "　"}, 422, "须写明理由"),
        ({"reason": "电话13800001234，地点不同"}, 422, "不得写入个人号码"),
        ({"opinion": "perhaps"}, 422, "不符合要求"),
        ({"request_id": "x"}, 422, "不符合要求"),
    ],
)
def test_a_judgement_that_is_refused_comes_back_as_it_was_filled_in(
    queue: Backend, sent: list[Message], changed: dict[str, str], status: int, told: str
) -> None:
    answer = judge(queue, "/reviews", JUDGEMENT, **changed)
    (form,) = re.findall(r'<form method="post" action="/reviews".*?</form>', answer.text, re.DOTALL)
    assert (answer.status_code, sent, form.count('role="alert"')) == (status, [], 1)
    reason = (JUDGEMENT | changed)["reason"].replace("13800001234", "〔号码〕")
    (tag, typed), *more = re.findall(r"<textarea ([^>]*)>\n(.*?)</textarea>", form, re.DOTALL)
    assert (typed, more, told in form) == (reason, [], True)
    assert 'aria-describedby="wrong" autofocus' in tag
    assert ('aria-invalid="true"' in form) is ("reason" in changed)
    again = re.findall(r'name="request_id" value="(.+?)"', form)
    assert again != [JUDGEMENT["request_id"]], "a form that is filled in anew is another act"


def test_a_judgement_of_which_it_is_not_certain_that_it_was_kept_comes_back_as_the_same_act(
    queue: Backend, sent: list[Message]
) -> None:
    def away(messages: Iterable[Message]) -> None:
        raise Unsent

    answer = judge(replace(queue, send=away), "/reviews", JUDGEMENT)
    (form,) = re.findall(r'<form method="post" action="/reviews".*?</form>', answer.text, re.DOTALL)
    assert (answer.status_code, "服务暂时不可用" in form) == (503, True)
    assert 'name="request_id" value="request-1"' in form and ">\n地点不同</textarea>" in form


def test_the_reason_for_a_pair_that_is_gone_is_shown_above_the_questions(queue: Backend) -> None:
    answer = judge(queue, "/reviews", JUDGEMENT, one="P0000000000000000")
    above, _, form = answer.text.partition('<form method="post" action="/reviews"')
    assert (answer.status_code, above.count('id="wrong"'), "地点不同" in form) == (404, 1, False)
    assert "不存在，或不在您的可见范围" in above and "您填写的理由：地点不同" in above
    missing = judge(queue, "/reviews", {"one": "x"})
    assert (missing.status_code, "您填写的理由" in missing.text) == (422, False)


def test_a_judgement_among_those_that_were_left_open_leads_back_there(queue: Backend) -> None:
    where = "/reviews?place=4110&left_open=true"
    answer = judge(queue, where, JUDGEMENT, reason="　")
    assert f'action="{where.replace("&", "&amp;")}"' in answer.text
    assert judge(queue, where, JUDGEMENT).headers["location"].startswith(f"{where}&done=")


def test_no_key_in_the_reason_chooses_an_opinion(queue: Backend) -> None:
    """Enter in a field of one line presses the first button of its form."""
    page = browser(queue, "city").get("/reviews").text
    (form,) = re.findall(r'<form method="post" action="/reviews".*?</form>', page, re.DOTALL)
    assert {"hidden"} == set(re.findall(r'<input type="(\w+)"', form))
    assert form.count("<input ") == form.count('<input type="hidden"') and form.count("<textarea ") == 1
