"""An instance adopts a change of the register: workers read it, and its open cases are determined again once."""

from datetime import UTC, date, datetime

from consumers.replay import replay
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
    sent = [
        Decision.from_bytes(r.value)
        for batch in replay(settings.kafka, Topic.DECISIONS.under(settings.prefix))
        for r in batch
    ]
    assert [(d.kind, d.case_id, d.register_change) for d in sent] == [
        (DecisionKind.REDETERMINE, opened.case_id, "2026-7")
    ]
