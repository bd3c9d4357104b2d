"""The index of audit records, and the step that fills it from its topic."""

import logging
from collections.abc import Sequence
from threading import Event

from elasticsearch import ApiError, BadRequestError, Elasticsearch, TransportError

from consumers.audit.mapping import PROPERTIES, index_body
from consumers.audit.queries import document_bytes
from consumers.bulk import ElasticsearchSink, Item, Sink
from consumers.elastic import connect
from consumers.loop import Loop, Record, in_group
from consumers.reading import Unreadable, reader
from schemas.audit_events import AuditRecord
from schemas.settings import Settings
from schemas.topics import Topic

log = logging.getLogger(__name__)

GROUP = "audit"
PAUSE_S = 1.0


def audit_index(settings: Settings) -> str:
    """The name of the index."""
    return f"{settings.prefix}-audit"


def ensure_audit_index(client: Elasticsearch, settings: Settings) -> None:
    """Create the index where it is not there; one that is gets the fields that came since."""
    name = audit_index(settings)
    if client.indices.exists(index=name):
        client.indices.put_mapping(index=name, properties=PROPERTIES)
        return
    try:
        client.indices.create(index=name, **index_body())
    except BadRequestError as error:
        # Another process that starts at the same time was faster.
        if error.error != "resource_already_exists_exception":
            raise


class AuditIndexer:
    """Writes audit records; the same record again is the same document."""

    def __init__(self, sink: Sink) -> None:
        """Where they go."""
        self._sink = sink
        self._read = reader(AuditRecord)

    def prepare(self, records: Sequence[Record]) -> list[Item]:
        """One document for each record; what cannot be read stays in its topic."""
        items = []
        for record in records:
            try:
                found = self._read(record.value or b"")
            except Unreadable:
                log.warning("audit record not understood", extra={"offset": record.offset})
                continue
            items.append(Item(found.audit_id, 1, document_bytes(found)))
        return items

    def attempt(self, work: list[Item]) -> list[Item]:
        """Write all; what the index cannot take at present comes back."""
        written = self._sink.write(work)
        if written.refused:
            log.error("audit records refused by the index", extra={"count": len(written.refused)})
        return list(written.again)


def follow(settings: Settings, stop: Event) -> None:
    """Index the audit records of the instance until told to stop."""
    with connect(settings) as client:
        while not stop.is_set():
            try:
                ensure_audit_index(client, settings)
                break
            except (ApiError, TransportError):
                stop.wait(PAUSE_S)
        sink = ElasticsearchSink(
            client.transport, audit_index(settings), bulk_bytes=settings.bulk_bytes, is_alias=False
        )
        consumer = in_group(settings, f"{settings.prefix}.{GROUP}")
        consumer.subscribe(topics=[Topic.AUDIT.under(settings.prefix)])
        Loop(consumer, AuditIndexer(sink)).run(stop)
