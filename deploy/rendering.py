"""How results are written for programs."""

import orjson


def as_json(value: object) -> str:
    """Indented JSON of plain values and dataclasses."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
