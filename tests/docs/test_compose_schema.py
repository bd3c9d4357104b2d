"""The compose file is one: it fits the schema of the compose specification, and who keeps state has where to."""

import json
from importlib.util import find_spec
from pathlib import Path

import yaml

KEEP_STATE = {("processors", "linking"), ("processors", "cases"), ("consumers", "alerts")}
COMPOSE = Path(__file__).parents[2] / "deploy" / "compose.yaml"


def test_the_file_fits_the_schema_of_compose() -> None:
    from jsonschema import Draft7Validator  # slow to import: only the process that runs this needs it

    package = find_spec("check_jsonschema")
    assert package is not None and package.submodule_search_locations
    (folder,) = package.submodule_search_locations
    schema = json.loads((Path(folder) / "builtin_schemas" / "vendor" / "compose-spec.json").read_text("utf-8"))
    composed = yaml.safe_load(COMPOSE.read_text("utf-8"))
    assert [error.message for error in Draft7Validator(schema).iter_errors(composed)] == []


def test_what_keeps_state_on_disk_has_a_volume_of_its_own_for_it() -> None:
    services = yaml.safe_load(COMPOSE.read_text("utf-8"))["services"]
    keeping = {name: one for name, one in services.items() if tuple(one.get("command", ())) in KEEP_STATE}
    assert {tuple(one["command"]) for one in keeping.values()} == KEEP_STATE
    for name, one in keeping.items():
        assert one["environment"]["PETITIONS_STATE_DIR"] == "/state"
        assert one["volumes"] == [f"{name}:/state"]
