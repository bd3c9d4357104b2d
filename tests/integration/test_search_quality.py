"""Public messages are found again by what a clerk remembers; skipped where they are absent."""

import csv
import gzip
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from consumers.bulk import ElasticsearchSink, Item
from consumers.elastic import connect
from consumers.search.documents import document_bytes
from consumers.search.index import alias_of, ensure_index
from consumers.search.reader import all_cases
from consumers.search.words import WordList, common_words
from deploy.search_quality import search_quality
from deploy.word_list import law_terms, places
from processors.register_files import load_register
from schemas.events import Case, Place
from schemas.settings import Settings
from tests.fakes_consumers import case, petition

MESSAGES = Path(__file__).parents[3] / "shared/data/messages/messages_with_matters.csv.gz"
LEAST = 0.85
SAMPLE = 100
pytestmark = pytest.mark.skipif(not MESSAGES.exists(), reason="the public messages are not part of the repository")


def messages() -> Iterator[Case]:
    """Each message as a case of its own."""
    csv.field_size_limit(10**8)
    with gzip.open(MESSAGES, "rt", encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines)):
            yield case(petition(f"PM-{number}", row=number, title=row["title"], body=row["body"]), place=Place())


def test_a_message_is_found_among_the_first_by_what_a_clerk_remembers(settings: Settings) -> None:
    words = WordList(places(load_register()), law_terms(), common_words())
    with connect(settings) as client:
        ensure_index(client, settings)
        sink = ElasticsearchSink(client.transport, alias_of(settings), bulk_bytes=settings.bulk_bytes)
        items = [Item(one.case_id, one.version, document_bytes(one, words)) for one in messages()]
        assert sink.write(items).done == len(items)
        client.indices.refresh(index=alias_of(settings))
        reader = all_cases(client, settings)
        found = search_quality(reader, sample=SAMPLE, seed=7, today=date(2026, 4, 1), words=words)
    assert found[-1].kind == "all"
    assert found[-1].mean_reciprocal_rank >= LEAST, found
