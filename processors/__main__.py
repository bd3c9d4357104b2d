"""`python -m processors linking|cases`: one worker of one stage, until SIGTERM."""

import logging
import sys
from typing import NoReturn

from faust import App
from faust.worker import Worker as FaustWorker
from prometheus_client import start_http_server

from processors.app import create_app, group_of, held_places
from processors.benches import benches_of
from processors.counting import REGISTRY, recovered_records
from processors.leaving import leave_at_once
from processors.register_log import RegisterWatch
from processors.watchdog import Watchdog
from schemas.garbage import collect_rarely
from schemas.logs import configure_logs
from schemas.settings import Settings
from schemas.topics import WORKER_SOURCES

log = logging.getLogger(__name__)

WATCHDOG_PATIENCE_S = 120.0


def main(arguments: list[str]) -> int:
    """Run a worker; 2 for wrong use. Whatever ends it unexpectedly is exit 70."""
    if len(arguments) != 1 or arguments[0] not in WORKER_SOURCES:
        sys.stderr.write("usage: python -m processors " + "|".join(WORKER_SOURCES) + "\n")
        return 2
    process = arguments[0]
    settings = Settings.from_env()
    configure_logs(settings.log_level)
    watch = RegisterWatch(settings)
    app = create_app(settings, process, benches_of(settings, process))
    collect_rarely()
    if settings.metrics_port:
        start_http_server(settings.metrics_port, settings.metrics_host, REGISTRY)
    Watchdog(
        settings,
        group_of(settings, process),
        [topic.under(settings.prefix) for topic in WORKER_SOURCES[process]],
        patience_s=WATCHDOG_PATIENCE_S,
        work=recovered_records,
        held=lambda: held_places(app),
    ).start()
    watch.start()
    return run(app)


def run(app: App) -> NoReturn:
    """Work until SIGTERM; then the process ends at once, as its state could stand at any time.

    What Python and the libraries take down at an orderly end, RocksDB's own threads may still use: that was seen to
    end in a crash.
    """
    try:
        faust_worker(app).execute_from_commandline()
    except SystemExit as left:
        if left.code:
            log.critical("did not stop in order", exc_info=left.__context__)
        leave_at_once(int(left.code or 0))


def faust_worker(app: App) -> FaustWorker:
    """What runs the application; it writes no marks for terminals between the lines of the log."""
    worker = FaustWorker(app, loglevel="WARNING", override_logging=False, redirect_stdouts=False, quiet=True)
    worker.spinner = None
    return worker


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
