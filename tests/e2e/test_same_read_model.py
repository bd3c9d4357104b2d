"""The same records give the same read model, whatever the order in which they come and however often.

Of a record without a time of change the one that arrived last holds, so such revisions keep their order among
themselves; where the county's system says when it changed a row, they come in reverse as well. Of two petitions under
one number the first to arrive bears the plain id, and ids decide between equal times: they keep their order too.
"""

from collections import Counter, defaultdict
from pathlib import Path

from deploy.servers.addresses import Servers
from producers.instance_keys import keyring_of
from producers.intake import Intake
from producers.kafka_publisher import KafkaPublisher
from producers.packing import packer
from producers.profiles import load_profiles
from producers.publisher import Entry
from schemas.keys import record_key
from schemas.petition import IntakeRecord
from schemas.settings import Settings
from schemas.topics import Topic
from tests.e2e.conftest import Fed
from tests.e2e.pipeline import STAGES, Pipeline, new_instance, pipeline
from tests.e2e.read_model import read_model, unequal
from tests.fakes_producers import FakePublisher

PARTS = 5


def test_every_ledger_fed_twice_changes_nothing(fed: Fed) -> None:
    before = fed.pipeline.settle()
    results = fed.pipeline.feed(fed.files, again=True)
    proof = fed.pipeline.settle()
    assert proof.received == before.received + sum(result.received for result in results)
    assert (proof.registered, proof.revised, proof.cases) == (before.registered, before.revised, before.cases)
    differences = unequal(read_model(fed.pipeline.settings), fed.model)
    assert not differences, "\n".join(differences)


def test_records_that_come_late_and_in_reverse_give_the_same_read_model(
    fed: Fed, servers: Servers, tmp_path: Path
) -> None:
    settings = new_instance(servers, tmp_path)
    with pipeline(settings, tmp_path, *STAGES) as late:
        feed_in_reverse(late, fed)
        proof = late.settle()
        assert proof.registered == len(fed.model)
        differences = unequal(read_model(settings), fed.model)
        assert not differences, "\n".join(differences)


def feed_in_reverse(late: Pipeline, fed: Fed) -> None:
    """Read all ledgers, then publish their records from the last to the first, in several deliveries."""
    settings, taken = late.settings, FakePublisher()
    profiles = load_profiles(settings.profiles_dir)
    intake = Intake(settings, profiles, keyring_of(settings), taken)
    for path, county in fed.files:
        intake.feed(path, county)
    says_when = {profile.code for profile in profiles if "modified_at" in profile.columns}
    used = Counter((source, number) for source, number, _ in fed.model)
    records = in_reverse(
        [
            dated(r) if r.source in says_when and used[r.source, r.record_no] == 1 else undated(r)
            for r in taken.records
        ]
    )
    publisher = KafkaPublisher(settings)
    size = -(-len(records) // PARTS)
    for start in range(0, len(records), size):
        publish(publisher, settings, records[start : start + size])
        late.settle_stages()
    publisher.send([message for message in taken.sent if message.topic is not Topic.INTAKE]).wait()
    publisher.close()


def dated(record: IntakeRecord) -> IntakeRecord:
    """A row that was never changed was written when the petition was received."""
    return record if record.modified_at else record.model_copy(update={"modified_at": record.received_at})


def undated(record: IntakeRecord) -> IntakeRecord:
    """A row of which nothing says when it was changed."""
    return record.model_copy(update={"modified_at": None})


def in_reverse(records: list[IntakeRecord]) -> list[IntakeRecord]:
    """The last first; records of one number that do not say when they were changed stay in order in their places."""
    by_number: dict[str, list[IntakeRecord]] = defaultdict(list)
    for record in records:
        by_number[record_key(record.source, record.record_no)].append(record)
    waiting = {
        key: iter(found if any(r.modified_at is None for r in found) else reversed(found))
        for key, found in by_number.items()
    }
    return [next(waiting[record_key(record.source, record.record_no)]) for record in reversed(records)]


def publish(publisher: KafkaPublisher, settings: Settings, records: list[IntakeRecord]) -> None:
    entries = [Entry(record, record_key(record.source, record.record_no), None) for record in records]
    publisher.send(packer(settings)(entries, [], [])).wait()
