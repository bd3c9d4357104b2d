"""The whole pipeline of one instance: real processes on real servers, fed as counties feed it, proved by `verify`."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from shutil import rmtree
from subprocess import Popen

from confluent_kafka import ConsumerGroupState, KafkaException
from confluent_kafka.admin import AdminClient

from consumers.replay import end_positions, replay
from deploy.demo.generator import Ledgers
from deploy.demo.province import profiles_dir
from deploy.servers.addresses import Servers
from deploy.servers.ports import free_ports
from deploy.verify import Verification, lags, verify
from producers.instance_keys import keyring_of
from producers.intake import FeedResult, Intake, Unseen
from producers.kafka_publisher import KafkaPublisher
from producers.profiles import load_profiles
from schemas.connections import librdkafka
from schemas.events import Case
from schemas.settings import Settings
from schemas.terms import CaseStatus
from schemas.topics import Topic
from tests.integration.fleet import Fleet, until
from tests.servers_fixture import fresh_instance

MODULES = {
    "gateway": "producers",
    "linking": "processors",
    "cases": "processors",
    "search": "consumers",
    "alerts": "consumers",
}
STAGES = ("linking", "cases", "search")
MOST_STARTS = 6
"""A process that has to be started more often than this is broken."""
SETTLE_S = 180.0


@dataclass(slots=True)
class Member:
    """One process of the pipeline; what ends by itself is started again, as the supervisor does."""

    module: str
    environment: dict[str, str]
    child: Popen[bytes]
    starts: int = 1


class Waits(Unseen):
    """Notes when a feed waits for Kafka."""

    def __init__(self, waits: list[float]) -> None:
        self._waits = waits

    def wait(self, seconds: float) -> None:
        """See `producers.intake.Progress`."""
        self._waits.append(seconds)


class Pipeline:
    """Processes by name: `linking`, or `linking-2` for a second worker of the same stage."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings = settings
        self.folder = folder
        self.fleet = Fleet(settings, folder)
        self.exits: list[tuple[str, int]] = []
        """Processes that ended without being asked to, with their exit codes."""
        self.waits: list[float] = []
        """Pauses of feeds that found Kafka away."""
        self.metrics_ports: tuple[int, ...] = ()
        self._members: dict[str, Member] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """The processes that should run."""
        return tuple(self._members)

    def start(self, *names: str, module: str = "", python: str = sys.executable, **environment: str) -> None:
        """Start processes; each worker has a state folder of its own, which it finds again after a restart."""
        for name in names:
            process = name.split("-")[0]
            chosen = module or MODULES[process]
            child = self.fleet.start(chosen, process, state=name, python=python, **environment)
            starts = self._members[name].starts + 1 if name in self._members else 1
            self._members[name] = Member(chosen, environment, child, starts)

    def pid(self, name: str) -> int:
        """The process that runs under that name now."""
        return self._members[name].child.pid

    def kill(self, name: str, *, forget: bool = False) -> None:
        """SIGKILL; with `forget` the state folder is lost as well."""
        child = self._members[name].child
        child.kill()
        child.wait()
        self._members[name].starts -= 1  # the next one is asked for
        if forget:
            rmtree(self.fleet.state_folder(name))

    def restart(self, name: str) -> None:
        """Start a process again in the same way."""
        member = self._members[name]
        self.start(name, module=member.module, **member.environment)

    def leave(self, name: str) -> None:
        """SIGTERM, and it stays away."""
        child = self._members.pop(name).child
        child.terminate()
        code = child.wait(120)
        assert code == 0, f"{name} did not leave cleanly: {code}\n{self.fleet.logs()[-3000:]}"

    def vanish(self, name: str) -> None:
        """SIGKILL, and it stays away."""
        self.kill(name)
        del self._members[name]

    def revive(self) -> None:
        """Start again what has ended by itself; fails when a process does not hold."""
        for name, member in list(self._members.items()):
            code = member.child.poll()
            if code is None:
                continue
            self.exits.append((name, code))
            assert member.starts < MOST_STARTS, f"{name} ends again and again: {code}\n{self.fleet.logs()[-4000:]}"
            self.restart(name)

    def feed(self, files: Sequence[tuple[Path, str]], *, again: bool = False) -> list[FeedResult]:
        """Feed files of counties; a county without profile is refused, as `petitions feed` does."""
        publisher = KafkaPublisher(self.settings, timeout_s=3.0)
        try:
            profiles, keyring = load_profiles(self.settings.profiles_dir), keyring_of(self.settings)
            intake = Intake(self.settings, profiles, keyring, publisher, progress=Waits(self.waits))
            return [intake.take(path, county, again=again) for path, county in files]
        finally:
            publisher.close()

    def settle(self) -> Verification:
        """Wait until everything is worked off; then every petition must be found exactly once."""
        self.settle_stages()
        proof = verify(self.settings)
        assert proof.is_complete, f"{len(proof.differences)} differences: {proof.differences[:5]}"
        return proof

    def settle_stages(self) -> None:
        """Wait until everything that was published so far is worked off."""
        until(self._is_worked_off, "everything is worked off", SETTLE_S)

    def settle_but_for_the_index(self) -> None:
        """Wait until every case is decided, whether or not it can be searched."""
        until(lambda: self._is_worked_off("search"), "every case is decided", SETTLE_S)

    def settle_stage(self, stage: str) -> None:
        """Wait until one stage has worked off what it was given."""
        until(lambda: self.waiting(stage) == 0, f"{stage} has worked everything off", SETTLE_S)

    def waiting(self, stage: str) -> int:
        """Messages that a stage has not worked off."""
        return sum(lag for name, lag in lags(self.settings).items() if name.startswith(stage))

    def until_joined(self, stage: str) -> None:
        """Wait until every worker of a stage has its share of the partitions."""
        count = sum(name.split("-")[0] == stage for name in self._members)
        until(lambda: self._joined(stage) == count, f"{count} workers of {stage} share the partitions")

    def at_work(self, stage: str) -> str:
        """The worker of a stage that wrote its state last."""
        names = [name for name in self._members if name.split("-")[0] == stage]
        return max(names, key=lambda name: _last_write(self.fleet.state_folder(name)))

    def _joined(self, stage: str) -> int:
        group = f"{self.settings.prefix}.{stage}"
        admin = AdminClient(librdkafka(self.settings))
        found = admin.describe_consumer_groups([group])[group].result()
        return len(found.members) if found.state == ConsumerGroupState.STABLE else 0

    def written(self, *topics: Topic) -> int:
        """How many messages topics have taken so far; none while their partitions are still finding their leaders."""
        names = [topic.under(self.settings.prefix) for topic in topics]
        try:
            return sum(sum(end_positions(self.settings, name).values()) for name in names)
        except KafkaException:
            return 0

    def until_more(self, than: int, *topics: Topic) -> None:
        """Wait until topics have taken more messages than there were."""
        until(lambda: self.written(*topics) > than, f"{' and '.join(topics)} grow beyond {than}")

    def read(self, topic: Topic) -> list[tuple[bytes, bytes]]:
        """Keys and values of a whole topic."""
        name = topic.under(self.settings.prefix)
        return [(r.key or b"", r.value or b"") for records in replay(self.settings, name) for r in records]

    def cases(self) -> list[Case]:
        """The newest version of each case that was not merged away."""
        newest: dict[str, Case] = {}
        for _, value in self.read(Topic.CASES):
            case = Case.from_bytes(value)
            known = newest.get(case.case_id)
            if known is None or known.version <= case.version:  # a case that moved stands in two partitions
                newest[case.case_id] = case
        return [case for case in newest.values() if case.status is not CaseStatus.MERGED]

    def _is_worked_off(self, but_for: str = "-") -> bool:
        self.revive()
        return not any(lag for name, lag in lags(self.settings).items() if not name.startswith(but_for))


