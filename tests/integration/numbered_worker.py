"""A worker that counts numbered events through the real loop, state and corrections; see test_rebalance.py."""

import time

import orjson

from processors.__main__ import run
from processors.app import create_app
from processors.effects import Effects
from processors.step import Bench
from processors.tables import Table, nothing_derived
from schemas.logs import configure_logs
from schemas.settings import Settings
from schemas.topics import Topic

SLOW_S = 0.004


class NumberedStep:
    """Counts how often each number came; the count's changelog is the record of what was processed."""

    source = Topic.INTAKE

    def handle(self, value: bytes, origin: str, table: Table, effects: Effects) -> int:
        """See `processors.stages.Step`."""
        time.sleep(SLOW_S)  # keeps the queues full while partitions move
        numbers = orjson.loads(value)["ids"]
        for number in numbers:
            key = str(number).encode()
            table.put(key, str(int(table.get(key) or 0) + 1).encode())
        return len(numbers)

    def finish(self, table: Table) -> None:
        """See `processors.step.Step`."""


if __name__ == "__main__":
    settings = Settings.from_env()
    configure_logs(settings.log_level)
    app = create_app(settings, "linking", [Bench(Topic.RECORDS, nothing_derived, (NumberedStep(),))])
    run(app)
