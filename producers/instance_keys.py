"""The keys of an instance: made on its first use, and never anew while something made with lost ones is there.

Two keys would make two of each person, and nothing would say so. Whoever uses a key first claims it in a topic, and
everybody compares the key file with that before anything is done with it.
"""

import logging
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError, KafkaTimeoutError

from producers.kafka_publisher import KafkaPublisher
from producers.keyring import KeyFileError, Keyring, create_keys, key_path, load_keyring
from producers.publisher import Message
from schemas.connections import kafka_python
from schemas.key_events import KeyClaim
from schemas.settings import Settings
from schemas.topics import Topic

log = logging.getLogger(__name__)

COMPARED = "keys-compared"
"""Under home: the key that was found to be the instance's. With it a gateway takes pushes while Kafka is away."""
PATIENCE_S = 30.0
SHORT_PATIENCE_S = 5.0
"""For a Kafka without which it goes on."""
SEEN_S = 3.0
"""A broker may be told of a topic a moment after it was created."""


def keyring_of(settings: Settings, *, with_kept: bool = True) -> Keyring:
    """The keys of the instance, see `compared_keyring`; made where there are none yet and nothing was entered yet.

    With new keys nobody who is known would be recognised, no identity would open, and nothing would say so.
    """
    if not key_path(settings).exists():
        _make_keys(settings, key_path(settings))
    return compared_keyring(settings, with_kept=with_kept)


def compared_keyring(settings: Settings, *, with_kept: bool = True) -> Keyring:
    """The keys of the file, see `load_keyring`, once they are known to be the instance's.

    Where nobody has claimed any yet, as in an instance of an earlier version, these are claimed. Raises
    `KeyFileError`; where Kafka does not answer `KafkaError` or `Unavailable`, unless this home has compared the same
    key before.
    """
    path = key_path(settings)
    ring = load_keyring(path, with_kept=with_kept)
    note, told = settings.folder / COMPARED, f"{settings.prefix} {ring.check_value}"
    was_compared = _read(note) == told
    try:
        counting = _counting_claim(settings, ring, SHORT_PATIENCE_S if was_compared else PATIENCE_S)
    except KafkaError as error:
        if not was_compared:
            raise
        log.warning("Kafka cannot be asked; these keys were compared before", extra={"error": type(error).__name__})
        return ring
    if counting != ring.check_value:
        raise KeyFileError(
            f"{path}: not the key file of this instance: its records are entered with another pseudonym key, or the "
            "key was changed since. Keep this file apart and put that of the instance here, with pseudonyms-….sqlite "
            "where there is one (docs/backup.md). Nothing was done with this one"
        )
    if not was_compared:
        _write(note, told)
    return ring


def counting_check_value(claims: Iterable[KeyClaim]) -> str:
    """The check value of the instance's key: the first that was claimed, or what follows it; empty where none was."""
    found = ""
    for claim in claims:
        if not found or found in claim.follows:
            found = claim.check_value
    return found


def _counting_claim(settings: Settings, ring: Keyring, patience_s: float) -> str:
    """The check value that counts when this key was claimed, if it may be; of several who claim the first wins."""
    counting = counting_check_value(_claims(settings, patience_s))
    if counting and counting not in ring.former_check_values:
        return counting
    claim = KeyClaim(check_value=ring.check_value, follows=ring.former_check_values, claimed_at=datetime.now(UTC))
    publisher = KafkaPublisher(settings)
    try:
        publisher.send([Message(Topic.KEY_CLAIMS, claim.check_value.encode(), claim.to_bytes(), 0)]).wait()
    finally:
        publisher.close()
    return counting_check_value(_claims(settings, patience_s))


def _make_keys(settings: Settings, path: Path) -> None:
    has_claims, was_used = bool(_claims(settings, PATIENCE_S)), _was_used(settings)
    if path.exists():  # a process beside this one has made the file, and claimed it then
        return
    if has_claims or was_used:
        what = "holds petitions already" if was_used else "has keys already, made on another host or lost here"
        raise KeyFileError(
            f"{path}: the key file is missing, and this instance {what}. Put back the file "
            "of the backup, or that of the host where records were entered before (docs/backup.md). No new keys "
            "were made: with them nobody would be recognised and no identity could be read"
        )
    create_keys(path)


def _was_used(settings: Settings) -> bool:
    """Whether records of anybody were ever entered. Whoever needs the keys writes or reads identities, so may ask."""
    topic = Topic.IDENTITY.under(settings.prefix)
    with _reader(settings, PATIENCE_S) as consumer:
        numbers = consumer.partitions_for_topic(topic) or ()  # it may not be there yet
        return any(consumer.end_offsets([TopicPartition(topic, number) for number in numbers]).values())


def _claims(settings: Settings, patience_s: float) -> list[KeyClaim]:
    """All claims in their order. Raises `KeyFileError` where nobody can claim yet, and `KafkaError`."""
    deadline = time.monotonic() + patience_s
    place = TopicPartition(Topic.KEY_CLAIMS.under(settings.prefix), 0)
    with _reader(settings, patience_s) as consumer:
        _require_topic(consumer, place.topic)
        consumer.assign([place])
        consumer.seek_to_beginning(place)
        end, found = consumer.end_offsets([place])[place], list[KeyClaim]()
        while consumer.position(place) < end:
            if time.monotonic() > deadline:
                raise KafkaTimeoutError
            for records in consumer.poll(200).values():
                found += [KeyClaim.from_bytes(record.value) for record in records]
        return found


def _require_topic(consumer: KafkaConsumer, topic: str) -> None:
    until = time.monotonic() + SEEN_S
    while not consumer.partitions_for_topic(topic):
        if time.monotonic() > until:
            raise KeyFileError(
                f"the topic {topic} is not there or not to be seen, and by it hosts know that all use the same keys: "
                "run `petitions up` or `petitions create`, and `petitions rights --give` where Kafka knows rights"
            )
        time.sleep(0.1)


@contextmanager
def _reader(settings: Settings, patience_s: float) -> Iterator[KafkaConsumer]:
    limit_ms = int(patience_s * 1000)
    limits = {"bootstrap_timeout_ms": limit_ms, "request_timeout_ms": limit_ms}
    with KafkaConsumer(**kafka_python(settings), **limits, enable_auto_commit=False) as consumer:
        yield consumer


def _read(note: Path) -> str:
    try:
        return note.read_text("ascii")
    except (OSError, UnicodeError):
        return ""


def _write(note: Path, told: str) -> None:
    """Without the note Kafka is asked again at the next start, that is all: no reason not to go on."""
    with suppress(OSError):
        note.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        note.write_text(told, "ascii")
