"""The demo from nothing to an account: servers, ledgers, feeding, waiting, proof, quality, searches, alerts."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

from consumers.elastic import connect
from consumers.replay import replay
from consumers.search import finder
from consumers.search.days import today
from consumers.search.finder import Found
from consumers.search.query_language import parse_query
from consumers.search.reader import all_cases
from consumers.search.words import load_words
from deploy.demo.generator import SEED, SILENT, SILENT_DAYS, ZERO_REPORTING, Ledgers, generate
from deploy.demo.users import make_users
from deploy.evaluation import Quality, as_json, decisions_of, evaluate
from deploy.feed_progress import shown_progress
from deploy.instance import bring_up
from deploy.verify import Verification, verify, wait_until_settled
from processors.register_files import load_register
from producers.instance_keys import keyring_of
from producers.intake import Intake
from producers.kafka_publisher import KafkaPublisher
from producers.keyring import Keyring
from producers.profiles import load_profiles
from schemas.events import Alert, Case
from schemas.office_time import office_day
from schemas.settings import Settings
from schemas.terms import AlertRule
from schemas.topics import Topic

SEARCHES = ("工资 -幼儿园", "基本农田 place:镇平县", "臭 category:environment -猪场", "same_answer:yes place:唐河县")
SETTLE_S = 480.0
INDEX_S = 30.0
VERIFY_AGAIN_S = 0.5
ALERTS_S = 30.0
ZERO_REPORTS = 3


@dataclass(slots=True)
class Account:
    """All that the demo found out."""

    settings: Settings
    ledgers: Ledgers
    seconds: dict[str, float] = field(default_factory=dict)
    verification: Verification | None = None
    quality: Quality | None = None
    searches: list[tuple[str, Found]] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    passwords: dict[str, str] = field(default_factory=dict, repr=False)
    """Users of the console, made for this run."""

    @property
    def adds_up(self) -> bool:
        """Nothing is missing, and what was received and refused is what the ledgers held."""
        proof, wanted = self.verification, self.ledgers.expected
        if proof is None or not proof.is_complete:
            return False
        return (proof.received, proof.rejected) == (wanted.received, wanted.rejected)

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        proof, quality = self.verification, self.quality
        return {
            "adds_up": self.adds_up,
            "seconds": {name: round(value, 2) for name, value in self.seconds.items()},
            "verification": proof.as_json() if proof else None,
            "quality": as_json(quality) if quality else None,
            "searches": {words: found.total for words, found in self.searches},
            "alerts": Counter(alert.rule.value for alert in self.alerts),
        }


def run(settings: Settings, size: int, say: Callable[[str], None]) -> Account:
    """Bring everything up in an empty home, feed the ledgers and account for them; what runs is left running."""
    until = today() - timedelta(days=1)
    seconds: dict[str, float] = {}
    with _timed(seconds, "generate", say, f"inventing ledgers of {size:,} petitions"):
        ledgers = generate(size, SEED, load_register(settings.register_dir), until)
        ledgers.write(settings.folder / "ledgers")
    with _timed(seconds, "start", say, "starting servers and processes"):
        placed = bring_up(settings)
    account = Account(placed, ledgers, seconds)
    with _timed(seconds, "feed", say, f"feeding {len(ledgers.files)} ledgers of twelve counties"):
        feed(placed, ledgers)
    with _timed(seconds, "arrive", say, "waiting until everything has arrived"):
        wait_until_settled(placed, SETTLE_S)
        account.verification = _verified(placed)
    with _timed(seconds, "examine", say, "looking at what was decided"):
        account.quality = evaluate(decisions_of(_cases(placed)), ledgers.truth)
        account.searches = [(words, _search(placed, words)) for words in SEARCHES]
        account.alerts = _alerts(placed)
    account.passwords = make_users(placed)
    return account


def feed(settings: Settings, ledgers: Ledgers) -> None:
    """Each county sends its ledgers; one fell silent some days ago, another reports that it has nothing."""
    now = datetime.now(UTC)
    folder = settings.folder / "ledgers"
    keyring = keyring_of(settings)
    publisher = KafkaPublisher(settings)
    try:
        with shown_progress() as progress:
            for ledger in ledgers.files:
                at = now - timedelta(days=SILENT_DAYS) if ledger.county == SILENT else now
                intake = _intake(settings, keyring, publisher, at, progress)
                intake.feed(folder / ledger.county / ledger.name, ledger.county)
            newest = _intake(settings, keyring, publisher, now, progress)
            for days in range(ZERO_REPORTS, 0, -1):
                newest.zero_report(ZERO_REPORTING, office_day(now) - timedelta(days=days))
    finally:
        publisher.close()


def _intake(settings: Settings, keyring: Keyring, publisher: KafkaPublisher, at: datetime, progress: Any) -> Intake:
    return Intake(
        settings, load_profiles(settings.profiles_dir), keyring, publisher, clock=lambda: at, progress=progress
    )


def _verified(settings: Settings) -> Verification:
    """What has just arrived is on its way for a moment; ask again until then."""
    until = time.monotonic() + INDEX_S
    while True:
        found = verify(settings)
        if found.is_complete or time.monotonic() > until:
            return found
        Event().wait(VERIFY_AGAIN_S)


def _cases(settings: Settings) -> list[Case]:
    """The newest version of each case."""
    newest: dict[bytes | None, bytes] = {}
    for records in replay(settings, Topic.CASES.under(settings.prefix)):
        newest.update({record.key: record.value for record in records if record.value is not None})
    return [Case.from_bytes(value) for value in newest.values()]


def _search(settings: Settings, words: str) -> Found:
    with connect(settings) as client:
        return finder.search(
            all_cases(client, settings), parse_query(words), today=today(), size=2, words=load_words(settings)
        )


def _alerts(settings: Settings) -> list[Alert]:
    """The alerts, once the silence of the silent county has been noticed."""
    until = time.monotonic() + ALERTS_S
    while True:
        topic = Topic.ALERTS.under(settings.prefix)
        values = [r.value for records in replay(settings, topic) for r in records if r.value is not None]
        alerts = [Alert.from_bytes(value) for value in values]
        if any(alert.rule is AlertRule.COUNTY_SILENT for alert in alerts) or time.monotonic() > until:
            return alerts
        Event().wait(0.5)


@contextmanager
def _timed(seconds: dict[str, float], name: str, say: Callable[[str], None], what: str) -> Iterator[None]:
    say(what)
    began = time.monotonic()
    yield
    seconds[name] = time.monotonic() - began
