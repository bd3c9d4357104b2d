"""The page of a case. The index is in memory."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from consumers.console.texts import texts
from schemas.life import CaseNote
from schemas.settings import Settings
from tests.officials import LABOUR, Audit, Visible, backend, browser

STYLES = (files("consumers.console") / "assets" / "console.css").read_text("utf-8")


def test_one_petition_is_not_told_in_the_plural() -> None:
    english = texts()["en"]
    assert [english[name].format(count=1) for name in ("case.petitions", "case.repeats")] == [
        "petitions: 1",
        "repeats: 1",
    ]


def test_a_note_in_the_time_line_has_no_style_of_another_piece(tmp_path: Path) -> None:
    noted = LABOUR.with_changes(notes=(CaseNote(at=datetime(2026, 3, 9, tzinfo=UTC), text="受理：已受理"),))
    made = replace(backend(tmp_path, None, Settings(), Audit()), cases=lambda viewer: Visible(noted))
    page = browser(made, "labour").get(f"/cases/{LABOUR.case_id}").text
    (classes,) = re.findall(r'<li class="moment ([^"]*)">(?:(?!<li).)*?受理：已受理', page, re.DOTALL)
    assert classes and not any(re.search(rf"(?<!\w)\.{name}\b", STYLES) for name in classes.split())
