"""A parcel's messages: the partition is chosen explicitly, batches are bounded, nothing is lost or reordered."""

from producers.publisher import Entry, messages
from schemas.identity import Petitioner
from schemas.keys import partition_of, record_key
from schemas.petition import IntakeBatch, IntakeRecord
from schemas.topics import Topic
from tests.fakes_producers import KEYRING, NOW
from tests.petitions import intake_record


def entry(number: int, body: str = "b") -> Entry:
    record: IntakeRecord = intake_record(row=number, record_no=f"N{number % 40}", body=body)
    key = record_key(record.source, record.record_no)
    return Entry(record, key, None)


def test_records_of_one_number_go_to_one_partition_in_their_order() -> None:
    found = messages([entry(n) for n in range(400)], [], [], partitions=4, batch_records=30)
    seen: dict[str, list[int]] = {}
    for message in found:
        batch = IntakeBatch.from_bytes(message.value).records
        assert 0 < len(batch) <= 30
        assert message.key == f"p{message.partition}".encode()
        for record in batch:
            assert partition_of(record_key(record.source, record.record_no), 4) == message.partition
            seen.setdefault(record.record_no, []).append(record.row)
    assert sorted(row for rows in seen.values() for row in rows) == list(range(400))
    assert all(rows == sorted(rows) for rows in seen.values())


def test_long_petitions_make_smaller_messages() -> None:
    found = messages([entry(0, "长" * 100_000) for _ in range(9)], [], [], partitions=4, batch_records=200)
    assert sum(len(IntakeBatch.from_bytes(message.value).records) for message in found) == 9
    assert max(len(message.value) for message in found) < 1_000_000


def test_identities_go_first_under_the_key_of_their_record() -> None:
    sealed = KEYRING.seal(Petitioner(name="石一山"), None, "990101", NOW)
    found = messages([entry(1)._replace(sealed=sealed)], [], [], partitions=4, batch_records=200)
    assert [message.topic for message in found] == [Topic.IDENTITY, Topic.INTAKE]
    assert found[0].key.decode() == entry(1).key
    assert found[0].partition == found[1].partition
