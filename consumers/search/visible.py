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
        self._is_awaited = False

    def write(self, items: Sequence[Item]) -> Written:
        """As the other sink does."""
        written = self._sink.write(items)
        if written.done:
            self._refresh_in_time()
        return written

    def show(self) -> None:
        """Make searchable what is written: now, or where that was done a moment ago after one of the next writes."""
        self._is_awaited = True
        self._refresh_in_time()

    def _refresh_in_time(self) -> None:
        if self._clock() - self._refreshed_at >= (SOON_S if self._is_awaited else EVERY_S):
            self._refresh()
            self._refreshed_at = self._clock()
            self._is_awaited = False


def refresher(client: Elasticsearch, alias: str) -> Callable[[], None]:
    """A refresh that may fail: whoever searches causes the next."""

    def refresh() -> None:
        try:
            client.indices.refresh(index=alias)
        except (ApiError, TransportError) as error:
            log.warning("not refreshed", extra={"error": type(error).__name__})

    return refresh