def _last_write(folder: Path) -> float:
    latest = 0.0
    for file in folder.rglob("*"):
        with suppress(FileNotFoundError):  # RocksDB clears up
            latest = max(latest, file.stat().st_mtime)
    return latest


def new_instance(servers: Servers, folder: Path, **values: object) -> Settings:
    """A fresh instance of the city whose ledgers are invented; small messages, so that queues are long."""
    return fresh_instance(servers, folder / "home", profiles_dir=profiles_dir(), **({"batch_records": 10} | values))


@contextmanager
def pipeline(settings: Settings, folder: Path, *names: str, with_metrics: bool = False) -> Iterator[Pipeline]:
    """A pipeline for as long as the block lasts."""
    made = Pipeline(settings, folder)
    try:
        if with_metrics:
            made.metrics_ports = free_ports(len(names))
        for name, port in zip_longest(names, made.metrics_ports, fillvalue=0):
            made.start(str(name), PETITIONS_METRICS_PORT=str(port))
        yield made
    finally:
        made.fleet.end()


def ledger_files(ledgers: Ledgers, folder: Path) -> list[tuple[Path, str]]:
    """The ledgers as files, each with its county."""
    ledgers.write(folder)
    return [(folder / ledger.county / ledger.name, ledger.county) for ledger in ledgers.files]
