"""What one step of a stage brings about: petitions for the next stage and dead letters, gathered into batches."""

from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime

from processors.outbox import Outgoing
from processors.rules.forms import written
from schemas.events import DeadLetter, Decision, LinkedBatch, MeetingCall, MovedPetition
from schemas.keys import digest, partition_of
from schemas.petition import Petition, RegisteredBatch, RoutedStatus
from schemas.terms import RejectReason, Stage
from schemas.topics import Topic

MOST_RAW = 1_048_576


class Effects:
    """Gathers outputs in the order in which they were made; `messages` cuts them into batches."""

    def __init__(self, prefix: str, partitions: int, batch_records: int, now: datetime) -> None:
        self._prefix = prefix
        self._partitions = partitions
        self._batch_records = batch_records
        self._now = now
        self._petitions: dict[tuple[Topic, int], list[Petition]] = {}
        self._handed_over: dict[int, list[MovedPetition | MeetingCall | Decision]] = {}
        self._told: list[RoutedStatus] = []
        self._dead: list[DeadLetter] = []

    def tell(self, status: RoutedStatus) -> None:
        """Pass on what became of a petition, behind the petitions of this step."""
        self._told.append(status)

    def emit(self, topic: Topic, key: str, petition: Petition) -> None:
        """Pass a petition on to the partition of `key`."""
        self._petitions.setdefault((topic, partition_of(key, self._partitions)), []).append(petition)

    def hand_over(self, home: str, what: MovedPetition | MeetingCall | Decision) -> None:
        """Pass something on to the case desk of another home."""
        self._handed_over.setdefault(partition_of(home, self._partitions), []).append(what)

    def bury(self, stage: Stage, reason: RejectReason, field: str, raw: bytes, origin: str, source: str = "") -> None:
        """Send what cannot be processed to the dead letters; the same bytes from the same place are one letter."""
        self._dead.append(
            DeadLetter(
                letter_id=digest("dead", stage, origin, raw[:MOST_RAW].hex()),
                stage=stage,
                reason=reason,
                field=field,
                source=source or "unknown",
                origin=origin,
                at=self._now,
                raw=b64encode(raw[:MOST_RAW]).decode(),
                is_truncated=len(raw) > MOST_RAW,
            )
        )

    @property
    def dead_letters(self) -> Sequence[DeadLetter]:
        """What was buried."""
        return self._dead

    def handed_over(self) -> list[Outgoing]:
        """What goes to the desks of other homes, in the order in which it was given."""
        topic = Topic.LINKED.under(self._prefix)
        made = []
        for partition, things in self._handed_over.items():
            for start in range(0, len(things), self._batch_records):
                part = things[start : start + self._batch_records]
                batch = LinkedBatch(
                    petitions=(),
                    moved=tuple(one for one in part if isinstance(one, MovedPetition)),
                    calls=tuple(one for one in part if isinstance(one, MeetingCall)),
                    decisions=tuple(one for one in part if isinstance(one, Decision)),
                )
                made.append(Outgoing(topic, partition, b"p%d" % partition, batch.to_bytes()))
        return made

    def _tidings(self) -> list[Outgoing]:
        """Messages of their own, so that those who read petitions need not look for them."""
        topic, groups = Topic.REGISTERED.under(self._prefix), dict[int, list[RoutedStatus]]()
        for status in self._told:
            groups.setdefault(partition_of(status.route, self._partitions), []).append(status)
        return [
            Outgoing(topic, number, b"p%d" % number, RegisteredBatch(petitions=(), statuses=tuple(told)).to_bytes())
            for number, told in groups.items()
        ]

    def messages(self) -> list[Outgoing]:
        """All as messages, petitions in batches."""
        made = []
        for (topic, partition), petitions in self._petitions.items():
            for start in range(0, len(petitions), self._batch_records):
                value = written(petitions[start : start + self._batch_records])
                made.append(Outgoing(topic.under(self._prefix), partition, b"p%d" % partition, value))
        made += self._tidings()
        dead = Topic.STAGE_DEAD.under(self._prefix)
        return made + [Outgoing(dead, 0, letter.source.encode(), letter.to_bytes()) for letter in self._dead]
