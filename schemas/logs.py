"""JSON log lines on standard error. A line names codes, counts and fields, never a value of a record."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

FIELDS = frozenset(
    {
        "worker",
        "stage",
        "topic",
        "partition",
        "offset",
        "count",
        "source",
        "row",
        "field",
        "reason",
        "table",
        "seconds",
        "attempt",
        "address",
        "case_id",
        "letter",
        "search",
        "error",
    }
)
"""All that a line may carry beside its message; `error` is the class name of an exception."""


class JsonFormatter(logging.Formatter):
    """One JSON object a line. Text of exceptions is left out: it can repeat a record."""

    def format(self, record: logging.LogRecord) -> str:
        """Render the listed fields, and of an exception its class and the places it passed through."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage() if record.name.split(".")[0] in _OURS else record.msg,
        }
        line |= {name: value for name, value in record.__dict__.items() if name in FIELDS}
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["places"] = _places(record)
        return json.dumps(line, ensure_ascii=False, default=str)


def _places(record: logging.LogRecord) -> list[str]:
    trace = record.exc_info[2] if record.exc_info else None
    places = []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}")
        trace = trace.tb_next
    return places[-8:]


_OURS = {"schemas", "producers", "processors", "consumers", "deploy"}


def configure_logs(level: str) -> None:
    """Send all logs to standard error as JSON; libraries speak from warning on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in _OURS:
        logging.getLogger(name).setLevel(level.upper())
