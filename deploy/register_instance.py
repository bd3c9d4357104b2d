"""A running instance adopts changes of the register: publishes them, and has its open cases determined again."""

from collections.abc import Iterable, Iterator
from datetime import date

from kafka import KafkaProducer

from consumers.replay import replay
from deploy.deciding import ACK_S
from deploy.register_due import concerned, redetermination
from deploy.servers.instance import located
from processors.register_files import load_register, load_template
from processors.register_log import adopted
from processors.rules.register import Register
from processors.rules.register_change import with_changes
from schemas.events import Case, Decision
from schemas.keys import partition_of
from schemas.register_events import RegisterChange
from schemas.settings import Settings
from schemas.topics import Topic

__all__ = ["adopted", "carry_out", "publish", "settings"]


def settings() -> Settings:
    """The settings of the instance, with its addresses."""
    return located(Settings.from_env())


def publish(settings: Settings, change: RegisterChange) -> None:
    """Make the change part of the instance's register; returns when Kafka has it."""
    producer = _producer(settings)
    try:
        topic = Topic.REGISTER.under(settings.prefix)
        producer.send(topic, key=change.change_id.encode(), value=change.to_bytes(), partition=0).get(timeout=ACK_S)
    finally:
        producer.close()


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
    _send(settings, made)
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


def _send(settings: Settings, made: list[Decision]) -> None:
    producer = _producer(settings)
    try:
        topic = Topic.DECISIONS.under(settings.prefix)
        sent = [
            producer.send(
                topic,
                key=decision.home.encode(),
                value=decision.to_bytes(),
                partition=partition_of(decision.home, settings.partitions),
            )
            for decision in made
        ]
        for one in sent:
            one.get(timeout=ACK_S)
    finally:
        producer.close()


def _producer(settings: Settings) -> KafkaProducer:
    return KafkaProducer(bootstrap_servers=settings.kafka.split(","), acks="all", enable_idempotence=True)
