"""The producers on a real Kafka: what they say arrived has arrived, through stops and kills."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from kafka import KafkaConsumer, TopicPartition

from deploy.servers.addresses import Servers
from producers.gateway_keys import create_key, gateway_keys_path
from producers.instance_keys import keyring_of
from producers.intake import Intake
from producers.kafka_publisher import KafkaPublisher
from producers.keyring import KeyFileError, key_path, load_keyring
from producers.profiles import Profiles
from schemas.events import CountyReport, DeadLetter
from schemas.identity import SealedIdentity
from schemas.keys import partition_of, receipt, record_key
from schemas.petition import IntakeBatch, IntakeRecord
from schemas.settings import Settings
from schemas.topics import Topic
from tests.fakes_producers import COLUMNS, csv_bytes, profile, row

LIMIT_S = 60.0
PROFILE = """
code = "990101"
name = "青禾县"
[file]
format = "csv"
[columns]
{columns}
[values.channel]
"来信" = "letter"
[values.status]
"办理中" = "handling"
[dates]
formats = ["%Y/%m/%d %H:%M:%S"]
"""


def values(settings: Settings, topic: Topic) -> list[tuple[int, bytes, bytes]]:
    """All messages of a topic, each with partition and key."""
    consumer = KafkaConsumer(bootstrap_servers=settings.kafka, enable_auto_commit=False)
    try:
        name = topic.under(settings.prefix)
        partitions = [TopicPartition(name, p) for p in consumer.partitions_for_topic(name) or ()]
        consumer.assign(partitions)
        ends = consumer.end_offsets(partitions)
        consumer.seek_to_beginning()
        found: list[tuple[int, bytes, bytes]] = []
        while any(consumer.position(partition) < end for partition, end in ends.items()):
            for messages in consumer.poll(200).values():
                found += [(message.partition, message.key, message.value) for message in messages]
        return found
    finally:
        consumer.close()


def records(settings: Settings) -> list[IntakeRecord]:
    """All records of the intake topic, each of which must lie where its number says."""
    found = []
    for partition, key, value in values(settings, Topic.INTAKE):
        for record in IntakeBatch.from_bytes(value).records:
            assert partition == partition_of(record_key(record.source, record.record_no), settings.partitions)
            assert key == f"p{partition}".encode()
            found.append(record)
    return found


def ledger(folder: Path, count: int) -> Path:
    path = folder / "ledger.csv"
    path.write_bytes(
        csv_bytes(*[row(编号=f"N{n}", 日期="" if n % 100 == 99 else "2024/5/6 9:05:00") for n in range(count)])
    )
    return path


@contextmanager
def intake(
    settings: Settings, timeout_s: float = 10.0, pause: Callable[[float], None] = time.sleep
) -> Iterator[Intake]:
    publisher = KafkaPublisher(settings, timeout_s=timeout_s)
    try:
        of = profile(dates={"formats": ["%Y/%m/%d %H:%M:%S"]})
        yield Intake(settings, Profiles([of]), keyring_of(settings), publisher, pause=pause)
    finally:
        publisher.close()


@contextmanager
def gateway(settings: Settings) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The process as it runs in use, with its address."""
    folder = settings.folder / "profiles"
    folder.mkdir(exist_ok=True)
    columns = "\n".join(f'{field} = "{name}"' for field, name in COLUMNS.items())
    (folder / "990101.toml").write_text(PROFILE.format(columns=columns), "utf-8")
    environment = os.environ | settings.model_copy(update={"profiles_dir": folder}).to_env()
    environment["PETITIONS_PROFILES_DIR"] = str(folder)
    process = subprocess.Popen([sys.executable, "-m", "producers", "gateway"], env=environment)
    try:
        until(lambda: _address(settings, process) != "")
        yield process, _address(settings, process)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(LIMIT_S)


def _address(settings: Settings, process: subprocess.Popen[bytes]) -> str:
    try:
        note = json.loads((settings.folder / "gateway.json").read_text())
        is_up = note["pid"] == process.pid and httpx.get(note["address"] + "/health").status_code == 200
    except (OSError, ValueError, httpx.HTTPError):
        return ""
    return str(note["address"]) if is_up else ""


def until(is_so: Callable[[], bool]) -> None:
    """Wait for a condition; fails after a minute."""
    limit = time.monotonic() + LIMIT_S
    while not is_so():
        assert time.monotonic() < limit
        time.sleep(0.05)


def push(address: str, key: str, *rows: dict[str, str]) -> httpx.Response:
    answer = httpx.post(
        f"{address}/v1/counties/990101/petitions", json=list(rows), headers={"X-Source-Key": key}, timeout=30
    )
    assert answer.status_code == 202, answer.text
    return answer


