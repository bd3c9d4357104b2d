"""`petitions judge`: what was judged is told in the language that is asked for."""

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import orjson
import pytest
from typer.testing import CliRunner

from consumers import elastic
from consumers.search import finder
from consumers.search.documents import document_bytes
from deploy import sending
from deploy.cli import build_app
from tests.officials import LABOUR, ROADS

CASES = {one.case_id: orjson.loads(document_bytes(one)) for one in (LABOUR, ROADS)}
ASKED = ["judge", LABOUR.case_id, ROADS.case_id, "--not-same", "--by", "某局 甲", "--reason", "地点不同"]


@pytest.fixture
def _instance(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An index with two cases, and a Kafka that takes everything."""

    def find(_reader: Any, name: str) -> list[Any]:
        return [CASES[name]]

    monkeypatch.setattr(finder, "find_cases", find)
    monkeypatch.setattr(elastic, "connect", lambda _settings: nullcontext())
    monkeypatch.setattr(sending, "send", lambda _settings, _messages: None)
    for name, value in {"HOME": tmp_path, "KAFKA": "127.0.0.1:1", "ELASTICSEARCH": "http://127.0.0.1:1"}.items():
        monkeypatch.setenv(f"PETITIONS_{name}", str(value))


@pytest.mark.usefixtures("_instance")
@pytest.mark.parametrize(("lang", "opinion"), [("zh", "不是同一事项"), ("en", "not same")])
def test_the_opinion_is_told_in_the_language(lang: str, opinion: str) -> None:
    told = CliRunner().invoke(build_app(), [*ASKED, "--lang", lang])
    pair = sorted(one.petitions[0].petition_id for one in (LABOUR, ROADS))
    assert (told.exit_code, told.stdout.partition(": ")[2]) == (0, f"{opinion} {' '.join(pair)}\n")


@pytest.mark.usefixtures("_instance")
def test_another_language_is_wrong_use() -> None:
    told = CliRunner().invoke(build_app(), [*ASKED, "--lang", "fr"])
    assert (told.exit_code, "zh or en" in told.output) == (2, True)
