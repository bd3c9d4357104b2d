"""`python -m tests.bench.bytewax_worker linking|cases`: a worker on bytewax."""

import sys

import bytewax.operators as op
from bytewax.connectors.kafka import KafkaSource, KafkaSourceMessage
from bytewax.dataflow import Dataflow
from bytewax.outputs import DynamicSink, StatelessSinkPartition
from bytewax.run import cli_main
from confluent_kafka import OFFSET_BEGINNING, Producer

from processors.outbox import Outgoing
from schemas.settings import Settings
from tests.bench.stage import EngineStage

TOGETHER = 16


class _Writer(StatelessSinkPartition[Outgoing]):
    """Flushes after each batch, as bytewax's own sink does; that one cannot choose the partition."""

    def __init__(self, settings: Settings) -> None:
        self._producer = Producer(
            {"bootstrap.servers": settings.kafka, "compression.type": "lz4", "enable.idempotence": True}
        )

    def write_batch(self, items: list[Outgoing]) -> None:
        """Send all."""
        for made in items:
            self._producer.produce(made.topic, made.value, made.key, made.partition)
            self._producer.poll(0)
        self._producer.flush()


class _Sink(DynamicSink[Outgoing]):
    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def build(self, step_id: str, worker_index: int, worker_count: int) -> _Writer:
        """The one writer."""
        return _Writer(self._settings)


def flow(process: str) -> Dataflow:
    """Source, steps, sink."""
    settings = Settings.from_env()
    stage = EngineStage(settings, process)
    source = KafkaSource(
        settings.kafka.split(","),
        stage.topics,
        starting_offset=OFFSET_BEGINNING,
        add_config={
            "group.id": f"{settings.prefix}.{process}",
            "enable.auto.commit": "true",
            "auto.commit.interval.ms": "1000",
        },
        batch_size=TOGETHER,
    )

    def work(message: KafkaSourceMessage[bytes, bytes]) -> list[Outgoing]:
        return stage.process(message.topic, message.partition, message.offset, message.value)

    made = Dataflow(process)
    op.output("out", op.flat_map("work", op.input("in", made, source), work), _Sink(settings))
    return made


if __name__ == "__main__":
    cli_main(flow(sys.argv[1]))
