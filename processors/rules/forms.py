"""Petitions on the way between our own stages, in structures that cost a third of what their contracts do.

A form has the fields, defaults and bounds of a contract and is read like it, but has none of its methods. It is
written in the same bytes. What a form refuses its contract may still read: that one says what is bad.
"""

from collections.abc import Callable, Sequence
from functools import cache
from operator import attrgetter
from typing import Annotated, Any, TypeVar, cast

import msgspec
from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic import AwareDatetime, BaseModel
from pydantic.fields import FieldInfo

from schemas.contract import Contract
from schemas.declared import as_read
from schemas.petition import IntakeRecord

C = TypeVar("C", bound=Contract)

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
    return cast("C", _growing(contract, type(base))(base, more))


@cache
def form_of(contract: type[Contract]) -> type[msgspec.Struct]:
    """The form of a contract that is read."""
    optional, required = _fields(contract)
    fields = [(name, _type(field), field.default) for name, field in optional]
    fields += [(name, _type(field)) for name, field in required]  # type: ignore[misc]
    return msgspec.defstruct(contract.__name__, fields, kw_only=True, frozen=True, omit_defaults=True, gc=False)


@cache
def _growing(contract: type[Contract], base: type[Contract]) -> Callable[[Contract, dict[str, Any]], msgspec.Struct]:
    """What makes a form that is only written, of a narrower form and the values of all fields that that one lacks."""
    had = cast("type[msgspec.Struct]", base).__struct_fields__
    optional, required = _fields(contract)
    told, owed = (attrgetter(*[n for n, _ in fields if n in had]) for fields in (optional, required))
    wider = [(name, field.default) for name, field in optional if name not in had]
    needed = [name for name, _ in required if name not in had]
    form = msgspec.defstruct(
        contract.__name__,
        # None is never the value of what is required, so that it is always written.
        [(name, Any, field.default) for name, field in optional] + [(name, Any, None) for name, _ in required],
        frozen=True,
        omit_defaults=True,
        gc=False,
    )

    def grow(narrow: Contract, more: dict[str, Any]) -> msgspec.Struct:
        # Left out is only what is the default itself: for the small values of Python equal is the same.
        added = [default if _is_same(value := more.get(name, default), default) else value for name, default in wider]
        return form(*told(narrow), *added, *owed(narrow), *[more[name] for name in needed])

    return grow


def _is_same(value: Any, default: Any) -> bool:
    """Whether they are equal; what contracts hold is compared without what pydantic has to say about it."""
    return bool(value.__dict__ == default.__dict__ if isinstance(default, Contract) else value == default)


def _fields(contract: type[Contract]) -> tuple[list[tuple[str, FieldInfo]], list[tuple[str, FieldInfo]]]:
    """Those with a default, then the others, as the fields of a message that has grown are written."""
    fields = contract.model_fields.items()
    return [f for f in fields if not f[1].is_required()], [f for f in fields if f[1].is_required()]


def _type(field: FieldInfo) -> Any:
    read = as_read(field.annotation, _read_as)
    if field.annotation is AwareDatetime:  # what its contract has more to say is that moments share one zone
        return read
    bounds = {_BOUNDS[type(bound)]: getattr(bound, _BOUNDS[type(bound)]) for bound in field.metadata}
    return Annotated[read, msgspec.Meta(**bounds)] if bounds else read


_BOUNDS = {Ge: "ge", Le: "le", MinLen: "min_length", MaxLen: "max_length"}


def _read_as(contract: type[Contract]) -> type[Any]:
    """Records and petitions have a form, all other contracts stay what they are."""
    return form_of(contract) if issubclass(contract, IntakeRecord) else contract


def _by_contract(contract: type[Any], value: Any) -> Any:
    return contract.model_validate(value) if issubclass(contract, BaseModel) else value


def _content(value: Any) -> dict[str, Any]:
    """What is written of a contract: all but fields that hold their default."""
    if not isinstance(value, Contract):
        raise TypeError(type(value).__name__)
    default = _defaults_of(type(value)).get
    return {name: content for name, content in value.__dict__.items() if content != default(name, ...)}


@cache
def _defaults_of(contract: type[Contract]) -> dict[str, Any]:
    return {name: field.default for name, field in _fields(contract)[0]}


_write = msgspec.json.Encoder(enc_hook=_content).encode
