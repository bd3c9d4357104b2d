"""The divisions that a decision may look at: a recognised place as it is on that day, or the source's instead."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from processors.rules.register import Division, Register
from schemas.petition import Place
from schemas.terms import Confidence, Level

Chain = tuple[Division, ...]
"""A division and those above it, lowest first."""


@dataclass(frozen=True)
class Scope:
    """Where to look for the accountable unit, and what is doubtful about it."""

    chain: Chain
    disputed: tuple[Chain, ...] = ()
    """The places between which nobody has decided; `chain` is then their common superior's."""
    former: Division | None = None
    """The division that the text means and that no longer exists."""
    is_located: bool = True
    """False where `chain` is the source's, because the place is not known or lies outside the register."""
    is_elsewhere: bool = False
    """A place was recognised, but the register does not hold it."""

    @cached_property
    def name(self) -> str:
        """The full name of the lowest division, from the province downwards."""
        return full_name(self.chain)

    @cached_property
    def offices(self) -> Chain:
        """The divisions that can have units: all above villages."""
        return tuple(d for d in self.chain if d.level is not Level.VILLAGE)


def full_name(chain: Chain) -> str:
    """`某省某市某县某镇`."""
    return "".join(d.name for d in reversed(chain))


def scope_of(place: Place, source: str, on: date, register: Register) -> Scope:
    """The place on that day; if it is not known, the source's own territory (article 22), never nothing."""
    if place.code and place.confidence is not Confidence.AMBIGUOUS:
        chain = tuple(register.ancestors(place.code, on))
        if chain and chain[0].is_valid_on(on):
            return Scope(chain)
    codes = (place.code, *place.alternatives) if place.confidence is Confidence.AMBIGUOUS else (place.code,)
    divisions: dict[str, Division] = {}
    former: Division | None = None
    for code in filter(None, codes):
        for division in in_force(code, on, register):
            divisions[division.code] = division
        if register.division(code, on) is None:
            former = former or register.division_ever(code)
    chains = tuple(chain_of(code, on, register) for code in divisions)
    if not chains:
        chain = chain_of(source, on, register)
        is_elsewhere = former is None and bool(place.code or place.reason)
        return Scope(chain, is_located=False, is_elsewhere=is_elsewhere)
    if len(chains) == 1:
        return Scope(chains[0], former=former)
    common = _common(chains)
    if not common:
        return Scope(chain_of(source, on, register), is_located=False)
    distinct = tuple(c for c in chains if c != common)
    return Scope(common, disputed=distinct if len(distinct) > 1 else (), former=former)


def in_force(code: str, on: date, register: Register) -> tuple[Division, ...]:
    """The division on that day, else whoever took it over, else the lowest one above it (article 24)."""
    found = dict.fromkeys(d.code for d in _successors(code, on, register, frozenset()))
    return tuple(d for c in found if (d := register.division(c, on)))


def chain_of(code: str, on: date, register: Register) -> Chain:
    """The division in force for a code and those above it; empty for a code that the register does not hold."""
    start = next(iter(in_force(code, on, register)), None)
    return tuple(d for d in register.ancestors(start.code, on) if d.is_valid_on(on)) if start else ()


def _successors(code: str, on: date, register: Register, seen: frozenset[str]) -> Iterator[Division]:
    division = register.division(code, on)
    if division is not None:
        yield division
        return
    gone = register.division_ever(code)
    if gone is None or code in seen:
        return
    if gone.successors and gone.valid_to <= on:
        for successor in gone.successors:
            yield from _successors(successor, on, register, seen | {code})
    elif gone.parent:
        yield from _successors(gone.parent, on, register, seen | {code})


def _common(chains: tuple[Chain, ...]) -> Chain:
    """The lowest division that contains all, with those above it."""
    first = chains[0]
    shared = set.intersection(*({d.code for d in chain} for chain in chains))
    return next((first[i:] for i, d in enumerate(first) if d.code in shared), ())
