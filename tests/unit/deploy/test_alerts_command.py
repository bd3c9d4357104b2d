"""`petitions alerts`: the time of the offices, in the language that is asked for."""

from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from deploy.cli import build_app
from deploy.commands.alerts import _line
from schemas.events import Alert
from schemas.terms import AlertRule

ALERT = Alert(
    alert_id="a1",
    rule=AlertRule.COLLECTIVE,
    subject="C1",
    raised_at=datetime(2026, 11, 30, 18, 12, tzinfo=UTC),
    message="涉及五人。",
    message_en="Five people.",
)


@pytest.mark.parametrize(
    ("lang", "told"),
    [("zh", "2026-12-01 02:12  [集体访]  涉及五人。"), ("en", "2026-12-01 02:12  [collective]  Five people.")],
)
def test_a_line_tells_the_time_of_the_offices_in_one_language(lang: str, told: str) -> None:
    assert _line(ALERT, lang, as_json=False) == told


def test_another_language_is_wrong_use() -> None:
    assert CliRunner().invoke(build_app(), ["alerts", "--lang", "fr"]).exit_code == 2
