"""A dry run decides as the stream does: by all that a ledger reported, and by the changes of the register."""

import json
import shutil
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from deploy.dry_run import DryRun, Ledger, NotJudgements, dry_run, judgements_in
from deploy.register_due import changed_by
from processors.register_files import COMPETENCES, DEPARTMENTS, load_register, shipped_folder, write_change
from processors.rulebook import Rulebook
from producers.profiles import load_profile
from schemas.register_events import Ended, RegisterChange
from schemas.terms import CaseStatus, StepKind

SAMPLE = Path(__file__).parents[2] / "samples" / "register"
PROFILE = Path(__file__).parents[3] / "producers" / "counties" / "410185.toml"
STANDING = '[values.status]\n"办理" = "handling"\n"转送" = "transferred"\n"办结" = "concluded"\n'
ROAD = {
    "id": "7",
    "submitTime": "2025-03-03 09:00:00",
    "source": "web",
    "subject": "道路破损",
    "content": "登封市告成镇通村公路路面坑洼不平，道路破损多年。",
}
MERGED = RegisterChange(
    change_id="7",
    effective_on=date(2025, 7, 1),
    by="省委编办",
    basis="机构改革方案",
    adopted_at=datetime(2025, 5, 1, tzinfo=UTC),
    ended_units=(Ended(code="410185-transport", successors=("410185-housing",)),),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The register, with room for changes."""
    made = tmp_path / "register"
    made.mkdir()
    for path in (*SAMPLE.iterdir(), shipped_folder() / DEPARTMENTS, shipped_folder() / COMPETENCES):
        shutil.copy(path, made)
    return made


@cache
def unchanged() -> Rulebook:
    return Rulebook(load_register(SAMPLE, shipped_folder()))


def run(tmp_path: Path, *rows: dict[str, Any], register: Path | None = None) -> DryRun:
    """The ledger of a county that dates its standings."""
    profile = tmp_path / "profile.toml"
    columns = '[columns]\nstatus = "state"\nstatus_at = "stateTime"\n'
    profile.write_text(PROFILE.read_text("utf-8").replace("[columns]\n", columns) + STANDING, "utf-8")
    ledger = tmp_path / "ledger.jsonl"
    ledger.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    ledgers = [Ledger(ledger, load_profile(profile))]
    if register is None:
        return dry_run(ledgers, unchanged())
    return dry_run(ledgers, Rulebook(load_register(register)), changed=changed_by(register))


def test_what_an_older_revision_dated_counts_when_it_comes_after_the_newer_one(tmp_path: Path) -> None:
    newer = ROAD | {"updateTime": "2025-03-20 09:00:00", "state": "办理", "stateTime": "2025-03-19 09:00:00"}
    older = ROAD | {"updateTime": "2025-03-06 09:00:00", "state": "转送", "stateTime": "2025-03-05 09:00:00"}
    made = run(tmp_path, newer, older)
    (case,) = made.cases
    assert [row.verdict for row in made.rows] == ["first", "revised"]
    assert (case.status, case.petitions[0].clocks[0].met_on) == (CaseStatus.HANDLING, date(2025, 3, 5))
    assert StepKind.TRANSFERRED in {step.kind for step in case.petitions[0].steps}


@pytest.mark.parametrize(
    ("changed", "unit"),
    [
        ({}, "410185-housing"),
        ({"state": "办结", "stateTime": "2025-04-01 09:00:00"}, "410185-transport"),
        ({"submitTime": "2025-07-02 09:00:00"}, "410185-housing"),
    ],
)
def test_an_open_case_goes_with_a_change_in_the_folder(
    tmp_path: Path, folder: Path, changed: dict[str, str], unit: str
) -> None:
    write_change(folder, MERGED)
    (row,) = run(tmp_path, ROAD | changed, register=folder).rows
    assert row.accountable_unit == unit


def test_a_case_of_after_the_day_has_no_note_about_the_change(tmp_path: Path, folder: Path) -> None:
    write_change(folder, MERGED)
    later = ROAD | {"submitTime": "2025-07-02 09:00:00"}
    assert run(tmp_path, later, register=folder).cases[0].notes == ()
    assert run(tmp_path, ROAD, register=folder).cases[0].notes


def test_a_change_whose_day_has_not_come_moves_nothing(tmp_path: Path, folder: Path) -> None:
    write_change(folder, MERGED.with_changes(effective_on=date(9000, 1, 1)))
    (row,) = run(tmp_path, ROAD, register=folder).rows
    assert row.accountable_unit == "410185-transport"


def test_a_resent_row_and_a_repeat_are_told_in_the_order_of_the_ledger(tmp_path: Path) -> None:
    again = ROAD | {"id": "8", "submitTime": "2025-05-03 09:00:00", "content": ROAD["content"] + "仍无人修。"}
    assert [row.verdict for row in run(tmp_path, ROAD, again, ROAD).rows] == ["first", "joining", "resent"]


def test_a_file_that_holds_no_judgements_is_named_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "judgements.jsonl"
    file.write_text("\n# 判断\n", "utf-8")
    with pytest.raises(NotJudgements, match=r"judgements\.jsonl: line 2 is no judgement"):
        judgements_in(file)
