"""The review queue shows both petitions, the surest question first, and leaves out what nobody could tell."""

import re
from typing import Any

import orjson
import pytest

from consumers.search.documents import document_bytes
from consumers.search.mapping import PROPERTIES
from consumers.search.review import asked, review_body, tell
from schemas.events import Question
from schemas.terms import Verdict
from tests.fakes_consumers import ROAD, WAGES, case, petition


def question(one: str, other: str, score: float, *, is_left_open: bool = False) -> Question:
    names = [petition(number).petition_id for number in (one, other)]
    return Question(
        petition_id=names[0], other_id=names[1], score=score, evidence=("内容重合31%",), is_left_open=is_left_open
    )


CASES = [
    case(petition("1", body=ROAD)),
    case(petition("2", body=WAGES), questions=(question("2", "1", 0.33), question("2", "9", 0.31))),
    case(petition("3"), questions=(question("3", "1", 0.36),)),
    case(petition("4"), questions=(question("4", "1", 0.4, is_left_open=True),)),
]


class Index:
    """Answers as the index would: cases with questions first, then those that hold the others."""

    def __init__(self) -> None:
        self.documents = [orjson.loads(document_bytes(one)) for one in CASES]

    def search(self, body: dict[str, Any]) -> Any:
        asks_others = "terms" in body["query"]["bool"]["filter"][0]
        found = [d for d in self.documents if asks_others or Verdict.UNSURE.value in d["verdicts"]]
        return {"hits": {"hits": [{"_source": d} for d in found]}}


def scores(**options: Any) -> list[float]:
    return [one.question["score"] for one in asked(Index(), **options)]  # type: ignore[arg-type]


def test_the_surest_question_comes_first_and_what_is_left_open_only_on_demand() -> None:
    assert scores() == [0.36, 0.33, 0.31]
    assert scores(with_left_open=True) == [0.4, 0.36, 0.33, 0.31]


def test_both_petitions_are_shown_with_evidence_and_the_command_that_answers() -> None:
    shown = ["\n".join(tell(one)) for one in asked(Index())]  # type: ignore[arg-type]
    assert "内容重合31%" in shown[1]
    assert ROAD in shown[1]
    assert WAGES in shown[1]
    assert f"petitions judge {petition('2').petition_id} {petition('1').petition_id} --same" in shown[1]
    assert ROAD not in shown[2], "the other petition is not in the index yet"


HAN = re.compile(r"[\u4e00-\u9fff]")


def test_in_english_what_people_wrote_stays_as_it_is() -> None:
    found = asked(Index(), with_left_open=True)  # type: ignore[arg-type]
    head, petition_line, _, other_line, text, command = tell(found[0], "en")
    assert head == "One matter? Score 0.40: 31% of the shorter text stands in the other (somebody could not tell)"
    case_id = CASES[3].case_id
    who = petition("4").petition_id
    assert petition_line == f"  {who}  2026-03-02 visit  411002 record 4  place not recognised  {case_id}"
    assert not any(map(HAN.search, (head, petition_line, other_line, command)))
    assert text == f"    “拖欠工资” {ROAD}"


@pytest.mark.parametrize("county", ["", "411303"])
def test_it_asks_for_fields_that_the_index_has(county: str) -> None:
    asked_for = str(review_body(county, 10)["query"])
    assert ("411303" in asked_for) == bool(county)
    assert {"verdicts", "place_path", "sources", *review_body("", 10)["_source"]} <= set(PROPERTIES)


class Pages:
    """Twenty cases that somebody left open came last, ten with an unanswered question before them."""

    def __init__(self) -> None:
        made = [
            case(petition(f"{n}"), questions=(question(f"{n}", "x", 0.3, is_left_open=n >= 10),)) for n in range(30)
        ]
        self.documents = [orjson.loads(document_bytes(one)) for one in reversed(made)]

    def search(self, body: dict[str, Any]) -> Any:
        if "sort" not in body:
            return {"hits": {"hits": []}}
        begin = body.get("search_after", [0])[0]
        found = self.documents[begin : begin + body["size"]]
        return {"hits": {"hits": [{"_source": d, "sort": [begin + n + 1]} for n, d in enumerate(found)]}}


@pytest.mark.parametrize(("size", "shown"), [(4, 4), (20, 10), (100, 10)])
def test_what_is_answered_does_not_hide_what_is_not(size: int, shown: int) -> None:
    assert len(asked(Pages(), size=size)) == shown  # type: ignore[arg-type]
