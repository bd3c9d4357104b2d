"""`petitions register` on a small folder, and on the one of an instance with what it has adopted."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import typer
from confluent_kafka import KafkaError, KafkaException
from typer.testing import CliRunner

from deploy import register_at_hand
from deploy.commands.register import register
from processors.register_files import COMPETENCES
from schemas.register_events import BegunDivision, Ended, RegisterChange
from schemas.terms import Level
from tests.fakes_territory import write_small_register


@pytest.fixture
def app() -> typer.Typer:
    built = typer.Typer()
    register(built)
    built.callback()(lambda: None)
    return built


def _run(app: typer.Typer, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["register", *arguments])
    return result.exit_code, result.output


def test_a_sound_register_passes_the_check(app: typer.Typer, tmp_path: Path) -> None:
    write_small_register(tmp_path)
    code, output = _run(app, "check", str(tmp_path))
    assert code == 0
    assert "0 problems" in output


def test_a_faulty_register_fails_the_check_by_name(app: typer.Typer, tmp_path: Path) -> None:
    write_small_register(tmp_path)
    (tmp_path / COMPETENCES).write_text('[competences.water]\ncounty = "rivers"\n', encoding="utf-8")
    code, output = _run(app, "check", str(tmp_path))
    assert code == 1
    assert "no department rivers" in output


def test_a_folder_that_is_no_register_is_wrong_use(app: typer.Typer, tmp_path: Path) -> None:
    assert _run(app, "check", str(tmp_path))[0] == 2


@pytest.mark.parametrize(
    ("what", "field", "value"),
    [
        ("990102", "name", "云岭省澄州市临澄区"),
        ("990102-water", "superior", "990102-government"),
        ("桑田县枣林镇", "code", "990222101"),
    ],
)
def test_show_answers_codes_units_and_words(
    app: typer.Typer, tmp_path: Path, what: str, field: str, value: str
) -> None:
    write_small_register(tmp_path)
    code, output = _run(app, "show", what, "--on", "2024-06-01", "--register", str(tmp_path), "--json")
    assert code == 0
    assert json.loads(output)[field] == value


@pytest.mark.parametrize(("arguments", "expected"), [(("000000",), 1), (("990102", "--on", "yesterday"), 2)])
def test_show_says_what_is_not_found_and_what_is_no_day(
    app: typer.Typer, tmp_path: Path, arguments: tuple[str, ...], expected: int
) -> None:
    write_small_register(tmp_path)
    assert _run(app, "show", *arguments, "--register", str(tmp_path))[0] == expected


TOWN = RegisterChange(
    change_id="2026-7",
    effective_on=date(2026, 7, 1),
    by="省民政厅",
    basis="批复",
    adopted_at=datetime(2026, 5, 1, tzinfo=UTC),
    ended_divisions=(Ended(code="990222101", successors=("990222009",)),),
    begun_divisions=(BegunDivision(code="990222009", name="枣林街道", level=Level.TOWNSHIP, parent="990222"),),
)
Reached = Callable[..., None]


@pytest.fixture
def reached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reached:
    """An instance that has a register of its own, and that answers or not."""

    def made(*changes: RegisterChange, answers: bool = True, refuses: bool = False) -> None:
        def adopted(_settings: object) -> tuple[RegisterChange, ...]:
            if refuses:
                raise KafkaException(KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED))
            return changes

        monkeypatch.setattr(register_at_hand, "kafka_answers", lambda _settings: answers)
        monkeypatch.setattr(register_at_hand, "adopted", adopted)
        monkeypatch.setenv("PETITIONS_KAFKA", "127.0.0.1:9092")
        monkeypatch.setenv("PETITIONS_ELASTICSEARCH", "http://127.0.0.1:9200")

    write_small_register(tmp_path)
    monkeypatch.setenv("PETITIONS_HOME", str(tmp_path))
    monkeypatch.setenv("PETITIONS_REGISTER_DIR", str(tmp_path))
    return made


def test_show_and_tree_tell_what_the_instance_works_with(app: typer.Typer, reached: Reached) -> None:
    reached(TOWN)
    code, output = _run(app, "show", "990222009", "--on", "2026-07-01", "--json")
    told = json.loads(output)
    assert (code, told["name"], told["is_valid"]) == (0, "云岭省砚山市桑田县枣林街道", True)
    assert told["register"].endswith("+2026-7")
    assert told["shown_from"] == "the instance: its files and the changes that it has adopted"
    before, after = (_run(app, "tree", "990222", "--on", day)[1] for day in ("2026-06-30", "2026-07-01"))
    assert ("枣林镇" in before, "枣林街道" in before) == (True, False)
    assert ("枣林镇" in after, "枣林街道" in after) == (False, True)


@pytest.mark.parametrize(
    ("options", "told"), [({"answers": False}, "Kafka does not answer"), ({"refuses": True}, "does not tell them")]
)
def test_where_the_instance_cannot_be_asked_it_is_said_that_the_files_alone_are_shown(
    app: typer.Typer, reached: Reached, options: dict[str, bool], told: str
) -> None:
    reached(TOWN, **options)
    for arguments in (("show", "990222101", "--on", "2026-07-01"), ("tree", "990222"), ("show", "990222009")):
        output = _run(app, *arguments)[1]
        assert "the files alone, without what an instance has adopted: " in output
        assert told in output
    assert _run(app, "show", "990222009")[0] == 1


def test_an_instance_that_never_was_up_shows_its_files(app: typer.Typer, reached: Reached) -> None:
    code, output = _run(app, "show", "990222101", "--on", "2026-07-01", "--json")
    assert (code, json.loads(output)["is_valid"]) == (0, True)
    assert "has no servers yet" in json.loads(output)["shown_from"]


def test_a_change_is_held_against_what_the_instance_has_adopted(
    app: typer.Typer, reached: Reached, tmp_path: Path
) -> None:
    change = tmp_path / "change.json"
    change.write_bytes(TOWN.with_changes(change_id="2026-8").to_bytes())
    reached()
    assert _run(app, "diff", str(change))[0] == 0
    reached(TOWN)
    code, output = _run(app, "diff", str(change))
    assert code == 1 and "refused as a whole" in output and "against the instance: " in output
