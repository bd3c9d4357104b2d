"""The story of a case in the order in which it happened. Pure: what the interface tells in, moments out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from schemas.life import RIGHTS
from schemas.office_time import day_of

Told = Mapping[str, Any]
USUAL: Final = {"is_working_days": False, "stops": [], "is_stopped": False, "is_petitioners": False}
"""What a clock is where its case does not say it."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened, or that is due, on a day."""

    on: str
    kind: str
    """petition, step, note, tenure, refusal, irregular, judgement or due."""
    what: Told


def time_line(case: Told) -> list[Moment]:
    """Everything of a case that has a day, the earliest first; on one day in the order of the kinds below."""
    return sorted(_moments(case), key=lambda one: one.on)


def clocks(case: Told) -> list[Told]:
    """All periods of a case and its petitions, those that still run first, each with whose it is."""
    found = [_clock(clock, None) for clock in case["clocks"]]
    for petition in case["petitions"]:
        found += [_clock(clock, petition) for clock in petition["clocks"]]
    return sorted(found, key=lambda clock: (clock["met_on"] is not None, clock["due_on"]))


def said_since(case: Told, moment: str) -> list[Moment]:
    """What people decided and judged about a case after a moment, the latest last; nothing where it is no moment."""
    try:
        read_at = datetime.fromisoformat(moment)
        said = [
            Moment(one["at"], kind, one)
            for kind, part in (("note", "notes"), ("judgement", "judgements"))
            for one in case[part]
            if datetime.fromisoformat(one["at"]) > read_at
        ]
    except (ValueError, TypeError):
        return []
    return sorted(said, key=lambda one: one.on)


def _clock(clock: Told, petition: Told | None) -> Told:
    """A period with whose it is, and whether it is a right that may be left unused."""
    return {**USUAL, **clock, "of": petition, "is_right": clock["kind"] in RIGHTS}


def _moments(case: Told) -> Iterator[Moment]:
    for petition in case["petitions"]:
        yield Moment(day(petition["received_at"]), "petition", petition)
    yield from (Moment(day(step["at"]), "step", step) for step in _steps(case))
    for kind, part, field in (
        ("tenure", "tenures", "since"),
        ("note", "notes", "at"),
        ("refusal", "refusals", "at"),
        ("irregular", "irregularities", "at"),
        ("judgement", "judgements", "at"),
    ):
        yield from (Moment(day(one[field]), kind, one) for one in case[part])
    if case["is_open"]:
        yield from (Moment(clock["due_on"], "due", clock) for clock in clocks(case) if clock["met_on"] is None)


def _steps(case: Told) -> Iterator[dict[str, Any]]:
    """What counties reported, each with its petition, but for what is told better: refusals, what did not fit."""
    told = {("objected", refusal["at"]) for refusal in case["refusals"]}
    told |= {(odd["kind"], odd["at"]) for odd in case["irregularities"]}
    for petition in case["petitions"]:
        for step in petition.get("steps", ()):  # documents from before it was kept lack it
            if (step["kind"], step["at"]) not in told:
                yield {**step, "of": petition}


def day(moment: str) -> str:
    """The day of a moment, where the offices are."""
    return day_of(moment).isoformat()
