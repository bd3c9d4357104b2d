"""A running instance adopts changes of the register: publishes them, and has its open cases determined again."""

from datetime import date

import msgspec

from consumers.replay import replay
from deploy import deciding
from deploy.register_due import concerned, redetermination
from deploy.sending import Message, send
from deploy.servers.instance import located
from processors.register_files import load_register, load_template
from processors.register_log import adopted
from processors.rules.register import Register
from processors.rules.register_change import with_changes
from schemas.events import CLOSED, Case, Decision
from schemas.register_events import RegisterChange
from schemas.settings import Settings
from schemas.terms import CaseStatus
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
    cases = _open_cases(settings)
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


class _Standing(msgspec.Struct):
    """What tells an open case from the millions that are closed."""

    status: CaseStatus = CaseStatus.REGISTERED


_standing = msgspec.json.Decoder(_Standing).decode


def _open_cases(settings: Settings) -> list[Case]:
    """The open cases as they are now; closed ones are let go as soon as they are seen."""
    found: dict[bytes, bytes] = {}
    for batch in replay(settings.kafka, Topic.CASES.under(settings.prefix)):
        for record in batch:
            if not record.key or not record.value:
                continue
            if _standing(record.value).status in CLOSED:
                found.pop(record.key, None)
            else:
                found[record.key] = record.value
    cases = (Case.from_bytes(value) for value in found.values())
    return [case for case in cases if case.petitions]
