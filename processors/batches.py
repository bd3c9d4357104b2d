"""Batches as they come out of a topic: where one thing in a batch is bad, only that one is buried."""

from collections.abc import Iterator
from functools import cache
from typing import Any, TypeVar, get_args

import orjson
from pydantic import ValidationError

from processors.effects import Effects
from processors.rules.forms import UNREADABLE, reader
from schemas.contract import Contract, faulty_field
from schemas.terms import RejectReason, Stage

B = TypeVar("B", bound=Contract)


def read(value: bytes, batch: type[B], stage: Stage, origin: str, effects: Effects) -> B:
    """The batch with all that can be read; what cannot goes to the dead letters, at worst the whole message."""
    try:
        return batch.from_bytes(value)
    except ValidationError:
        pass
    try:
        content = orjson.loads(value)
    except orjson.JSONDecodeError:
        content = None
    if not isinstance(content, dict) or content.keys().isdisjoint(batch.model_fields):
        effects.bury(stage, RejectReason.UNDECODABLE, "", value, origin)
        content = {}
    lists = {
        name: tuple(_good(content.get(name, []), get_args(field.annotation)[0], stage, f"{origin}:{name}", effects))
        for name, field in batch.model_fields.items()
    }
    return batch.trusted(**lists)


def read_petitions(value: bytes, batch: type[B], stage: Stage, origin: str, effects: Effects) -> B:
    """The same with forms of the records and petitions in a batch, unless something in it is bad."""
    try:
        found: B = _reader(batch)(value)
    except UNREADABLE:
        found = read(value, batch, stage, origin, effects)
    return found


_reader = cache(reader)


def _good(rows: object, single: type[Contract], stage: Stage, origin: str, effects: Effects) -> Iterator[Contract]:
    for index, row in enumerate(rows if isinstance(rows, list) else [rows]):
        raw = orjson.dumps(row)
        try:
            yield single.from_bytes(raw)
        except ValidationError as error:
            effects.bury(stage, RejectReason.INVALID, faulty_field(error), raw, f"{origin}:{index}", _source(row))


def _source(row: Any) -> str:
    """The county that a row names, as far as it looks like one."""
    source = row.get("source", "") if isinstance(row, dict) else ""
    return source if isinstance(source, str) and source.isdigit() and len(source) <= 12 else ""
