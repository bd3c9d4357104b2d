"""A worker without its data folder starts from a changelog that was compacted, and goes on as if nothing had been."""

from pathlib import Path

from kafka.admin import ConfigResource, ConfigResourceType

from deploy.servers.addresses import Servers
from deploy.topics import administration
from schemas.settings import Settings
from schemas.topics import SPECS, Topic
from tests.e2e.conftest import Fed
from tests.e2e.pipeline import STAGES, Pipeline, new_instance, pipeline
from tests.e2e.read_model import read_model, unequal
from tests.integration.fleet import until

CHANGELOGS = (Topic.RECORDS, Topic.PETITIONERS, Topic.CASES)
CLEANED_OFTEN = {
    "segment.ms": "200",
    "min.cleanable.dirty.ratio": "0.01",
    "min.compaction.lag.ms": "0",
    "max.compaction.lag.ms": "200",
}


def test_workers_recover_from_compacted_changelogs(fed: Fed, servers: Servers, tmp_path: Path) -> None:
    settings = new_instance(servers, tmp_path, batch_records=5)
    clean_often(settings)
    half = len(fed.files) // 2
    with pipeline(settings, tmp_path, *STAGES) as running:
        for file in with_one_sent_twice(fed.files[:half], tmp_path):
            running.feed([file])  # one after the other: a later write closes the segment of the one before
            running.settle_stages()
        until(lambda: is_compacted(running), "older values are gone from every changelog")
        for worker in ("linking", "cases"):
            running.kill(worker, forget=True)
            running.restart(worker)
        running.feed(fed.files[half:])
        proof = running.settle()
        assert proof.registered == len(fed.model)
        assert not running.exits
        differences = unequal(read_model(settings), fed.model)
        assert not differences, "\n".join(differences)


def with_one_sent_twice(files: list[tuple[Path, str]], folder: Path) -> list[tuple[Path, str]]:
    """The ledgers, one of them followed by another delivery of its records: each of them is noted as resent."""
    place = next(place for place, (path, _) in enumerate(files) if path.suffix == ".jsonl")
    path, county = files[place]
    copy = folder / path.name
    copy.write_bytes(path.read_bytes() + b"\n")
    return [*files[: place + 1], (copy, county), *files[place + 1 :]]


def clean_often(settings: Settings) -> None:
    """Close and clean the segments of the changelogs within a second."""
    names = [topic.under(settings.prefix) for topic in CHANGELOGS]
    assert all(SPECS[topic].is_compacted for topic in CHANGELOGS)
    with administration(settings) as admin:
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, CLEANED_OFTEN) for name in names])


def is_compacted(running: Pipeline) -> bool:
    """Whether each changelog holds fewer messages than it took."""
    return all(len(running.read(topic)) < running.written(topic) for topic in CHANGELOGS)
