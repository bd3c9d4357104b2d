"""Messages of our own workers, read a third as dear as by their contracts.

What a worker wrote has been checked by its contract. A consumer asks for names and types once more, but not for every
rule, and gets values that are read like the contract: same fields, same defaults, same properties. They are not made
for writing: `to_bytes` belongs to the contract.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar, cast

import msgspec

from schemas.contract import Contract
from schemas.declared import as_read

C = TypeVar("C", bound=Contract)


class Unreadable(ValueError):
    """The bytes are no such message; says which, and nothing that they hold."""


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
        (name, as_read(field.annotation, _form))
        if field.is_required()
        else (name, as_read(field.annotation, _form), _default(field.get_default(call_default_factory=True)))
        for name, field in contract.model_fields.items()
    ]
    properties = {name: value for name, value in vars(contract).items() if isinstance(value, property)}
    return msgspec.defstruct(
        contract.__name__, cast("Any", fields), namespace=properties, kw_only=True, frozen=True, gc=False
    )


def _default(value: Any) -> Any:
    """A default that is itself a contract, in its form."""
    return msgspec.convert(value, _form(type(value)), from_attributes=True) if isinstance(value, Contract) else value
