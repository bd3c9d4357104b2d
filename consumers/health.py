"""Health of a consumer: the age of its last successful write, not that the process is up."""

import json
import time
from collections.abc import Callable, Iterable
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, make_wsgi_app

from schemas.metrics import Metric
from schemas.settings import Settings

MOST_SILENT_S = 60.0


class Health:
    """What `/health` and `/metrics` tell of one consumer."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        """`clock` gives seconds since the epoch."""
        self._clock = clock
        self._waiting_since: float | None = None
        self._last_write: float | None = None
        self.waiting = 0

    def wrote(self) -> None:
        """Something was written, or found to be written already, and nothing waits."""
        self._last_write = self._clock()
        self._waiting_since = None
        self.waiting = 0
        LAST_WRITE.set(self._last_write)
        WAITING.set(0)

    def waits(self, count: int) -> None:
        """So many items cannot be written at present."""
        self._waiting_since = self._waiting_since or self._clock()
        self.waiting = count
        WAITING.set(count)

    @property
    def is_well(self) -> bool:
        """Nothing has waited for longer than a minute."""
        return self._waiting_since is None or self._clock() - self._waiting_since < MOST_SILENT_S

    def report(self) -> dict[str, Any]:
        """For `/health`: counts and ages only."""
        age = None if self._last_write is None else round(self._clock() - self._last_write, 1)
        return {"is_well": self.is_well, "waiting": self.waiting, "last_write_age_s": age}


REGISTRY = CollectorRegistry()
"""Our own: several packages count dead letters."""
ProcessCollector(registry=REGISTRY)

INDEXED = Counter(Metric.INDEXED, Metric.INDEXED.meaning, ["outcome"], registry=REGISTRY)
WAITING = Gauge(Metric.WAITING, Metric.WAITING.meaning, registry=REGISTRY)
LAST_WRITE = Gauge(Metric.INDEX_LAST_WRITE, Metric.INDEX_LAST_WRITE.meaning, registry=REGISTRY)
DEAD_LETTERS = Counter(Metric.DEAD_LETTERS, Metric.DEAD_LETTERS.meaning, ["stage", "reason"], registry=REGISTRY)
CONSOLE_REQUESTS = Counter(
    Metric.CONSOLE_REQUESTS, Metric.CONSOLE_REQUESTS.meaning, ["route", "status"], registry=REGISTRY
)
CONSOLE_SECONDS = Histogram(Metric.CONSOLE_SECONDS, Metric.CONSOLE_SECONDS.meaning, ["route"], registry=REGISTRY)
ALERTS = Counter(Metric.ALERTS, Metric.ALERTS.meaning, ["rule"], registry=REGISTRY)
SEARCHES_MISSED = Counter(Metric.SEARCHES_MISSED, Metric.SEARCHES_MISSED.meaning, registry=REGISTRY)
WEBHOOKS = Counter(Metric.WEBHOOKS, Metric.WEBHOOKS.meaning, ["webhook", "outcome"], registry=REGISTRY)


class _Quiet(WSGIRequestHandler):
    """Requests are not logged."""

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def serve(health: Health, settings: Settings) -> None:
    """Answer `/health` and `/metrics` in the background; port 0 means not at all."""
    if not settings.metrics_port:
        return
    metrics = make_wsgi_app(REGISTRY)

    def app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/health":
            return list(metrics(environ, start))
        status = "200 OK" if health.is_well else "503 Service Unavailable"
        start(status, [("content-type", "application/json")])
        return [json.dumps(health.report()).encode()]

    server = make_server(settings.metrics_host, settings.metrics_port, app, handler_class=_Quiet)
    Thread(target=server.serve_forever, name="health", daemon=True).start()
