"""Kafka and Elasticsearch stop in the middle of a feed and come back: nothing is lost, nothing needs a hand."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from deploy.demo.generator import Ledgers
from deploy.servers.addresses import Server, Servers
from producers.intake import FeedResult
from schemas.topics import Topic
from tests.e2e.pipeline import STAGES, Pipeline, ledger_files, new_instance, pipeline
from tests.integration.fleet import until

PAUSES = 3
"""How often a feed finds Kafka away before it comes back; with its time-outs that takes some 15 s."""

Files = list[tuple[Path, str]]


def test_servers_stop_and_come_back_during_a_feed(own_servers: Servers, ledgers: Ledgers, tmp_path: Path) -> None:
    files = ledger_files(ledgers, tmp_path / "ledgers")
    part = -(-len(files) // 3)
    first, second, third = (files[start : start + part] for start in range(0, len(files), part))
    with pipeline(new_instance(own_servers, tmp_path, batch_records=2), tmp_path, *STAGES) as running:
        results = running.feed(first)
        running.until_more(0, Topic.CASES)
        own_servers.kafka.stop()
        results += fed_without_kafka(running, own_servers.kafka, second)
        own_servers.elasticsearch.stop()
        results += running.feed(third)
        running.settle_but_for_the_index()
        own_servers.elasticsearch.start()
        proof = running.settle()
    wanted = ledgers.expected
    assert proof.received == wanted.received == sum(result.received for result in results)
    assert (proof.registered, proof.rejected) == (wanted.registered, wanted.rejected)


def fed_without_kafka(running: Pipeline, kafka: Server, files: Files) -> list[FeedResult]:
    """A feed that begins while Kafka is away: it waits, and goes on by itself when Kafka is back."""
    begun = len(running.waits)
    with ThreadPoolExecutor(1) as pool:
        feeding = pool.submit(running.feed, files)
        try:
            until(lambda: len(running.waits) >= begun + PAUSES, "the feed waits for Kafka")
        finally:
            kafka.start()
        return feeding.result()
