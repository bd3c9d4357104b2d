"""A log line names codes, counts and fields, never a value of a record."""

import json
import logging
import sys

import pytest

from schemas.logs import FIELDS, JsonFormatter, configure_logs

SECRET = "石一山 13900001234"


def line(logger: str, message: str, *arguments: object, **extra: object) -> dict[str, object]:
    """What is written for a record, with the exception that is being handled, if any."""
    made = logging.getLogger(logger).makeRecord(
        logger, logging.INFO, "file.py", 1, message, arguments, sys.exc_info(), extra=dict(extra)
    )
    written: dict[str, object] = json.loads(JsonFormatter().format(made))
    return written


def test_a_line_holds_the_listed_fields_and_no_others() -> None:
    written = line("processors.worker", "done", topic="intake", count=3, petitioner=SECRET)
    assert (written["topic"], written["count"], written["message"]) == ("intake", 3, "done")
    assert "petitioner" not in written


def test_of_an_exception_only_its_class_and_places_are_told() -> None:
    try:
        raise ValueError(SECRET)
    except ValueError:
        written = line("processors.worker", "failed")
    assert written["error"] == "ValueError"
    assert written["places"]
    assert SECRET not in json.dumps(written, ensure_ascii=False)


def test_of_a_library_only_the_form_of_its_message_is_told() -> None:
    assert line("kafka.conn", "got %s", SECRET)["message"] == "got %s"
    assert line("producers.intake", "took %d rows", 3)["message"] == "took 3 rows"


def test_no_field_could_hold_who_petitions() -> None:
    assert not FIELDS & {
        "petitioner",
        "petitioner_ref",
        "name",
        "phone",
        "title",
        "body",
        "place_text",
        "value",
        "raw",
    }


def test_libraries_speak_from_warning_on(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    try:
        configure_logs("debug")
        logging.getLogger("kafka").info("chatter")
        logging.getLogger("consumers.loop").debug("ours")
        said = [json.loads(text)["message"] for text in capsys.readouterr().err.splitlines()]
    finally:
        root.handlers[:], root.level = before[0], before[1]
        for name in ("schemas", "producers", "processors", "consumers", "deploy"):
            logging.getLogger(name).setLevel(logging.NOTSET)
    assert said == ["ours"]
