"""Old records taken over once: fed at the pace of live traffic, resumed after any interruption, accounted for."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kafka import TopicPartition

from consumers.proof.account import Difference, lasting
from deploy.backlog import Backlog, Queue
from deploy.feed_progress import Bar, Lines
from deploy.pacing import PARCEL_ROWS, Pace
from deploy.topics import administration
from deploy.verify import Verification, verify
from producers.instance_keys import keyring_of
from producers.intake import FeedResult, Intake
from producers.kafka_publisher import KafkaPublisher
from producers.profiles import load_profiles
from schemas.settings import Settings
from schemas.topics import Topic

QUEUES = (Topic.INTAKE, Topic.REGISTERED, Topic.LINKED, Topic.CASES)
"""Where old records wait."""
LOOK_AGAIN_S = 0.5
SECOND_LOOK_S = 10.0
"""After so long a live petition that was on its way at the first look has arrived."""


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What became of every record of every file."""

    files: tuple[FeedResult, ...]
    verification: Verification
    fed_s: float
    """Seconds of this run until Kafka had the last record."""
    settled_s: float
    """Seconds until every record was in the index."""
    lasting: tuple[Difference, ...] = ()
    """Differences that stood at two looks: what live petitions on their way cause does not."""

    @property
    def is_complete(self) -> bool:
        """Whether nothing is missing."""
        return not self.lasting

    @property
    def received(self) -> int:
        """Records in the files."""
        return sum(result.received for result in self.files)

    @property
    def rejected(self) -> int:
        """Records in the dead letters."""
        return sum(result.rejected for result in self.files)

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "is_complete": self.is_complete,
            "received": self.received,
            "rejected": self.rejected,
            "fed_s": round(self.fed_s, 2),
            "settled_s": round(self.settled_s, 2),
            "files": [asdict(result) for result in self.files],
            "verification": self.verification.as_json(),
        }


def take_over(
    settings: Settings, ledgers: Sequence[tuple[Path, str]], progress: Bar | Lines, *, at_full_speed: bool = False
) -> TakenOver:
    """Feed the ledgers (each with its county) as old records, wait until all is worked off, and prove it.

    What an interrupted run has fed is not fed again. It waits as long as the processes take.
    """
    began = time.monotonic()
    progress.expect(sum(path.stat().st_size for path, _ in ledgers))
    profiles, keyring = load_profiles(settings.profiles_dir), keyring_of(settings)
    publisher = KafkaPublisher(settings)
    try:
        with administration(settings) as admin:
            queues = Backlog(admin, settings, QUEUES).queues
            pacing: dict[str, Any] = {}
            if not at_full_speed:
                index = Topic.CASES.under(settings.prefix)
                pacing = {"pace": Pace(queues, index), "parcel_rows": PARCEL_ROWS}
            intake = Intake(settings, profiles, keyring, publisher, progress=progress, **pacing)
            files = tuple(_taken(intake, path, county, progress) for path, county in ledgers)
            fed_s = time.monotonic() - began
            _wait_until_through(queues, [topic.under(settings.prefix) for topic in QUEUES])
    finally:
        publisher.close()
    return _proved(settings, files, fed_s, time.monotonic() - began)


def _wait_until_through(queues: Callable[[], Mapping[TopicPartition, Queue]], topics: Sequence[str]) -> None:
    """Return when all that stands in the topics now is worked off, whatever comes behind it.

    Twice, because case desks also write to one another.
    """
    for name in (*topics, *topics):
        ends = {place: queue.written for place, queue in queues().items() if place.topic == name}
        while any(ends[place] > queue.done for place, queue in queues().items() if place in ends):
            time.sleep(LOOK_AGAIN_S)


def _proved(settings: Settings, files: tuple[FeedResult, ...], fed_s: float, settled_s: float) -> TakenOver:
    found = verify(settings)
    if found.is_complete:
        return TakenOver(files, found, fed_s, settled_s)
    before = found.differences
    time.sleep(SECOND_LOOK_S)
    found = verify(settings)
    return TakenOver(files, found, fed_s, settled_s, lasting(before, found.differences))


def _taken(intake: Intake, path: Path, county: str, progress: Bar | Lines) -> FeedResult:
    result = intake.take(path, county, takeover=True)
    progress.passed(path.stat().st_size)
    return result
