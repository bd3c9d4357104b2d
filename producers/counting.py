"""What the producers count, for Prometheus."""

from prometheus_client import Counter, Gauge

from schemas.metrics import Metric

_RECORDS = Counter(Metric.RECORDS, Metric.RECORDS.meaning, ["source", "outcome"])
_LETTERS = Counter(Metric.DEAD_LETTERS, Metric.DEAD_LETTERS.meaning, ["stage", "reason"])
_SPOOLED = Gauge(Metric.SPOOLED_BYTES, Metric.SPOOLED_BYTES.meaning)


def count_records(source: str, published: int, reasons: dict[str, int]) -> None:
    """Count the rows of one source by outcome, the refused ones also by reason."""
    _RECORDS.labels(source, "published").inc(published)
    for reason, count in reasons.items():
        _RECORDS.labels(source, "rejected").inc(count)
        _LETTERS.labels("intake", reason).inc(count)


def show_spooled(waiting: int) -> None:
    """Say how many bytes wait on disk."""
    _SPOOLED.set(waiting)
