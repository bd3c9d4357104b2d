"""The platform's own steps and state under another engine: what a message brings about, for its producer to send."""

from datetime import UTC, datetime

from processors.benches import benches_of
from processors.effects import Effects
from processors.outbox import Outgoing
from processors.state import StateTable
from processors.step import Step
from schemas.settings import Settings
from schemas.topics import WORKER_SOURCES


class EngineStage:
    """A worker without its engine. The state is kept at once, which favours the rival: ours waits for Kafka first."""

    def __init__(self, settings: Settings, process: str) -> None:
        self._settings = settings
        self._steps: dict[str, tuple[Step, StateTable]] = {}
        for bench in benches_of(settings, process):
            beside = bench.beside.under(settings.prefix) if bench.beside else ""
            changelog = bench.table.under(settings.prefix)
            table = StateTable(bench.table.value, changelog, settings, bench.rederive, beside, bench.kept_reads)
            for step in bench.steps:
                self._steps[step.source.under(settings.prefix)] = (step, table)
        self.topics = [topic.under(settings.prefix) for topic in WORKER_SOURCES[process]]

    def process(self, topic: str, partition: int, offset: int, value: bytes) -> list[Outgoing]:
        """Run the step of the topic on one message."""
        step, table = self._steps[topic]
        effects = Effects(
            self._settings.prefix, self._settings.partitions, self._settings.batch_records, datetime.now(UTC)
        )
        part = table.partition(partition)
        step.handle(value, f"{topic}:{partition}:{offset}", part, effects)
        step.finish(part)
        made = [*effects.handed_over(), *table.outgoing(partition), *effects.messages()]
        table.keep(partition, {})
        return made
