"""Elasticsearch behind `Sink`: bulk writes with external versions, judged item by item; nothing is ever deleted."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import orjson
from elastic_transport import ConnectionError as NoConnection
from elastic_transport import ConnectionTimeout, TlsError, Transport

log = logging.getLogger(__name__)

LEAST_ITEMS = 1
MOST_ITEMS = 5_000
REQUEST_TIMEOUT_S = 60.0

NOT_THE_DOCUMENTS_FAULT = frozenset(
    {
        "cluster_block_exception",
        "es_rejected_execution_exception",
        "circuit_breaking_exception",
        "index_not_found_exception",
        "index_closed_exception",
        "unavailable_shards_exception",
        "security_exception",
    }
)
"""Error types that would meet every document alike: the item waits, it is not refused."""


@dataclass(frozen=True, slots=True)
class Item:
    """One document to write, with the version that decides which of two writes is newer."""

    id: str
    version: int
    document: bytes


@dataclass(frozen=True, slots=True)
class Refusal:
    """A document that the index will never take, with the code of the error; its text could repeat the document."""

    item: Item
    code: str


@dataclass(frozen=True, slots=True)
class Written:
    """What became of each item of a write."""

    done: int = 0
    stale: int = 0
    """Items whose version the index had already, or a newer one."""
    refused: tuple[Refusal, ...] = ()
    again: tuple[Item, ...] = ()
    """Items to be written again after a pause."""

    def __add__(self, other: "Written") -> "Written":
        """The sum of two parts of one write."""
        return Written(
            self.done + other.done, self.stale + other.stale, self.refused + other.refused, self.again + other.again
        )


class Sink(Protocol):
    """Takes documents, and says of each what became of it."""

    def write(self, items: Sequence[Item]) -> Written:
        """Write all items; those in `again` have to be brought once more, later."""
        ...


class AccessDenied(Exception):
    """The index refuses us as a whole: stop and say so; pausing would not help."""


class ElasticsearchSink:
    """Bulk writes to one index or alias, in requests limited by bytes and count; halved when they prove too large."""

    def __init__(self, transport: Transport, index: str, *, bulk_bytes: int, is_alias: bool = True) -> None:
        """`is_alias` makes Elasticsearch refuse to create an index of that name by itself."""
        self._transport = transport
        self._target = (
            f"/{index}/_bulk?require_alias={str(is_alias).lower()}"
            "&filter_path=items.*.status,items.*.error.type,items.*.error.caused_by.type"
        )
        self._most_bytes = bulk_bytes
        self._bytes = bulk_bytes
        self._items = MOST_ITEMS

    def write(self, items: Sequence[Item]) -> Written:
        """Write the newest version of each document; a request that fails as a whole leaves the rest for later."""
        waiting = newest(items)
        total = Written(stale=len(items) - len(waiting))
        while waiting:
            part = next(_parts(waiting, self._bytes, self._items))
            written = self._request(part)
            if written is None:
                continue
            total += written
            waiting = waiting[len(part) :]
            if len(written.again) == len(part):
                return total + Written(again=tuple(waiting))
        return total

    def _request(self, part: Sequence[Item]) -> Written | None:
        """One bulk request; None means that it was too large and the limits are lower now."""
        try:
            response = self._transport.perform_request(
                "POST",
                self._target,
                body=b"".join(_lines(part)),
                headers={"content-type": "application/x-ndjson", "accept": "application/json"},
                request_timeout=REQUEST_TIMEOUT_S,
                max_retries=0,
            )
        except ConnectionTimeout:
            self._halve(part)
            return Written(again=tuple(part))
        except TlsError as error:
            raise AccessDenied("no secure connection to Elasticsearch") from error
        except NoConnection:
            return Written(again=tuple(part))
        status = response.meta.status
        if status in (401, 403):
            raise AccessDenied(f"Elasticsearch answers {status} to bulk requests")
        if status == 413:
            if len(part) == 1:
                return Written(refused=(Refusal(part[0], "http_413"),))
            self._halve(part)
            return None
        if status != 200:
            log.warning("bulk request failed", extra={"reason": f"http_{status}", "count": len(part)})
            return Written(again=tuple(part))
        self._grow()
        return judge(part, response.body["items"])

    def _halve(self, part: Sequence[Item]) -> None:
        self._items = max(LEAST_ITEMS, len(part) // 2)
        self._bytes = max(1, sum(len(item.document) for item in part) // 2)
        log.warning("bulk requests made smaller", extra={"count": self._items})

    def _grow(self) -> None:
        self._items = min(MOST_ITEMS, self._items * 2)
        self._bytes = min(self._most_bytes, self._bytes * 2)


def newest(items: Iterable[Item]) -> list[Item]:
    """Of each document only the newest version: older ones of the same batch need not travel."""
    kept: dict[str, Item] = {}
    for item in items:
        known = kept.get(item.id)
        if known is None or item.version > known.version:
            kept[item.id] = item
    return list(kept.values())


def judge(part: Sequence[Item], verdicts: Sequence[dict[str, Any]]) -> Written:
    """2xx is done, 409 stale, a fault of the document refused, all else (429, 5xx, blocks) again."""
    done = stale = 0
    refused: list[Refusal] = []
    again: list[Item] = []
    for item, verdict in zip(part, verdicts, strict=True):
        outcome = next(iter(verdict.values()))
        status = outcome["status"]
        if 200 <= status < 300:
            done += 1
        elif status == 409:
            stale += 1
        elif status < 500 and status != 429 and (code := _code(outcome)) not in NOT_THE_DOCUMENTS_FAULT:
            refused.append(Refusal(item, code))
        else:
            again.append(item)
    return Written(done, stale, tuple(refused), tuple(again))


def _code(outcome: dict[str, Any]) -> str:
    return str(outcome.get("error", {}).get("type", f"http_{outcome['status']}"))


def _parts(items: Sequence[Item], most_bytes: int, most_items: int) -> Iterator[Sequence[Item]]:
    start = size = 0
    for at, item in enumerate(items):
        if at > start and (size + len(item.document) > most_bytes or at - start >= most_items):
            yield items[start:at]
            start, size = at, 0
        size += len(item.document)
    yield items[start:]


def _lines(part: Sequence[Item]) -> Iterator[bytes]:
    for item in part:
        action = {"_id": item.id, "version": item.version, "version_type": "external"}
        yield orjson.dumps({"index": action})
        yield b"\n"
        yield item.document
        yield b"\n"
