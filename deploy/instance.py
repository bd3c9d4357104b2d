"""An instance as a whole: servers, topics, index and processes, up and down."""

import contextlib
from collections.abc import Iterator

from deploy.processes import start_processes, stop_processes
from deploy.readiness import NotReady, wait_for_processes
from deploy.servers.artifacts import file_lock
from deploy.servers.provision import find, provide
from deploy.topics import create_topics
from deploy.word_list import write_words
from producers.instance_keys import keyring_of
from schemas.settings import Settings


def bring_up(settings: Settings, *, workers: int = 1) -> Settings:
    """Start what does not run yet and return when all of it is ready; no processes for 0 workers.

    Returns the settings with the addresses of the servers.
    """
    settings.folder.mkdir(parents=True, exist_ok=True)
    with file_lock(settings.folder / "up.lock"):
        placed = provide(settings).addresses.applied_to(settings)
        create_topics(placed)
        write_words(placed)
        if workers:
            keyring_of(placed)  # gateway and console would refuse another key file, and say so in their logs only
            _start(placed, workers)
        return placed


def _start(settings: Settings, workers: int) -> None:
    """Processes that were started in vain are stopped: they would go on with settings that have to be others."""
    is_ours = start_processes(settings, workers)
    try:
        wait_for_processes(settings)
    except NotReady:
        if is_ours:
            stop_processes(settings)
        raise


def bring_down(settings: Settings) -> None:
    """Stop the processes, then the servers that are ours."""
    if not settings.folder.exists():
        return
    with file_lock(settings.folder / "up.lock"):
        stop_processes(settings)
        servers = find(settings)
        if servers is not None:
            servers.stop()


@contextlib.contextmanager
def running_instance(settings: Settings, *, workers: int = 1) -> Iterator[Settings]:
    """An instance for as long as the block lasts."""
    try:
        yield bring_up(settings, workers=workers)
    finally:
        bring_down(settings)
