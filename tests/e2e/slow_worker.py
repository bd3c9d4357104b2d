"""A worker of a real stage that takes its time over each message while a file exists: queues stay full meanwhile."""

import os
import sys
import time
from pathlib import Path

from processors.__main__ import run
from processors.app import create_app
from processors.benches import benches_of
from processors.effects import Effects
from processors.step import Bench, Step
from processors.tables import Table
from schemas.logs import configure_logs
from schemas.settings import Settings

SLOW_S = 0.08
SLOW_WHILE = "TEST_SLOW_WHILE"
"""Environment variable with the path of the file."""


class SlowStep:
    """Another step, later."""

    def __init__(self, step: Step, slow_while: Path) -> None:
        self.source = step.source
        self._step = step
        self._slow_while = slow_while

    def handle(self, value: bytes, origin: str, table: Table, effects: Effects) -> int:
        """See `processors.step.Step`."""
        if self._slow_while.exists():
            time.sleep(SLOW_S)
        return self._step.handle(value, origin, table, effects)

    def finish(self, table: Table) -> None:
        """See `processors.step.Step`."""
        self._step.finish(table)


if __name__ == "__main__":
    settings = Settings.from_env()
    configure_logs(settings.log_level)
    slow_while = Path(os.environ[SLOW_WHILE])
    benches = [
        Bench(bench.table, bench.rederive, tuple(SlowStep(step, slow_while) for step in bench.steps))
        for bench in benches_of(settings, sys.argv[1])
    ]
    app = create_app(settings, sys.argv.pop(1), benches)
    run(app)
