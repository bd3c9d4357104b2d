"""An instance adopts a change of the register: workers read it, and its open cases are determined again once."""

import json
from datetime import UTC, date, datetime

import pytest
from typer.testing import CliRunner

from consumers.replay import replay
from deploy.__main__ import main
from deploy.cli import build_app
from deploy.daily import REGISTER_DUE
from deploy.register_at_hand import OF_THE_INSTANCE
from deploy.register_instance import carry_out, publish
from processors.register_log import adopted
from schemas.events import Decision
from schemas.register_events import Ended, RegisterChange
from schemas.settings import Settings
from schemas.terms import CaseStatus, DecisionKind
from schemas.topics import Topic
from tests.consumers_running import publish as publish_messages
from tests.fakes_consumers import case, petition

DAY = date(2026, 7, 1)
CHANGE = RegisterChange(
    change_id="2026-7",
    effective_on=DAY,
    by="省委编办",
    basis="机构改革方案",
    adopted_at=datetime(2026, 5, 1, tzinfo=UTC),
    ended_units=(Ended(code="411002-human_resources", successors=("411002-civil_affairs",)),),
)


def test_a_change_is_read_by_workers_and_carried_out_on_its_day(settings: Settings) -> None:
    assert adopted(settings) == ()
    publish(settings, CHANGE)
    assert adopted(settings) == (CHANGE,)
    opened, concluded = case(petition("1")), case(petition("2"), status=CaseStatus.CONCLUDED)
    publish_messages(settings, Topic.CASES, [opened, concluded])
    assert carry_out(settings, date(2026, 6, 30)) == {}
    assert carry_out(settings, DAY) == {"2026-7": 1}
    (made,) = sent(settings)
    assert (made.kind, made.case_id, made.register_change) == (DecisionKind.REDETERMINE, opened.case_id, "2026-7")


def test_the_daily_run_of_the_supervisor_sends_the_same_decision_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(settings, CHANGE)
    publish_messages(settings, Topic.CASES, [case(petition("1"))])
    for name, value in settings.to_env().items():
        monkeypatch.setenv(name, value)
    assert [main([REGISTER_DUE.role]) for _ in range(2)] == [0, 0]
    first, second = sent(settings)
    assert first == second


def test_the_register_is_shown_as_the_instance_works_with_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in settings.to_env().items():
        monkeypatch.setenv(name, value)

    def shown() -> dict[str, str]:
        asked = ["register", "show", "411002-human_resources", "--on", "2026-06-30", "--json"]
        found: dict[str, str] = json.loads(CliRunner().invoke(build_app(), asked).output)
        return found

    before = shown()
    publish(settings, CHANGE)
    assert shown() == before | {"register": f"{before['register']}+2026-7"}
    assert before["shown_from"] == OF_THE_INSTANCE
    gone = ["register", "show", "411002-human_resources", "--on", "2026-07-01"]
    assert CliRunner().invoke(build_app(), gone).exit_code == 1


def sent(settings: Settings) -> list[Decision]:
    """All decisions that were published."""
    records = replay(settings, Topic.DECISIONS.under(settings.prefix))
    return [Decision.from_bytes(record.value) for batch in records for record in batch]
