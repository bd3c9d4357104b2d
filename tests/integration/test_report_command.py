"""`petitions report` on real servers: the report that the console makes, for who runs the platform."""

from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner, Result

from consumers.api.alert_log import AlertLog
from consumers.elastic import connect
from consumers.search.days import today
from consumers.statistics.reported import Reported
from deploy.cli import build_app
from deploy.servers.addresses import Servers
from schemas.contract import Contract
from schemas.events import Alert, CountyReport
from schemas.settings import Settings
from schemas.terms import AlertRule, ReportKind
from schemas.topics import Topic
from tests.consumers_running import publish
from tests.fakes_consumers import START
from tests.officials import LABOUR, ROADS, Audit, backend, browser, filled
from tests.servers_fixture import fresh_instance

MARCH = date(2026, 3, 14)


def alert(number: int, subject: str, **changed: Any) -> Alert:
    given: dict[str, Any] = {"alert_id": f"A{number}", "rule": AlertRule.OVERDUE, "subject": subject}
    given |= {"raised_at": START, "unit": "411002-hrss", "message": "超期", "message_en": "overdue"}
    return Alert(**given | changed)


ALERTS = (
    alert(1, LABOUR.case_id),
    alert(1, LABOUR.case_id),  # the same again
    alert(2, ROADS.case_id, unit="411023-transport"),
    alert(3, LABOUR.case_id, raised_at=START - timedelta(days=40)),
    alert(4, "Cffffffffffffffff"),  # of no case that anybody can look at
    alert(5, "411023", rule=AlertRule.COUNTY_SILENT, unit="", division="411023"),
)


@pytest.fixture(scope="module")
def instance(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An instance with the officials' cases, with alerts, and with one county that reported every day of March."""
    settings = fresh_instance(servers, tmp_path_factory.mktemp("report"))
    with connect(settings) as client:
        filled(client, settings)
    reports: dict[str, Contract | bytes] = {}
    for day in (date(2026, 3, 1) + timedelta(days=number) for number in range(31)):
        reports[f"411002-{day}"] = CountyReport(
            report_id=str(day), county="411002", kind=ReportKind.ZERO, reported_at=START, period_on=day
        )
    silent = CountyReport(
        report_id="s", county="411023", kind=ReportKind.ZERO, reported_at=START, period_on=date(2025, 1, 1)
    )
    publish(settings, Topic.REPORTS, reports | {"411023": silent})
    publish(settings, Topic.ALERTS, {f"{number}": one for number, one in enumerate(ALERTS)})
    return settings


@pytest.fixture
def run(instance: Settings, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs the command as the operator of the instance does."""
    for name in ("home", "prefix", "kafka", "elasticsearch"):
        monkeypatch.setenv(f"PETITIONS_{name.upper()}", str(getattr(instance, name)))

    def ran(*words: object) -> Result:
        return CliRunner().invoke(build_app(), ["report", *map(str, words)])

    return ran


def sheets(content: bytes) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


@pytest.mark.parametrize(("official", "place"), [("city", "4110"), ("east", "411002"), ("whole", "")])
def test_the_report_is_the_one_that_a_supervisor_of_the_place_gets(
    instance: Settings, run: Any, tmp_path: Path, official: str, place: str
) -> None:
    out = tmp_path / "report.xlsx"
    done = run("month", "--on", MARCH, "--format", "xlsx", "--out", out, "--place", place)
    assert done.exit_code == 0, done.output
    mine = sheets(out.read_bytes())
    log = AlertLog()
    log.add(enumerate({one.alert_id: one for one in ALERTS}.values()))
    with connect(instance) as client:
        made = backend(tmp_path, client, instance, Audit())
        object.__setattr__(made, "alerts", log)
        object.__setattr__(made, "reporting", Reported(instance))
        answer = browser(made, official).get(f"/api/v1/reports/month.xlsx?on={MARCH}")
    theirs = sheets(answer.content)
    for sheet in ("数据统计", "县（市、区）", "责任单位", "督办预警", "渠道"):
        assert figures(mine[sheet]) == figures(theirs[sheet]), sheet
    assert ("411023" in str(theirs["说明"])) is ("许昌县" in str(mine["说明"]))


def figures(sheet: list[list[Any]]) -> list[list[str]]:
    """The rows without their first column, which names what the console of the test knows by its code only."""
    return sorted([str(cell) for cell in row[1:]] for row in sheet)


def test_the_alerts_of_a_place_are_those_of_its_cases_and_feeds(run: Any, tmp_path: Path) -> None:
    counts = {}
    for place in ("", "4110", "411002", "411023"):
        out = tmp_path / f"{place}.xlsx"
        assert run("month", "--on", MARCH, "--format", "xlsx", "--out", out, "--place", place).exit_code == 0
        table = sheets(out.read_bytes())["督办预警"][1:]
        counts[place] = [int(row[1]) for row in table if row[0] and row[1] != ""]
    assert counts == {"": [2, 1], "4110": [2, 1], "411002": [1], "411023": [1, 1]}


def test_a_report_on_paper_says_what_it_covers_and_who_is_silent(run: Any, tmp_path: Path) -> None:
    out = tmp_path / "week.pdf"
    done = run("week", "--on", MARCH, "--out", out, "--place", "4110")
    assert done.exit_code == 0, done.output
    assert out.read_bytes().startswith(b"%PDF-")
    assert "许昌市2026年第11周信访情况周报" in done.output
    assert "许昌县（连续7天）" in done.output
    assert str(out) in done.output


def test_without_a_day_it_is_the_period_of_today(run: Any, tmp_path: Path) -> None:
    done = run("year", "--format", "xlsx", "--out", tmp_path / "year.xlsx")
    assert done.exit_code == 0
    assert f"河南省{today().year}年信访情况年度报告" in done.output


@pytest.mark.parametrize("wrong", [("day",), ("month", "--on", "gestern"), ("month", "--place", "999999")])
def test_what_is_no_period_day_or_place_is_wrong_use_and_writes_nothing(
    run: Any, tmp_path: Path, wrong: tuple[str, ...]
) -> None:
    out = tmp_path / "none.pdf"
    assert run(*wrong, "--out", out).exit_code == 2
    assert not out.exists()
