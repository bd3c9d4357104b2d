"""What the workers count, for Prometheus. A registry of our own: several packages count dead letters."""

from prometheus_client import CollectorRegistry, Counter, Gauge, ProcessCollector

from schemas.metrics import Metric
from schemas.terms import RejectReason, Stage

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

PETITIONS = Counter(Metric.STAGE_PETITIONS, Metric.STAGE_PETITIONS.meaning, ["stage"], registry=REGISTRY)
DEAD_LETTERS = Counter(Metric.DEAD_LETTERS, Metric.DEAD_LETTERS.meaning, ["stage", "reason"], registry=REGISTRY)
RECOVERED = Counter(Metric.STATE_RECOVERED, Metric.STATE_RECOVERED.meaning, ["table"], registry=REGISTRY)
LAG = Gauge(Metric.STAGE_LAG, Metric.STAGE_LAG.meaning, ["stage"], registry=REGISTRY)

_STAGES = {"linking": (Stage.REGISTRATION, Stage.LINKING), "cases": (Stage.CASES,)}
"""Where the letters of each worker are buried."""


def count_from_zero(process: str) -> None:
    """Show every reason of the stages that `process` runs before the first dead letter: a series that begins with its
    first burst has not risen, so no alert would see it.
    """
    for stage in _STAGES[process]:
        for reason in RejectReason:
            DEAD_LETTERS.labels(stage.value, reason.value)


def recovered_records() -> int:
    """How many changelog records this process has read back, over all tables."""
    samples = [sample for metric in RECOVERED.collect() for sample in metric.samples]
    return int(sum(sample.value for sample in samples if sample.name.endswith("_total")))
