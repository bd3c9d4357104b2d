"""What is written becomes searchable by and by, also while nobody searches.

Without `PETITIONS_REFRESH_MS` Elasticsearch leaves an index alone that nobody searches. After a load of an hour the
first search would wait for all of it; so the indexer asks every ten seconds.
"""

import logging
import time
from collections.abc import Callable, Sequence

from elasticsearch import ApiError, Elasticsearch, TransportError

from consumers.bulk import Item, Sink, Written

log = logging.getLogger(__name__)

EVERY_S = 10.0
SOON_S = 0.5
"""The least time between two refreshes that are asked for."""


class VisibleSink:
    """Writes to another sink and refreshes after a write when the last refresh is long ago."""

    def __init__(self, sink: Sink, refresh: Callable[[], None], clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` gives seconds."""
        self._sink = sink
        self._refresh = refresh
        self._clock = clock
        self._refreshed_at = clock()

    def write(self, items: Sequence[Item]) -> Written:
        """As the other sink does."""
        written = self._sink.write(items)
        if written.done:
            self._refresh_after(EVERY_S)
        return written

    def show(self) -> None:
        """Make searchable now what is written, unless that was done a moment ago."""
        self._refresh_after(SOON_S)

    def _refresh_after(self, seconds: float) -> None:
        if self._clock() - self._refreshed_at >= seconds:
            self._refresh()
            self._refreshed_at = self._clock()


def refresher(client: Elasticsearch, alias: str) -> Callable[[], None]:
    """A refresh that may fail: whoever searches causes the next."""

    def refresh() -> None:
        try:
            client.indices.refresh(index=alias)
        except (ApiError, TransportError) as error:
            log.warning("not refreshed", extra={"error": type(error).__name__})

    return refresh
