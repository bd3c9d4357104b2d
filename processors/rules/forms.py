"""Petitions on the way between our own stages, in structures that cost a third of what their contracts do.

A form has the fields, defaults and bounds of a contract and is read like it, but has none of its methods. It is
written in the same bytes. What a form refuses its contract may still read: that one says what is bad.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache, reduce
from operator import attrgetter, or_
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin

import msgspec
from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic import AwareDatetime, BaseModel
from pydantic.fields import FieldInfo

from schemas.contract import Contract
from schemas.petition import IntakeRecord

C = TypeVar("C", bound=Contract)

_MOMENT = Annotated[datetime, msgspec.Meta(tz=True)]

UNREADABLE = (msgspec.DecodeError, UnicodeError, ValueError)
"""What a reader raises: an error of the bytes, or of the contract of something inside."""


def reader(batch: type[C]) -> Callable[[bytes], C]:
    """What decodes batches of this contract with forms of its petitions; raises one of `UNREADABLE`."""
    return cast("Callable[[bytes], C]", msgspec.json.Decoder(form_of(batch), dec_hook=_by_contract).decode)


def written(petitions: Sequence[IntakeRecord]) -> bytes:
    """A batch of petitions as its contract would write it."""
    return _write({"petitions": petitions})


def grown(contract: type[C], base: Contract, **more: Any) -> C:
    """A wider message with all that `base` holds, in a form where that is one; see `Contract.grown_from`."""
    if isinstance(base, Contract):
        return contract.grown_from(base, **more)
    form, (names, values) = form_of(contract), _values_of(type(base))
    for name, default in _made_of_contracts(contract):
        if more.get(name) == default:
            more[name] = default
    return cast("C", form(**dict(zip(names, values(base), strict=True)), **more))


@cache
def form_of(contract: type[Contract]) -> type[msgspec.Struct]:
    """The form of a contract: fields with a default first, as a message that has grown is written."""
    fields = contract.model_fields.items()
    return msgspec.defstruct(
        contract.__name__,
        cast(
            "Any",
            [(name, _type(field), field.default) for name, field in fields if not field.is_required()]
            + [(name, _type(field)) for name, field in fields if field.is_required()],
        ),
        kw_only=True,
        frozen=True,
        omit_defaults=True,
        gc=False,
    )


@cache
def _values_of(form: type[msgspec.Struct]) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    return form.__struct_fields__, attrgetter(*form.__struct_fields__)


@cache
def _made_of_contracts(contract: type[Contract]) -> list[tuple[str, Contract]]:
    """Fields whose default is a contract: a form leaves out only what is the default itself."""
    fields = contract.model_fields.items()
    return [(name, field.default) for name, field in fields if isinstance(field.default, Contract)]


def _type(field: FieldInfo) -> Any:
    bounds = {_BOUNDS[type(bound)]: getattr(bound, _BOUNDS[type(bound)]) for bound in field.metadata}
    return Annotated[_plain(field.annotation), msgspec.Meta(**bounds)] if bounds else _plain(field.annotation)


_BOUNDS = {Ge: "ge", Le: "le", MinLen: "min_length", MaxLen: "max_length"}


def _plain(declared: Any) -> Any:
    """The type of a field; records and petitions have a form, all other contracts stay what they are."""
    origin, arguments = get_origin(declared), get_args(declared)
    if declared is AwareDatetime:
        return _MOMENT
    if isinstance(declared, type) and issubclass(declared, IntakeRecord):
        return form_of(declared)
    if origin is tuple:
        return tuple[tuple(one if one is ... else _plain(one) for one in arguments)]  # type: ignore[misc]
    if origin in (Union, UnionType):
        return reduce(or_, (_plain(one) for one in arguments))
    return declared


def _by_contract(contract: type[Any], value: Any) -> Any:
    return contract.model_validate(value) if issubclass(contract, BaseModel) else value


def _content(value: Any) -> dict[str, Any]:
    """What is written of a contract: all but fields that hold their default."""
    if not isinstance(value, Contract):
        raise TypeError(type(value).__name__)
    fields = type(value).model_fields
    return {
        name: content
        for name, content in value.__dict__.items()
        if fields[name].is_required() or content != fields[name].default
    }


_write = msgspec.json.Encoder(enc_hook=_content).encode
