"""The Faust applications: streams and partitions from Faust, state and sending by us.

The only files that import faust are this one and the corrections in `processors/delivery.py`.
"""

import asyncio
import logging

import faust

from processors import casebook
from processors.delivery import correct_delivery
from processors.outbox import Outbox
from processors.register_files import load_register
from processors.rulebook import Rulebook
from processors.stages import CaseStep, DecisionStep, LinkingStep, RegistrationStep, Step
from processors.state import StateTable
from processors.tables import Rederive, nothing_derived
from processors.worker import Worker
from schemas.settings import Settings
from schemas.topics import Topic

log = logging.getLogger(__name__)

LINKING = "linking"
"""Stage 1: registration and linking."""
CASES = "cases"
"""Stage 2: cases and decisions."""


def group_of(settings: Settings, process: str) -> str:
    """The consumer group of a process."""
    return f"{settings.prefix}.{process}"


def source_topics(process: str) -> tuple[Topic, ...]:
    """The topics that a process reads."""
    return (Topic.INTAKE, Topic.REGISTERED) if process == LINKING else (Topic.LINKED, Topic.DECISIONS)


def create_app(settings: Settings, process: str) -> faust.App:
    """Wire one application: topics in, steps, tables, outbox. No client connects before the worker starts."""
    correct_delivery()
    app = _bare_app(settings, process)
    outbox = Outbox(settings.kafka)
    workers: list[Worker] = []
    tables: list[StateTable] = []

    def table(topic: Topic, rederive: Rederive) -> StateTable:
        made = StateTable(
            topic.value, topic.under(settings.prefix), settings.folder / "state", settings.kafka, rederive
        )
        tables.append(made)
        return made

    def work(step: Step, state: StateTable, lock: asyncio.Lock) -> None:
        worker = Worker(step, state, outbox, settings, lock)
        workers.append(worker)
        _attach(app, worker, settings)

    rulebook = Rulebook(load_register(settings.register_dir))
    if process == LINKING:
        work(RegistrationStep(), table(Topic.RECORDS, nothing_derived), asyncio.Lock())
        work(LinkingStep(rulebook), table(Topic.PETITIONERS, nothing_derived), asyncio.Lock())
    else:
        cases, one_at_a_time = table(Topic.CASES, casebook.rederive), asyncio.Lock()
        work(CaseStep(rulebook), cases, one_at_a_time)
        work(DecisionStep(rulebook), cases, one_at_a_time)
    _attend(app, workers, tables)
    return app


def _bare_app(settings: Settings, process: str) -> faust.App:
    return faust.App(
        group_of(settings, process),
        broker=";".join(f"kafka://{address}" for address in settings.kafka.split(",")),
        datadir=str(settings.folder / "state" / "faust"),
        topic_partitions=settings.partitions,
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
        value_serializer="raw",
        key_serializer="raw",
        producer_acks=-1,
        consumer_auto_offset_reset="earliest",
        broker_session_timeout=float(settings.session_timeout_s),
        broker_heartbeat_interval=settings.session_timeout_s / 5,
        broker_commit_interval=1.0,
        broker_max_poll_records=100,
        stream_wait_empty=True,
        stream_buffer_maxsize=64,
        loghandlers=[],
    )


def _attach(app: faust.App, worker: Worker, settings: Settings) -> None:
    topic = app.topic(
        worker.step.source.under(settings.prefix),
        key_type=bytes,
        value_type=bytes,
        key_serializer="raw",
        value_serializer="raw",
        partitions=settings.partitions,
    )

    @app.agent(topic, name=f"{worker.step.source.value}-stage", concurrency=1)
    async def process(stream: faust.StreamT[bytes]) -> None:
        async for event in stream.noack().events():
            await worker.receive(event, lambda event=event: stream.ack(event))  # type: ignore[misc]


def _attend(app: faust.App, workers: list[Worker], tables: list[StateTable]) -> None:
    """Start the workers' own loops and read the changelogs again whenever partitions have moved."""

    @app.task
    async def start() -> None:
        for worker in workers:
            app.add_future(worker.run())

    async def invalidate(*_: object, **__: object) -> None:
        for table in tables:
            table.invalidate()

    app.on_partitions_revoked.connect(invalidate, weak=False)
    app.on_partitions_assigned.connect(invalidate, weak=False)
