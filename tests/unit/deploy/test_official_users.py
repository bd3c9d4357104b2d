"""Units that people name are those of the register and of the changes that the instance has adopted."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from consumers.search import finder
from deploy import official_users
from deploy.cli import build_app
from deploy.official_users import UnknownUnit, known_unit, placed
from schemas.register_events import BegunUnit, RegisterChange
from schemas.settings import Settings

CHANGE = RegisterChange(
    change_id="9",
    effective_on=date(2026, 1, 1),
    by="省委编办",
    basis="机构改革方案",
    adopted_at=datetime(2026, 1, 1, tzinfo=UTC),
    begun_units=(BegunUnit(code="410185-data", name="郑州市登封市数据局", division="410185", department="data"),),
)
SERVERS = {"kafka": "127.0.0.1:1", "elasticsearch": "http://127.0.0.1:1"}


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An instance that has adopted the change."""
    monkeypatch.setattr(official_users, "adopted", lambda settings: (CHANGE,))
    return Settings(home=tmp_path, **SERVERS)


@pytest.mark.parametrize("code", ["410185-transport", "410185-data"], ids=["shipped", "adopted"])
def test_a_unit_of_the_register_or_of_a_change_is_known(settings: Settings, code: str) -> None:
    assert placed(settings, code, "") == known_unit(settings, code).division == "410185"


def test_no_other_unit_is_known(settings: Settings, tmp_path: Path) -> None:
    for instance in (settings, Settings(home=tmp_path)):
        with pytest.raises(UnknownUnit):
            known_unit(instance, "nonsense")


def test_a_decision_that_names_no_unit_of_the_register_is_wrong_use(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"home": settings.folder, **SERVERS}.items():
        monkeypatch.setenv(f"PETITIONS_{name.upper()}", str(value))
    monkeypatch.setattr(finder, "find_cases", lambda *_: [{"case_id": "C1", "home": "4101"}])
    arguments = ["decide", "C1", "reassign", "--unit", "nonsense", "--by", "市信访局", "--reason", "协商一致"]
    told = CliRunner().invoke(build_app(), arguments)
    assert told.exit_code == 2
    assert "the register has no unit of this code" in told.output
