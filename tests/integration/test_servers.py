"""The servers that tests and the command line use: found or started, stopped and started again with their data."""

import json
import urllib.request
import uuid
from dataclasses import replace
from pathlib import Path

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource

from deploy.servers.addresses import Origin, Servers
from deploy.servers.broker import Broker
from deploy.servers.instance import located
from deploy.servers.provision import find, provide
from deploy.topics import TopicMismatch, administration, create_topics, partitions_of, topic_configs
from deploy.verify import lags
from schemas.settings import Settings
from schemas.topics import ON_THE_WAY_MS, SPECS, TOPICS, WEEK_MS, Topic
from tests.consumers_running import eventually


def call(url: str, method: str = "GET", body: object = None) -> dict[str, object]:
    """One request to Elasticsearch."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(request, timeout=30) as response:
        found: dict[str, object] = json.load(response)
        return found


def write(kafka: str, topic: str, value: bytes) -> None:
    """One acknowledged message in partition 0."""
    with KafkaProducer(bootstrap_servers=kafka) as producer:
        producer.send(topic, value, key=b"p0", partition=0).get(timeout=30)


def read(kafka: str, topic: str) -> list[bytes]:
    """All messages of partition 0."""
    with KafkaConsumer(bootstrap_servers=kafka) as consumer:
        partition = TopicPartition(topic, 0)
        consumer.assign([partition])
        end = consumer.end_offsets([partition])[partition]
        consumer.seek_to_beginning(partition)
        values: list[bytes] = []
        while consumer.position(partition) < end:
            for records in consumer.poll(timeout_ms=500).values():
                values += [record.value for record in records]
        return values


def test_every_topic_is_created_as_the_table_says(settings: Settings) -> None:
    names = [spec.topic.under(settings.prefix) for spec in TOPICS]
    with administration(settings) as admin:
        described = {one["name"]: len(one["partitions"]) for one in admin.describe_topics(names)}
    assert described == {spec.topic.under(settings.prefix): partitions_of(spec, settings) for spec in TOPICS}


def test_creating_topics_again_changes_nothing(settings: Settings) -> None:
    write(settings.kafka, Topic.INTAKE.under(settings.prefix), b"kept")
    create_topics(settings)
    assert read(settings.kafka, Topic.INTAKE.under(settings.prefix)) == [b"kept"]


def test_topics_of_an_older_version_are_kept_as_long_as_the_table_says(settings: Settings) -> None:
    linked = Topic.LINKED.under(settings.prefix)

    def is_kept(retention_ms: int) -> bool:
        found = admin.describe_configs([ConfigResource("TOPIC", linked, ["retention.ms"])])
        return bool(found["topic"][linked]["retention.ms"]["value"] == str(retention_ms))

    with administration(settings) as admin:
        before = admin.alter_configs([ConfigResource("TOPIC", linked, {"retention.ms": str(WEEK_MS)})])
        assert before["topic"][linked] == "OK"
        eventually(lambda: is_kept(WEEK_MS))  # a broker tells what the controller has changed a moment later
        create_topics(settings)
        eventually(lambda: is_kept(ON_THE_WAY_MS))


def test_another_number_of_partitions_is_refused(settings: Settings) -> None:
    with pytest.raises(TopicMismatch, match="has 4 partitions, the settings say 5"):
        create_topics(settings.model_copy(update={"partitions": 5}))


def test_every_partition_has_a_committed_offset_before_the_first_worker(settings: Settings) -> None:
    groups = {f"{settings.prefix}.linking", f"{settings.prefix}.cases"}
    with administration(settings) as admin:
        committed = admin.list_group_offsets(dict.fromkeys(groups))
    read_by_workers = (Topic.INTAKE, Topic.REGISTERED, Topic.LINKED, Topic.DECISIONS, Topic.JUDGEMENTS)
    expected = sum(partitions_of(SPECS[topic], settings) for topic in read_by_workers)
    assert [offset.offset for group in groups for offset in committed[group].values()] == [0] * expected


def test_starting_offsets_never_move_a_group_back_or_forth(settings: Settings) -> None:
    write(settings.kafka, Topic.INTAKE.under(settings.prefix), b"one")
    create_topics(settings)
    assert lags(settings)["linking:intake"] == 1


def test_case_topic_is_compacted_and_the_intake_is_kept_for_ever() -> None:
    assert topic_configs(SPECS[Topic.CASES])["cleanup.policy"] == "compact"
    assert topic_configs(SPECS[Topic.INTAKE])["retention.ms"] == "-1"


def test_servers_keep_address_and_data_over_stop_and_kill(own_servers: Servers, own_settings: Settings) -> None:
    topic, kafka = Topic.INTAKE.under(own_settings.prefix), own_settings.kafka
    document = f"{own_settings.elasticsearch}/kept/_doc/1"
    call(document + "?refresh=true", "PUT", {"title": "路灯不亮"})
    write(kafka, topic, b"first")
    own_servers.kafka.stop()
    own_servers.kafka.start()
    write(kafka, topic, b"second")
    own_servers.kafka.kill()
    own_servers.elasticsearch.kill()
    own_servers.kafka.start()
    own_servers.elasticsearch.start()
    assert read(kafka, topic) == [b"first", b"second"]
    assert call(document)["_source"] == {"title": "路灯不亮"}


def test_a_cluster_id_that_begins_with_a_dash_is_an_id(
    servers: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not isinstance(servers.kafka, Broker):
        pytest.skip("the servers of this run are not our own processes")
    broker = replace(servers.kafka, folder=tmp_path / "kafka", ports=(1, 2), account=None)
    broker.folder.mkdir()
    monkeypatch.setattr(uuid, "uuid4", lambda: uuid.UUID(bytes=b"\xf8" + bytes(15)))
    broker.configure()
    assert "cluster.id=-A" in (broker.folder / "data" / "meta.properties").read_text()


def test_servers_that_run_already_are_found_not_started_again(servers: Servers) -> None:
    if servers.origin is not Origin.EMBEDDED:
        pytest.skip("the servers of this run are not our own processes")
    home = servers.kafka.folder.parents[1]  # type: ignore[attr-defined]
    before = servers.kafka.mark  # type: ignore[attr-defined]
    again = provide(Settings(home=home), for_tests=True)
    assert again.kafka.mark == before  # type: ignore[attr-defined]
    assert located(Settings(home=home)).kafka == servers.addresses.kafka
    assert find(Settings(home=home)) is not None
