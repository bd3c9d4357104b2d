"""A running instance adopts changes of the register: publishes them, and has its open cases determined again."""

from datetime import date
from itertools import chain

import msgspec

from consumers.deciding.decisions import messages
from consumers.message import Message
from consumers.replay import replay
from deploy.register_due import due_changes, redeterminations
from deploy.sending import send
from processors.register_files import load_template, read_changes, shipped_folder, unchanged_register
from processors.register_log import adopted
from schemas.events import CLOSED, Case
from schemas.register_events import RegisterChange
from schemas.settings import Settings
from schemas.terms import CaseStatus
from schemas.topics import Topic

__all__ = ["adopted", "carry_out", "publish"]


def publish(settings: Settings, change: RegisterChange) -> None:
    """Make the change part of the instance's register; returns when Kafka has it."""
    send(settings, [Message(Topic.REGISTER, 0, change.change_id.encode(), change.to_bytes())])


def carry_out(settings: Settings, today: date) -> dict[str, int]:
    """Have the open cases concerned determined again by every change whose day has come; how many, by change."""
    folder = settings.register_dir or shipped_folder()
    changes = due_changes((*read_changes(folder), *adopted(settings)), today)
    if not changes:
        return {}
    made = redeterminations(_open_cases(settings), unchanged_register(folder), load_template(folder), changes)
    send(settings, messages(chain.from_iterable(made.values()), settings.partitions))
    return {change_id: len(decisions) for change_id, decisions in made.items()}


class _Standing(msgspec.Struct):
    """What tells an open case from the millions that are closed."""

    status: CaseStatus = CaseStatus.REGISTERED


_standing = msgspec.json.Decoder(_Standing).decode


def _open_cases(settings: Settings) -> list[Case]:
    """The open cases as they are now; closed ones are let go as soon as they are seen."""
    found: dict[bytes, bytes] = {}
    for batch in replay(settings, Topic.CASES.under(settings.prefix)):
        for record in batch:
            if not record.key or not record.value:
                continue
            if _standing(record.value).status in CLOSED:
                found.pop(record.key, None)
            else:
                found[record.key] = record.value
    cases = (Case.from_bytes(value) for value in found.values())
    return [case for case in cases if case.petitions]