def test_a_fed_ledger_lies_in_the_topics_and_adds_up(settings: Settings, tmp_path: Path) -> None:
    with intake(settings) as one:
        result = one.feed(ledger(tmp_path, 3_000), "990101")
    found = records(settings)
    assert (len(found), len({record.receipt for record in found}), result.rejected) == (2_970, 2_970, 30)
    letters = [DeadLetter.from_bytes(value) for _, _, value in values(settings, Topic.INTAKE_DEAD)]
    assert {(letter.reason, letter.field) for letter in letters} == {("missing", "received_at")}
    [report] = [CountyReport.from_bytes(value) for _, _, value in values(settings, Topic.REPORTS)]
    checksum = sum(int(record.receipt, 16) for record in found) % 2**64
    assert (report.published, report.rejected, report.checksum) == (2_970, len(letters), f"{checksum:016x}")
    ring = load_keyring(key_path(settings))
    identities = values(settings, Topic.IDENTITY)
    assert {key.decode() for _, key, _ in identities} == {record_key(r.source, r.record_no) for r in found}
    assert ring.unseal(SealedIdentity.from_bytes(identities[0][2])).name == row()["姓名"]


def test_lost_keys_are_not_made_anew_while_petitions_are_there(settings: Settings, tmp_path: Path) -> None:
    path, name = ledger(tmp_path, 3), row()["姓名"]
    with intake(settings) as one:
        one.feed(path, "990101")
    saved = tmp_path / "saved.json"
    key_path(settings).rename(saved)
    with pytest.raises(KeyFileError, match="holds petitions already") as refused, intake(settings):
        pass
    assert name not in str(refused.value)
    assert not key_path(settings).exists()
    saved.rename(key_path(settings))
    identities = [SealedIdentity.from_bytes(value) for _, _, value in values(settings, Topic.IDENTITY)]
    assert {keyring_of(settings).unseal(one).name for one in identities} == {name}


def test_the_largest_dead_letter_and_the_longest_petition_are_taken(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_bytes(csv_bytes(*[row(编号=f"{n}", 内容="长" * 100_000) for n in range(9)]) + b"\xff" * 5_000_000)
    with intake(settings) as one:
        result = one.feed(path, "990101")
    assert (result.published, result.rejected) == (9, 1)
    assert len(records(settings)) == 9


def test_a_feed_waits_while_kafka_is_down_and_goes_on(
    own_servers: Servers, own_settings: Settings, tmp_path: Path
) -> None:
    path = ledger(tmp_path, 500)
    waits: list[float] = []

    def start_again(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 1:
            own_servers.kafka.start()

    keyring_of(own_settings)
    own_servers.kafka.stop()
    with intake(own_settings, timeout_s=2.0, pause=start_again) as one:
        result = one.feed(path, "990101")
    assert waits
    assert {record.receipt for record in records(own_settings)} == _receipts(result.delivery_id, 500)


def _receipts(delivery_id: str, count: int) -> set[str]:
    return {receipt(delivery_id, n + 1) for n in range(count) if n % 100 != 99}


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_what_the_gateway_confirmed_survives_its_end(settings: Settings, how: signal.Signals) -> None:
    key = create_key(gateway_keys_path(settings), "990101")
    with gateway(settings) as (process, address):
        receipts = [push(address, key, row(编号=f"N{n}")).json()["records"][0]["receipt"] for n in range(20)]
        process.send_signal(how)
        process.wait(LIMIT_S)
    assert [record.receipt for record in sorted(records(settings), key=lambda r: int(r.record_no[1:]))] == receipts
    assert len(values(settings, Topic.REPORTS)) == 20


def test_the_gateway_spools_while_kafka_is_down_and_sends_in_order_after_its_own_death(
    own_servers: Servers, own_settings: Settings
) -> None:
    key = create_key(gateway_keys_path(own_settings), "990101")
    with gateway(own_settings) as (process, address):
        push(address, key, row(编号="N0", 内容="0"))
        own_servers.kafka.kill()
        spooled = [push(address, key, row(编号="N0", 内容=f"{n}")).json()["spooled"] for n in range(1, 6)]
        assert spooled == [True] * 5
        process.kill()
        process.wait(LIMIT_S)
    with gateway(own_settings) as (_, address):
        push(address, key, row(编号="N0", 内容="6"))
        own_servers.kafka.start()
        until(lambda: httpx.get(address + "/health").json()["status"] == "ok")
        push(address, key, row(编号="N0", 内容="7"))
    seen = list(dict.fromkeys(record.body for record in records(own_settings)))
    assert seen == [str(n) for n in range(8)]
