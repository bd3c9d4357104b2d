"""A running instance adopts changes of the register: publishes them, and has its open cases determined again."""

from collections.abc import Iterable, Iterator
from datetime import date

from consumers.replay import replay
from deploy import deciding
from deploy.register_due import concerned, redetermination
from deploy.sending import Message, send
from deploy.servers.instance import located
from processors.register_files import load_register, load_template
from processors.register_log import adopted
from processors.rules.register import Register
from processors.rules.register_change import with_changes
from schemas.events import Case, Decision
from schemas.register_events import RegisterChange
from schemas.settings import Settings
from schemas.topics import Topic

__all__ = ["adopted", "carry_out", "publish", "settings"]


def settings() -> Settings:
    """The settings of the instance, with its addresses."""
    return located(Settings.from_env())


def publish(settings: Settings, change: RegisterChange) -> None:
    """Make the change part of the instance's register; returns when Kafka has it."""
    send(settings, [Message(Topic.REGISTER, 0, change.change_id.encode(), change.to_bytes())])


def carry_out(settings: Settings, today: date) -> dict[str, int]:
    """Have the open cases concerned determined again by every change whose day has come; how many, by change."""
    changes = sorted(adopted(settings), key=lambda change: (change.effective_on, change.change_id))
    due = [change for change in changes if change.effective_on <= today]
    if not due:
        return {}
    base, template = load_register(settings.register_dir), load_template(settings.register_dir)
    cases = _cases(settings)
    counts: dict[str, int] = {}
    made: list[Decision] = []
    before: Register = base
    for number, change in enumerate(due, 1):
        after = with_changes(base, template, due[:number])
        found = [redetermination(row.case, change) for row in concerned(cases, before, after, change)]
        counts[change.change_id] = len(found)
        made += found
        before = after
    deciding.publish(settings, made)
    return counts


def _cases(settings: Settings) -> list[Case]:
    latest: dict[bytes, bytes] = {}
    for batch in replay(settings.kafka, Topic.CASES.under(settings.prefix)):
        for record in batch:
            if record.key and record.value:
                latest[record.key] = record.value
    return list(_open(latest.values()))


def _open(values: Iterable[bytes]) -> Iterator[Case]:
    for value in values:
        case = Case.from_bytes(value)
        if case.is_open and case.petitions:
            yield case
