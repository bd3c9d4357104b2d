"""`petitions why`: the steps of a determination, for words and for a case, by the rules of the stream."""

import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from deploy.asking import BadQuestion, Desk
from deploy.commands.why import register
from processors.register_files import COMPETENCES, DEPARTMENTS, shipped_folder
from schemas.register_events import Ended, RegisterChange

SAMPLE = Path(__file__).parents[2] / "samples" / "register"
WORDS = "大金店镇政府强占我家耕地修路，宅基地也没有补偿。"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("register")
    for path in (*SAMPLE.iterdir(), shipped_folder() / DEPARTMENTS, shipped_folder() / COMPETENCES):
        shutil.copy(path, made)
    return made


@pytest.fixture(scope="module")
def desk(folder: Path) -> Desk:
    return Desk(folder)


def run(*arguments: str) -> tuple[int, str]:
    app = typer.Typer()
    register(app)
    app.callback()(lambda: None)
    result = CliRunner().invoke(app, ["why", *arguments])
    return result.exit_code, result.output


def test_words_are_answered_step_by_step(folder: Path) -> None:
    code, told = run("--text", WORDS, "--county", "410185", "--date", "2024-06-03", "--register", str(folder))
    assert code == 0
    lines = told.splitlines()
    assert lines[0].startswith("1. 地点：河南省郑州市登封市大金店镇，确定")
    assert "5. 被反映对象：郑州市登封市大金店镇人民政府（依据：强占）" in told
    assert "6. 结论：郑州市登封市人民政府，依据“利害回避”，《信访工作条例》第28条。" in lines
    assert "\n理由：" in told and "\n名录版本：" in told
    assert "强占我家" not in told


def test_a_county_that_the_register_does_not_have_is_wrong_use(folder: Path) -> None:
    code, told = run("--text", WORDS, "--county", "999999", "--register", str(folder))
    assert code == 2
    assert "no division of this code" in told


def test_the_answer_is_given_in_english_and_as_json(folder: Path) -> None:
    asked = ("--text", WORDS, "--county", "410185", "--date", "2024-06-03", "--register", str(folder))
    code, told = run(*asked, "--lang", "en")
    assert code == 0
    assert "ground conflict of interest, article 28" in told
    answer = json.loads(run(*asked, "--json")[1])
    assert answer["decision"]["accountable_unit"] == "410185-government"
    assert answer["decision"]["accused_unit"] == "410185100-government"
    assert [step["name"] for step in answer["steps"]][:3] == ["place", "category", "channel"]


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--text", "路坏了"),
        ("C1", "--text", "路坏了", "--county", "41"),
        ("--text", "路", "--county", "41", "--date", "x"),
    ],
)
def test_a_question_without_a_case_or_a_county_is_wrong_use(arguments: tuple[str, ...]) -> None:
    assert run(*arguments)[0] == 2


def test_a_county_asks_for_itself_through_the_gateway(desk: Desk) -> None:
    body = json.dumps({"text": "石桥镇敬老院伙食差。", "on": "2024-06-03", "county": "410185"}).encode()
    told = desk.asked("411303", body)
    assert told["place"]["name"] == "河南省南阳市卧龙区石桥镇"


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (b"{", "JSON"),
        (b"[]", "JSON"),
        ('{"text": "机密"}'.encode(), "on"),
        (b'{"text":"a","on":"2024-01-01","x":1}', "x"),
    ],
)
def test_a_question_that_cannot_be_read_is_refused_without_its_value(desk: Desk, body: bytes, named: str) -> None:
    with pytest.raises(BadQuestion) as refused:
        desk.asked("411303", body)
    assert named in str(refused.value)
    assert "机密" not in str(refused.value)


def test_a_change_that_is_adopted_meanwhile_counts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.asking.LOOK_EVERY_S", -1.0)
    adopted: list[RegisterChange] = []
    desk = Desk(folder, lambda: tuple(adopted))
    body = json.dumps({"text": "登封市告成镇路面坑洼不平，道路破损。", "on": "2025-08-01"}).encode()
    assert desk.asked("410185", body)["decision"]["accountable_unit"] == "410185-transport"
    assert desk.rulebook is desk.rulebook
    merged = Ended(code="410185-transport", successors=("410185-housing",))
    day, at = date(2025, 7, 1), datetime(2025, 5, 1, tzinfo=UTC)
    adopted.append(
        RegisterChange(change_id="1", effective_on=day, by="厅", basis="批复", adopted_at=at, ended_units=(merged,))
    )
    assert desk.asked("410185", body)["decision"]["accountable_unit"] == "410185-housing"


def case(**changes: Any) -> dict[str, Any]:
    petition = {"text": 0, "source": "410185", "channel": "letter", "received_at": "2024-06-03T01:00:00+00:00"}
    found = {
        "place": "410185100",
        "place_name": "河南省郑州市登封市大金店镇",
        "place_confidence": "certain",
        "category": "land",
        "category_name": "土地征收、宅基地",
        "titles": ["宅基地"],
        "bodies": [WORDS],
        "story": {"petitions": [petition], "place_reason": "", "category_terms": ["宅基地"]},
    }
    return found | changes


def test_a_case_is_explained_from_its_first_petition(desk: Desk) -> None:
    told = desk.about(case())
    assert told.decision.accountable_unit == "410185-government"
    assert told.steps[1].zh == "类别：土地征收、宅基地（依据：宅基地）。"


def test_an_open_place_is_read_again_from_the_words(desk: Desk) -> None:
    told = desk.about(case(place="", place_name="", place_confidence="none"))
    assert told.place.code == "410185100"
