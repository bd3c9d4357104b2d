"""The compose file is one: it fits the schema of the compose specification."""

import json
from importlib.util import find_spec
from pathlib import Path

import yaml

COMPOSE = Path(__file__).parents[2] / "deploy" / "compose.yaml"


def test_the_file_fits_the_schema_of_compose() -> None:
    from jsonschema import Draft7Validator  # slow to import: only the process that runs this needs it

    package = find_spec("check_jsonschema")
    assert package is not None and package.submodule_search_locations
    (folder,) = package.submodule_search_locations
    schema = json.loads((Path(folder) / "builtin_schemas" / "vendor" / "compose-spec.json").read_text("utf-8"))
    composed = yaml.safe_load(COMPOSE.read_text("utf-8"))
    assert [error.message for error in Draft7Validator(schema).iter_errors(composed)] == []
