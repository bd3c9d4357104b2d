"""Old records taken over once: fed at the pace of live traffic, resumed after any interruption, accounted for."""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kafka.admin import KafkaAdminClient

from deploy.backlog import Backlog
from deploy.feed_progress import Bar, Lines
from deploy.pacing import PARCEL_ROWS, Pace
from deploy.topics import administration
from deploy.verify import Verification, verify, wait_until_settled
from producers.intake import FeedResult, Intake
from producers.kafka_publisher import KafkaPublisher
from producers.keyring import key_path, load_keyring
from producers.profiles import load_profiles
from schemas.settings import Settings
from schemas.topics import Topic

WAY = (Topic.INTAKE, Topic.REGISTERED, Topic.LINKED, Topic.CASES)
"""Where old records queue."""
SETTLE_S = 3_600.0


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What became of every record of every file."""

    files: tuple[FeedResult, ...]
    verification: Verification
    fed_s: float
    """Seconds of this run until Kafka had the last record."""
    settled_s: float
    """Seconds until every record was in the index."""

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

    What an interrupted run has fed is not fed again. Raises `deploy.verify.NotSettled`.
    """
    began = time.monotonic()
    progress.expect(sum(path.stat().st_size for path, _ in ledgers))
    profiles, keyring = load_profiles(settings.profiles_dir), load_keyring(key_path(settings))
    publisher = KafkaPublisher(settings)
    try:
        with administration(settings) as admin:
            pacing = {} if at_full_speed else _pacing(admin, settings)
            intake = Intake(settings, profiles, keyring, publisher, progress=progress, **pacing)
            files = [_taken(intake, path, county, progress) for path, county in ledgers]
    finally:
        publisher.close()
    fed_s = time.monotonic() - began
    wait_until_settled(settings, SETTLE_S)
    settled_s = time.monotonic() - began
    return TakenOver(tuple(files), verify(settings), fed_s, settled_s)


def _pacing(admin: KafkaAdminClient, settings: Settings) -> dict[str, Any]:
    return {"pace": Pace(Backlog(admin, settings, WAY).queues), "parcel_rows": PARCEL_ROWS}


def _taken(intake: Intake, path: Path, county: str, progress: Bar | Lines) -> FeedResult:
    result = intake.take(path, county, takeover=True)
    progress.passed(path.stat().st_size)
    return result
