"""The common form of every message: frozen, tolerant of newer fields, silent about values in errors."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any, Self, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, ValidationError


class Contract(BaseModel):
    """A message or a part of one. Unknown fields are ignored, so that older readers survive newer writers."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, ser_json_timedelta="iso8601")

    def to_bytes(self) -> bytes:
        """The message as UTF-8 JSON, without fields that hold their default."""
        return self.__pydantic_serializer__.to_json(self, exclude_defaults=True)

    def __eq__(self, other: object) -> bool:
        """Same type, same values. Simpler than pydantic's own, because it is asked for every default on writing."""
        return type(self) is type(other) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        """Of all values; a message with a list or a dictionary in it has none."""
        return hash((type(self), *self.__dict__.values()))

    def with_changes(self, **changes: Any) -> Self:
        """The same message with other values in some fields; they are trusted, not checked. Fast: for hot paths."""
        return _made(type(self), self.__dict__ | changes)

    @classmethod
    def trusted(cls, **values: Any) -> Self:
        """A message of values that are trusted, not checked; the others at their default. Fast: for hot paths."""
        return _made(cls, _defaults_of(cls) | values)

    @classmethod
    def grown_from(cls, base: "Contract", **more: Any) -> Self:
        """A wider message with all that `base` holds; the values are trusted, not checked. Fast: for hot paths."""
        return _made(cls, _defaults_of(cls) | base.__dict__ | more)

    @classmethod
    def from_bytes(cls, value: bytes | str) -> Self:
        """Decode a message; raises `pydantic.ValidationError`, whose text never repeats the value."""
        return cls.model_validate_json(value)


C = TypeVar("C", bound=Contract)


@cache
def _defaults_of(contract: type[Contract]) -> dict[str, Any]:
    return {name: field.default for name, field in contract.model_fields.items() if not field.is_required()}


@cache
def _names_of(contract: type[Contract]) -> set[str]:
    """All fields: one set for all messages of a kind, because frozen ones never change it."""
    return set(contract.model_fields)


_new = object.__new__
# A model's own slots, set without looking them up for each message: that takes as long as all the rest.
_set_values, _set_names, _set_extra, _set_private = (
    BaseModel.__dict__[slot].__set__
    for slot in ("__dict__", "__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__")
)


def _made(contract: type[C], values: dict[str, Any]) -> C:
    made = _new(contract)
    _set_values(made, values)
    _set_names(made, _names_of(contract))
    _set_extra(made, None)
    _set_private(made, None)
    return made


def _of_one_zone(at: datetime) -> datetime:
    """The same moment. Pydantic gives each a zone of its own, and moments of two zones are compared at length."""
    return at if at.utcoffset() else at.replace(tzinfo=UTC)


Instant = Annotated[AwareDatetime, AfterValidator(_of_one_zone)]
"""An aware moment in UTC."""


def faulty_field(error: ValidationError) -> str:
    """The dotted name of the first field that did not validate, without its value."""
    first: dict[str, Any] = dict(error.errors(include_input=False, include_url=False, include_context=False)[0])
    location: Iterable[Any] = first["loc"]
    return ".".join(str(part) for part in location)
