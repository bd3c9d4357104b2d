"""What is looked for is found first: invented matters by their truth, public messages where they are present."""

import csv
import gzip
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch

from consumers.bulk import ElasticsearchSink, Item
from consumers.elastic import connect
from consumers.search.documents import document_bytes
from consumers.search.index import alias_of, ensure_index
from consumers.search.reader import IndexReader, all_cases
from consumers.search.words import WordList, common_words
from deploy.bench.letters import invented_cases
from deploy.demo.generator import SEED, generate
from deploy.labelled_search import labelled_quality
from deploy.search_quality import search_quality
from deploy.word_list import law_terms, places
from processors.register_files import load_register
from schemas.events import Case
from schemas.petition import Place
from schemas.settings import Settings
from tests.fakes_consumers import case, petition

MESSAGES = Path(__file__).parents[3] / "shared/data/messages/messages_with_matters.csv.gz"
LEAST = 0.85
LEAST_NDCG = 0.8
"""Of so few letters some of a kind lack a word that is asked for; with the 6,000 of the demo it is 0.98."""
SAMPLE = 100
LETTERS = 1_200
UNTIL = date(2026, 3, 31)


def messages() -> Iterator[Case]:
    """Each message as a case of its own."""
    csv.field_size_limit(10**8)
    with gzip.open(MESSAGES, "rt", encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines)):
            yield case(petition(f"PM-{number}", row=number, title=row["title"], body=row["body"]), place=Place())


@pytest.fixture(scope="module")
def words() -> WordList:
    return WordList(places(load_register()), law_terms(), common_words())


def filled(client: Elasticsearch, settings: Settings, cases: Iterable[Case], words: WordList) -> IndexReader:
    ensure_index(client, settings)
    sink = ElasticsearchSink(client.transport, alias_of(settings), bulk_bytes=settings.bulk_bytes)
    items = [Item(one.case_id, one.version, document_bytes(one, words)) for one in cases]
    assert sink.write(items).done == len(items)
    client.indices.refresh(index=alias_of(settings))
    return all_cases(client, settings)


def test_sixty_labelled_queries_put_the_cases_of_the_matter_first(
    settings: Settings, words: WordList, tmp_path: Path
) -> None:
    register = load_register()
    ledgers = generate(LETTERS, SEED, register, UNTIL)
    cases = invented_cases(LETTERS, register, UNTIL, tmp_path / "letters")
    with connect(settings) as client:
        reader = filled(client, settings, cases, words)
        found = labelled_quality(reader, ledgers.truth, today=date(2026, 4, 1), words=words)
    assert len(found.queries) == 60
    assert found.ndcg >= LEAST_NDCG, found.queries[:10]
    assert found.mean_reciprocal_rank >= LEAST, found.queries[:10]


@pytest.mark.skipif(not MESSAGES.exists(), reason="the public messages are not part of the repository")
def test_a_message_is_found_among_the_first_by_what_a_clerk_remembers(settings: Settings, words: WordList) -> None:
    with connect(settings) as client:
        reader = filled(client, settings, messages(), words)
        found = search_quality(reader, sample=SAMPLE, seed=7, today=date(2026, 4, 1), words=words)
    assert found[-1].kind == "all"
    assert found[-1].mean_reciprocal_rank >= LEAST, found
