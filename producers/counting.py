"""What the producers count, for Prometheus. A registry of our own: several packages count dead letters."""

from prometheus_client import CollectorRegistry, Counter, Gauge, ProcessCollector

from schemas.metrics import Metric

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

_RECORDS = Counter(Metric.RECORDS, Metric.RECORDS.meaning, ["source", "outcome"], registry=REGISTRY)
_LETTERS = Counter(Metric.DEAD_LETTERS, Metric.DEAD_LETTERS.meaning, ["stage", "reason"], registry=REGISTRY)
_SPOOLED = Gauge(Metric.SPOOLED_BYTES, Metric.SPOOLED_BYTES.meaning, registry=REGISTRY)


def count_records(source: str, published: int, reasons: dict[str, int]) -> None:
    """Count the rows of one source by outcome, the refused ones also by reason."""
    _RECORDS.labels(source, "published").inc(published)
    for reason, count in reasons.items():
        _RECORDS.labels(source, "rejected").inc(count)
        _LETTERS.labels("intake", reason).inc(count)


def show_spooled(waiting: int) -> None:
    """Say how many bytes wait on disk."""
    _SPOOLED.set(waiting)
