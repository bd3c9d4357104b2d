"""Worker processes of a test: started, killed, stopped; what they left behind is read from the topics."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from confluent_kafka import Consumer, KafkaException, TopicPartition

from schemas.settings import Settings

CHECKOUT = Path(__file__).parents[2]


class Fleet:
    """Starts processes with the settings of one instance, each with a home and a log of its own."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self._settings = settings
        self._folder = folder
        self.running: list[subprocess.Popen[bytes]] = []

    def start(
        self, *module: str, home: str = "", state: str = "", python: str = sys.executable, **environment: str
    ) -> subprocess.Popen[bytes]:
        """`python -m …`; processes with the same `home` share their state folder one after the other.

        With `state` a process has the home of the instance, as in use, and that state folder.
        """
        name = home or state or f"worker-{len(self.running)}"
        own = {"state_dir": self.state_folder(state)} if state else {"home": self._folder / name}
        with (self._folder / f"{name}-{len(self.running)}.log").open("wb") as log:
            process = subprocess.Popen(
                [python, "-m", *module],
                cwd=CHECKOUT,
                env=os.environ | self._settings.model_copy(update=own).to_env() | environment,
                stdout=log,
                stderr=log,
            )
        self.running.append(process)
        return process

    def state_folder(self, state: str) -> Path:
        """Where the worker of that name keeps its state."""
        return self._folder / "state" / state

    def logs(self) -> str:
        """All that the processes said."""
        return "\n".join(path.read_text("utf-8", "replace") for path in sorted(self._folder.glob("*.log")))

    def end(self) -> None:
        """Stop what still runs."""
        for process in self.running:
            if process.poll() is None:
                process.terminate()
        for process in self.running:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def fleet(settings: Settings, folder: Path) -> Iterator[Fleet]:
    """A fleet that is gone afterwards."""
    made = Fleet(settings, folder)
    try:
        yield made
    finally:
        made.end()


def until(condition: Callable[[], bool], what: str, limit_s: float = 120.0) -> None:
    """Wait for a condition; fails with `what` when it does not come true."""
    deadline = time.monotonic() + limit_s
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {limit_s:.0f} s in vain until {what}")
        time.sleep(0.1)


def committed(settings: Settings, group: str, topic: str) -> int:
    """The sum of a group's committed offsets in a topic."""
    consumer = Consumer({"bootstrap.servers": settings.kafka, "group.id": group})
    try:
        places = [TopicPartition(topic, number) for number in range(settings.partitions)]
        return sum(max(0, place.offset) for place in consumer.committed(places, timeout=10))
    except KafkaException:
        return 0
    finally:
        consumer.close()


def read_all(settings: Settings, topic: str, partitions: int) -> list[tuple[bytes, bytes]]:
    """Keys and values of a whole topic, each partition in order."""
    consumer = Consumer({"bootstrap.servers": settings.kafka, "group.id": "reader", "enable.partition.eof": True})
    try:
        consumer.assign([TopicPartition(topic, number, 0) for number in range(partitions)])
        ended: set[int] = set()
        found = []
        while len(ended) < partitions:
            for message in consumer.consume(5_000, timeout=10):
                if message.error():
                    ended.add(message.partition())
                else:
                    found.append((message.key(), message.value()))
        return found
    finally:
        consumer.close()
