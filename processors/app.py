"""The Faust applications: streams and partitions from Faust, state and sending by us.

The only files that import faust are this one and the corrections in `processors/delivery.py`.
"""

import asyncio
import math
from collections.abc import Sequence
from time import monotonic

import faust
from faust.auth import Credentials, SASLCredentials, SSLCredentials
from faust.exceptions import ConsumerNotStarted

from processors.counting import count_from_zero
from processors.delivery import correct_delivery
from processors.outbox import Outbox
from processors.state import StateTable
from processors.step import Bench
from processors.worker import Worker
from schemas.connections import has_sasl, has_tls, secret, tls_context
from schemas.settings import Settings


def group_of(settings: Settings, process: str) -> str:
    """The consumer group of a process."""
    return f"{settings.prefix}.{process}"


def create_app(settings: Settings, process: str, benches: Sequence[Bench]) -> faust.App:
    """Wire topics, steps, tables and outbox. No client connects before the worker starts."""
    correct_delivery()
    count_from_zero(process)
    app = _bare_app(settings, process)
    outbox = Outbox(settings, lambda: unconfirmed_s(app))
    workers: list[Worker] = []
    tables: list[StateTable] = []
    for bench in benches:
        changelog, lock = bench.table.under(settings.prefix), asyncio.Lock()
        beside = bench.beside.under(settings.prefix) if bench.beside else ""
        table = StateTable(bench.table.value, changelog, settings, bench.rederive, beside, bench.kept_reads)
        tables.append(table)
        for step in bench.steps:
            worker = Worker(step, table, outbox, settings, lock)
            workers.append(worker)
            _attach(app, worker, settings)
    _attend(app, workers, tables)
    return app


def held_places(app: faust.App) -> frozenset[tuple[str, int]] | None:
    """Topic and number of each partition that this process has now; None while it waits for its share.

    Safe from other threads: it answers also while the event loop hangs.
    """
    if not app.rebalancing_count:  # before that a consumer would be made here
        return None
    try:
        held = frozenset((tp.topic, tp.partition) for tp in app.consumer.assignment())
    except ConsumerNotStarted:  # it has been stopped
        return None
    return None if app.rebalancing and not held else held


def unconfirmed_s(app: faust.App) -> float:
    """How long ago the group confirmed last that this process is its member; without end where it is none.

    Safe from other threads. Partitions are not given to another worker before a whole session has gone by since.
    """
    coordinator = app.consumer._thread._consumer._coordinator  # type: ignore[attr-defined]
    return monotonic() - coordinator.confirmed_at if coordinator.generation >= 0 else math.inf


def _bare_app(settings: Settings, process: str) -> faust.App:
    datadir = settings.state_folder / "faust"
    datadir.mkdir(parents=True, exist_ok=True)
    return faust.App(
        group_of(settings, process),
        broker=";".join(f"kafka://{address}" for address in settings.kafka.split(",")),
        broker_credentials=_credentials(settings),
        datadir=str(datadir),
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


def _credentials(settings: Settings) -> Credentials | None:
    """How aiokafka shows itself to Kafka."""
    context = tls_context(settings.kafka_ca_file) if has_tls(settings) else None
    if has_sasl(settings):
        return SASLCredentials(
            username=settings.kafka_user,
            password=secret(settings.kafka_password_file),
            ssl_context=context,
            mechanism=settings.kafka_sasl_mechanism,
        )
    return SSLCredentials(context) if context else None


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
        async for event in stream.noack().events():  # type: ignore[attr-defined]
            await worker.receive(event, lambda event=event: stream.ack(event))  # type: ignore[misc]


def _attend(app: faust.App, workers: list[Worker], tables: list[StateTable]) -> None:
    """Start the workers' own loops and read the changelogs again whenever partitions have moved."""

    @app.task  # type: ignore[untyped-decorator]
    async def start() -> None:
        for worker in workers:
            app.add_future(worker.run())

    async def invalidate(*_: object, **__: object) -> None:
        for table in tables:
            table.invalidate()

    app.on_partitions_revoked.connect(invalidate, weak=False)
    app.on_partitions_assigned.connect(invalidate, weak=False)
