"""One delivery on its way: rows to parcels, parcels to Kafka, and after each acknowledgement a checkpoint."""

from collections import Counter
from collections.abc import Callable, Iterable

from producers.checkpoints import Checkpoint, Checkpoints
from producers.conveyor import Conveyor
from producers.counting import count_records
from producers.entering import Source, enter, report
from producers.formats.reading import parse
from producers.formats.rows import UnknownColumn
from producers.formats.validation import delivery
from producers.keyring import Keyring
from producers.packing import Pack
from producers.profiles import Profile
from producers.publisher import Entry
from schemas.events import CountyReport, DeadLetter
from schemas.petition import IntakeRecord

PARCEL_ROWS = 2_000
PARCEL_CHARACTERS = 4_000_000

Advanced = Callable[[Checkpoint], None]
Pace = Callable[[int], None]
"""Called before each parcel with its rows; returns when they may be sent."""


def at_once(rows: int) -> None:
    """No pace: whatever Kafka takes."""


class Feed:
    """Publishes the rows behind the checkpoint; the same rows have the same receipts in every run."""

    def __init__(
        self,
        profile: Profile,
        start: Checkpoint,
        keyring: Keyring,
        pack: Pack,
        conveyor: Conveyor,
        kept: Checkpoints,
        *,
        pace: Pace = at_once,
        parcel_rows: int = PARCEL_ROWS,
    ) -> None:
        self._pace = pace
        self._parcel_rows = parcel_rows
        self._profile = profile
        self._keyring = keyring
        self._pack = pack
        self._conveyor = conveyor
        self._kept = kept
        self._delivery = delivery(profile, start.delivery_id, start.started_at, takeover=start.takeover)
        self._acknowledged = start
        self._sent = start
        self._entries: list[Entry[IntakeRecord]] = []
        self._letters: list[DeadLetter] = []
        self._characters = 0
        self.unknown_columns: list[str] = []
        self.reasons: Counter[str] = Counter()

    def run(self, chunks: Iterable[bytes], source: Source, advanced: Advanced) -> Checkpoint:
        """Publish all rows and the report; returns when everything is acknowledged.

        Raises `OSError` before anything is sent where the disk takes no checkpoint: all of it would be sent again.
        """
        self._kept.write(self._acknowledged)
        first = self._sent.row + 1
        for item in parse(chunks, self._profile):
            if isinstance(item, UnknownColumn):
                self.unknown_columns.append(item.name)
            elif item.number >= first:
                self._take(enter(item, self._delivery, self._keyring))
                if (
                    len(self._entries) + len(self._letters) >= self._parcel_rows
                    or self._characters > PARCEL_CHARACTERS
                ):
                    self._put(advanced)
        self._put(advanced)
        self._conveyor.put(self._pack([], [], [self._report(source)]), lambda: None)
        self._conveyor.finish()
        done = self._acknowledged.reached(self._sent.row, self._sent.tally, is_done=True)
        self._kept.write(done)
        return done

    def _take(self, found: Entry[IntakeRecord] | DeadLetter) -> None:
        if isinstance(found, Entry):
            self._entries.append(found)
            self._characters += len(found.record.body)
        else:
            self._letters.append(found)
            self._characters += len(found.raw)
            self.reasons[f"{found.reason.value}:{found.field}".removesuffix(":")] += 1

    def _put(self, advanced: Advanced) -> None:
        entries, letters = self._entries, self._letters
        if not entries and not letters:
            return
        rows = len(entries) + len(letters)
        self._pace(rows)
        tally = self._sent.tally.plus(entries, letters)
        reached = self._sent.reached(self._sent.row + rows, tally)

        def acknowledged() -> None:
            self._kept.write(reached)
            self._acknowledged = reached
            count_records(self._profile.code, len(entries), Counter(letter.reason.value for letter in letters))
            advanced(reached)

        self._conveyor.put(self._pack(entries, letters, []), acknowledged)
        self._sent = reached
        self._entries, self._letters, self._characters = [], [], 0

    def _report(self, source: Source) -> CountyReport:
        on = self._delivery.ingested_at.astimezone(self._profile.zone).date()
        return report(
            self._profile.code, self._delivery.delivery_id, self._delivery.ingested_at, on, self._sent.tally, source
        )
