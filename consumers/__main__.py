"""Start one consumer: `python -m consumers search` or `python -m consumers alerts`."""

import logging
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from types import FrameType

from schemas.logs import configure_logs
from schemas.settings import Settings

log = logging.getLogger("consumers")

CRASHED = 70
"""Exit code that asks the supervisor for a new start."""


def main(arguments: list[str]) -> int:
    """Run the named consumer until SIGTERM; 0 is a clean stop, 2 a wrong name, 70 a crash."""
    if len(arguments) != 1 or arguments[0] not in CONSUMERS:
        sys.stderr.write(f"usage: python -m consumers {{{'|'.join(CONSUMERS)}}}\n")
        return 2
    settings = Settings.from_env()
    configure_logs(settings.log_level)
    stop = Event()

    def ask_to_stop(signum: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    log.info("started", extra={"worker": arguments[0]})
    try:
        CONSUMERS[arguments[0]](settings, stop)
    except Exception:
        log.exception("stopped by an error", extra={"worker": arguments[0]})
        return CRASHED
    log.info("stopped", extra={"worker": arguments[0]})
    return 0


def _search(settings: Settings, stop: Event) -> None:
    from consumers.search.indexer import run

    run(settings, stop)


def _alerts(settings: Settings, stop: Event) -> None:
    from consumers.alerts.feed import run
    from consumers.dead_letters import replaying

    with beside(replaying.run, settings, stop):
        run(settings, stop)


@contextmanager
def beside(work: Callable[[Settings, Event], None], settings: Settings, stop: Event) -> Iterator[None]:
    """Work in a thread of its own for as long as the block lasts; its error ends the block and the process."""
    errors: list[Exception] = []

    def body() -> None:
        try:
            work(settings, stop)
        except Exception as error:
            errors.append(error)
            stop.set()

    thread = Thread(target=body, name=work.__module__)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
    if errors:
        raise errors[0]


CONSUMERS: dict[str, Callable[[Settings, Event], None]] = {"search": _search, "alerts": _alerts}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
