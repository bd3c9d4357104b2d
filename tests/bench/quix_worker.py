"""`python -m tests.bench.quix_worker linking|cases`: a worker on quixstreams."""

import sys
from functools import partial

from quixstreams import Application, message_context
from quixstreams.kafka import Producer

from schemas.settings import Settings
from tests.bench.stage import EngineStage


def main(process: str) -> None:
    """Run until the process is ended."""
    settings = Settings.from_env()
    stage = EngineStage(settings, process)
    app = Application(
        broker_address=settings.kafka,
        consumer_group=f"{settings.prefix}.{process}",
        auto_offset_reset="earliest",
        auto_create_topics=False,
        use_changelog_topics=False,
        state_dir=settings.state_folder / "quixstreams",
        commit_interval=1.0,
        producer_extra_config={"compression.type": "lz4", "enable.idempotence": True},
        loglevel="WARNING",
    )
    with app.get_producer() as producer:
        for name in stage.topics:
            topic = app.topic(name, key_deserializer="bytes", value_deserializer="bytes")
            app.dataframe(topic).update(partial(_work, stage, producer, name))
        app.run()


def _work(stage: EngineStage, producer: Producer, topic: str, value: bytes) -> None:
    context = message_context()
    for made in stage.process(topic, context.partition, context.offset, value):
        producer.produce(made.topic, made.value, made.key, partition=made.partition)
    producer.flush()


if __name__ == "__main__":
    main(sys.argv[1])
