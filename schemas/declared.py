"""Types of a contract's fields as msgspec reads them: for structures that are derived from contracts."""

from collections.abc import Callable
from datetime import datetime
from functools import reduce
from operator import or_
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec
from pydantic import AwareDatetime

from schemas.contract import Contract

MOMENT = Annotated[datetime, msgspec.Meta(tz=True)]
"""An aware moment. Those in UTC share one zone, as a contract would have them do."""


def as_read(declared: Any, form_of: Callable[[type[Contract]], Any]) -> Any:
    """The type in which msgspec reads what is declared so; contracts in it are read as `form_of` says."""
    origin, arguments = get_origin(declared), get_args(declared)
    if declared is AwareDatetime:
        return MOMENT
    if isinstance(declared, type) and issubclass(declared, Contract):
        return form_of(declared)
    if origin is Annotated:
        return as_read(arguments[0], form_of)
    if origin is tuple:
        return tuple[tuple(one if one is ... else as_read(one, form_of) for one in arguments)]  # type: ignore[misc]
    if origin in (Union, UnionType):
        return reduce(or_, (as_read(one, form_of) for one in arguments))
    return declared
