"""The command line says what went wrong in one line, and never repeats a value."""

import re
import subprocess
import sys
from pathlib import Path

import elastic_transport
import pytest
from confluent_kafka import KafkaError, KafkaException
from kafka.errors import KafkaTimeoutError
from pydantic import ValidationError
from typer.testing import CliRunner

from consumers.rights.users import User
from consumers.search.reader import IndexUnavailable, SearchRefused
from deploy.cli import COMMAND_MODULES, build_app, exit_code, explain
from deploy.servers.addresses import ServersUnavailable
from schemas.settings import Settings
from schemas.terms import Role

HEAVY = ("kafka", "elasticsearch", "faust", "fastapi", "numpy", "confluent_kafka", "rocksdict")


def raised(values: dict[str, str]) -> ValidationError:
    """The error of settings that are not valid."""
    with pytest.raises(ValidationError) as caught:
        Settings.from_env(values)
    return caught.value


def test_our_own_errors_speak_for_themselves() -> None:
    error = ServersUnavailable("run `petitions up`")
    assert (explain(error), exit_code(error)) == ("run `petitions up`", 1)


def test_a_foreign_error_shows_its_class_and_place_only() -> None:
    with pytest.raises(KeyError) as caught:
        raise KeyError("王小明")
    assert re.fullmatch(r"KeyError at \S+", explain(caught.value))


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (elastic_transport.ConnectionError("http://127.0.0.1:9200"), "Elasticsearch does not answer"),
        (elastic_transport.ConnectionTimeout("http://127.0.0.1:9200"), "Elasticsearch does not answer"),
        (IndexUnavailable("petitions-cases"), "the index is not there or does not answer"),
        (SearchRefused("BadRequestError"), "the index will not be asked this"),
        (KafkaTimeoutError("127.0.0.1:9092"), "Kafka does not answer"),
        (KafkaException(KafkaError(KafkaError._ALL_BROKERS_DOWN)), "Kafka does not answer"),
        (KafkaException(KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED)), "KafkaException at start"),
        (
            ModuleNotFoundError("No module named 'orjson'", name="orjson"),
            "the package orjson is missing: `make setup`",
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_server_that_is_away_and_a_package_that_is_missing_are_told_with_what_to_do(
    error: Exception, told: str
) -> None:
    assert explain(error).startswith(told)
    assert "127.0.0.1" not in explain(error)


def test_a_setting_that_is_not_valid_is_wrong_use_and_named() -> None:
    error = raised({"PETITIONS_PARTITIONS": "many"})
    assert explain(error) == "setting or contract not valid: partitions"
    assert exit_code(error) == 2


def test_a_file_that_cannot_be_read_or_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        (tmp_path / "nowhere" / "report.pdf").write_bytes(b"")
    assert explain(caught.value) == f"{tmp_path}/nowhere/report.pdf: No such file or directory"
    assert exit_code(caught.value) == 1


def test_what_is_not_valid_as_a_whole_is_told_by_what_it_should_be() -> None:
    with pytest.raises(ValidationError) as caught:
        User(name="bob", role=Role.HANDLER)
    assert explain(caught.value) == "not a valid User"


def test_an_unknown_setting_is_wrong_use_and_named() -> None:
    with pytest.raises(ValueError, match="PETITIONS_KAFFKA") as caught:
        Settings.from_env({"PETITIONS_KAFFKA": "x"})
    assert "PETITIONS_KAFFKA" in explain(caught.value)
    assert exit_code(caught.value) == 2


def test_every_verb_has_help() -> None:
    shown = CliRunner().invoke(build_app(), ["--help"])
    assert shown.exit_code == 0
    assert "instance" in COMMAND_MODULES
    for verb in ("up", "down", "status"):
        assert CliRunner().invoke(build_app(), [verb, "--help"]).exit_code == 0


def test_unknown_verbs_are_wrong_use() -> None:
    assert CliRunner().invoke(build_app(), ["resolve-everything"]).exit_code == 2


def test_the_command_line_starts_without_heavy_imports() -> None:
    script = (
        f"import sys; from deploy.cli import build_app; build_app(); print([m for m in {HEAVY} if m in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "[]"
