"""The keys of an instance: made on its first use, and never anew while something made with lost ones is there."""

from kafka import KafkaConsumer, TopicPartition

from producers.keyring import KeyFileError, Keyring, create_keys, key_path, load_keyring
from schemas.connections import kafka_python
from schemas.settings import Settings
from schemas.topics import Topic


def keyring_of(settings: Settings, *, with_kept: bool = True) -> Keyring:
    """The keys of the instance, see `load_keyring`; made where there are none yet and nothing was entered yet.

    With new keys nobody who is known would be recognised, no identity would open, and nothing would say so. Raises
    `KeyFileError`, and `KafkaError` where Kafka cannot be asked.
    """
    path = key_path(settings)
    if not path.exists():
        if _was_used(settings):
            raise KeyFileError(
                f"{path}: the key file is missing, and this instance holds petitions already. Put back the file "
                "of the backup, or that of the host where records were entered before (docs/backup.md). No new keys "
                "were made: with them nobody would be recognised and no identity could be read"
            )
        create_keys(path)
    return load_keyring(path, with_kept=with_kept)


def _was_used(settings: Settings) -> bool:
    """Whether records of anybody were ever entered. Whoever needs the keys writes or reads identities, so may ask."""
    topic = Topic.IDENTITY.under(settings.prefix)
    with KafkaConsumer(**kafka_python(settings), enable_auto_commit=False) as consumer:
        numbers = consumer.partitions_for_topic(topic) or ()  # it may not be there yet
        return any(consumer.end_offsets([TopicPartition(topic, number) for number in numbers]).values())
