"""A command that the supervisor runs at its start and once on each day; it must do no harm when it runs again."""

import subprocess
from dataclasses import dataclass
from datetime import date

from deploy.processes import ProcessSpec, spawn
from deploy.servers.pids import STOP_GRACE_S
from schemas.settings import Settings

RETRY_S = 300.0
"""Pause after a run that failed: Kafka may be away."""
REGISTER_DUE = ProcessSpec("register-due", "deploy", "register-due")
"""Open cases go with the changes of the register whose day has come."""
_NO_METRICS = 0


@dataclass(slots=True)
class DailyRun:
    """One command and when it last ended well."""

    spec: ProcessSpec
    child: subprocess.Popen[bytes] | None = None
    begun_on: date | None = None
    done_on: date | None = None
    not_before: float = 0.0

    def glance(self, settings: Settings, now: float, today: date) -> None:
        """Start it if today's run is due, note it if it ended; `now` in seconds of a clock that never goes back."""
        if self.child is not None:
            self._note_exit(self.child, now)
        elif self.done_on != today and now >= self.not_before:
            self.child = spawn(self.spec, settings, _NO_METRICS)
            self.begun_on = today

    def _note_exit(self, child: subprocess.Popen[bytes], now: float) -> None:
        code = child.poll()
        if code is None:
            return
        self.child = None
        if code == 0:
            self.done_on = self.begun_on
        else:
            self.not_before = now + RETRY_S

    def stop(self) -> None:
        """End a run that is under way: the next start does it again."""
        if self.child is None:
            return
        self.child.terminate()
        try:
            self.child.wait(STOP_GRACE_S)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
