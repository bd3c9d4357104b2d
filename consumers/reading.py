"""Messages of our own workers, read a third as dear as by their contracts.

What a worker wrote has been checked by its contract. A consumer asks for names and types once more, but not for every
rule, and gets values that are read like the contract: same fields, same defaults, same properties. They are not made
for writing: `to_bytes` belongs to the contract.
"""

from collections.abc import Callable
from datetime import datetime
from functools import cache, reduce
from operator import or_
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin

import msgspec
from pydantic import AwareDatetime

from schemas.contract import Contract

C = TypeVar("C", bound=Contract)


class Unreadable(ValueError):
    """The bytes are no such message; says which, and nothing that they hold."""


MOMENT = Annotated[datetime, msgspec.Meta(tz=True)]


def reader(contract: type[C]) -> Callable[[bytes], C]:
    """What decodes messages of this contract; fields that it does not know are ignored. Raises `Unreadable`."""
    decode = msgspec.json.Decoder(_form(contract)).decode

    def read(value: bytes) -> C:
        try:
            return cast("C", decode(value))
        except (msgspec.DecodeError, UnicodeError):
            raise Unreadable(contract.__name__) from None

    return read


@cache
def _form(contract: type[Contract]) -> type[msgspec.Struct]:
    """A structure with the fields, defaults and properties of a contract."""
    fields = [
        (name, _type(field.annotation))
        if field.is_required()
        else (name, _type(field.annotation), _default(field.get_default(call_default_factory=True)))
        for name, field in contract.model_fields.items()
    ]
    properties = {name: value for name, value in vars(contract).items() if isinstance(value, property)}
    return msgspec.defstruct(
        contract.__name__, cast("Any", fields), namespace=properties, kw_only=True, frozen=True, gc=False
    )


def _type(declared: Any) -> Any:
    origin, arguments = get_origin(declared), get_args(declared)
    if declared is AwareDatetime:
        return MOMENT
    if isinstance(declared, type) and issubclass(declared, Contract):
        return _form(declared)
    if origin is Annotated:
        return _type(arguments[0])
    if origin is tuple:
        return tuple[tuple(one if one is ... else _type(one) for one in arguments)]  # type: ignore[misc]
    if origin in (Union, UnionType):
        return reduce(or_, (_type(one) for one in arguments))
    return declared


def _default(value: Any) -> Any:
    """A default that is itself a contract, in its form."""
    return msgspec.convert(value, _form(type(value)), from_attributes=True) if isinstance(value, Contract) else value
