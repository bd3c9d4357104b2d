"""One server process of an instance: its folder, its ports, its start and its end."""

import subprocess
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from deploy.servers.account import Account
from deploy.servers.addresses import ServersUnavailable
from deploy.servers.pids import ProcessMark
from deploy.servers.ready import wait_until

LOGGING = """\
status = error
rootLogger.level = warn
rootLogger.appenderRef.file.ref = file
appender.file.type = RollingFile
appender.file.name = file
appender.file.fileName = {file}
appender.file.filePattern = {file}.%i
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %d{{ISO8601}} %-5p %c{{1}} %m%n
appender.file.policies.type = Policies
appender.file.policies.size.type = SizeBasedTriggeringPolicy
appender.file.policies.size.size = 10MB
appender.file.strategy.type = DefaultRolloverStrategy
appender.file.strategy.max = 3
"""
"""Both servers write warnings to one small file that rolls over."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """What the servers run on: a Java and their unpacked distributions."""

    java: Path
    kafka_jars: Path
    elasticsearch: Path


@dataclass(slots=True)
class EmbeddedServer(ABC):
    """A server that we run ourselves. Its data outlive it; its ports stay the same."""

    name: ClassVar[str]
    runtime: Callable[[], Runtime]
    """Asked for only when the server starts: stopping one needs no Java."""
    folder: Path
    ports: tuple[int, ...]
    heap_mb: int
    account: Account | None = None
    for_tests: bool = False

    @property
    def mark(self) -> ProcessMark | None:
        """The process last started, by us or by another; kept beside its data."""
        return ProcessMark.read(self._mark_file)

    @property
    def _mark_file(self) -> Path:
        return self.folder / "process.json"

    @property
    @abstractmethod
    def address(self) -> str:
        """Where clients find it."""

    @abstractmethod
    def configure(self) -> None:
        """Write the configuration for this start; the folder exists."""

    @abstractmethod
    def launch(self) -> ProcessMark:
        """Start the process."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether it serves requests."""

    @property
    def is_running(self) -> bool:
        """Whether its process lives."""
        mark = self.mark
        return mark is not None and mark.is_running

    def start(self) -> None:
        """Start it unless it runs, and return when it answers; what cannot start leaves nothing running."""
        if not self.is_running:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.configure()
            if self.account is not None:
                self.folder.parent.chmod(0o711)
                self.account.own(self.folder)
            self.launch().write(self._mark_file)
        try:
            wait_until(self.answers, lambda: self.is_running, self.name)
        except ServersUnavailable as error:
            self.kill()
            raise ServersUnavailable(f"{error}; see {self.folder / 'logs'}") from None

    def stop(self) -> None:
        """Stop it cleanly; SIGKILL after 30 s."""
        mark = self.mark
        if mark is not None:
            mark.stop()

    def kill(self) -> None:
        """SIGKILL."""
        mark = self.mark
        if mark is not None:
            mark.kill()

    def spawn(self, command: Sequence[str | Path], env: dict[str, str]) -> subprocess.Popen[bytes]:
        """A process of its own session under the account, its output in `logs/out.log`."""
        as_account: dict[str, Any] = {}
        if self.account is not None:
            as_account = {"user": self.account.uid, "group": self.account.gid, "extra_groups": []}
        logs = self.folder / "logs"
        with (logs / "out.log").open("wb") as output:
            return subprocess.Popen(
                command,
                env={"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(self.folder), "LANG": "C.UTF-8"} | env,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **as_account,
            )
