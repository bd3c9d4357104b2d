"""What the producers count, for Prometheus. A registry of our own: several packages count dead letters."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, ProcessCollector

from schemas.metrics import Metric
from schemas.terms import RejectReason, Stage

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

_RECORDS = Counter(Metric.RECORDS, Metric.RECORDS.meaning, ["source", "outcome"], registry=REGISTRY)
_LETTERS = Counter(Metric.DEAD_LETTERS, Metric.DEAD_LETTERS.meaning, ["stage", "reason"], registry=REGISTRY)
_SPOOLED = Gauge(Metric.SPOOLED_BYTES, Metric.SPOOLED_BYTES.meaning, registry=REGISTRY)


def count_from_zero(sources: Iterable[str]) -> None:
    """Show every outcome of each source and every reason before the first: a series that begins with its first burst
    has not risen, and one that is not there is not zero, so no alert would see either.
    """
    for source in sources:
        _RECORDS.labels(source, "published")
        _RECORDS.labels(source, "rejected")
    for reason in RejectReason:
        _LETTERS.labels(Stage.INTAKE.value, reason.value)


def count_records(source: str, published: int, reasons: dict[str, int]) -> None:
    """Count the rows of one source by outcome, the refused ones also by reason."""
    _RECORDS.labels(source, "published").inc(published)
    for reason, count in reasons.items():
        _RECORDS.labels(source, "rejected").inc(count)
        _LETTERS.labels(Stage.INTAKE.value, reason).inc(count)


def show_spooled(waiting: int) -> None:
    """Say how many bytes wait on disk."""
    _SPOOLED.set(waiting)
