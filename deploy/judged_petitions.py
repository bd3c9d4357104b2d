"""What `petitions learn` looks at: all judgements, and the petitions that people or rules decided about."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import StringIO

from consumers.reading import Unreadable, reader
from consumers.replay import replay
from deploy.judging import stored
from deploy.weights_learning import Petition
from processors.rules.judgements import Pair, pair_of
from processors.rules.repeat import trace_of
from schemas.events import Case, Judgement
from schemas.keys import digest
from schemas.settings import Settings
from schemas.terms import Opinion
from schemas.topics import Topic

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""Truth from a file gives way to what a person judged about the same pair."""


@dataclass(slots=True)
class Material:
    """Judgements, petitions by id, and pairs that the rules have decided about."""

    judgements: tuple[Judgement, ...] = ()
    petitions: dict[str, Petition] = field(default_factory=dict)
    compared: set[Pair] = field(default_factory=set)


def told(text: str) -> list[Judgement]:
    """The pairs of a truth file, as judgements that any person's judgement outweighs."""
    return [
        Judgement(
            judgement_id="J" + digest("truth", row["petition_id"], row["other_id"]),
            opinion=Opinion.SAME if row["same"].strip() == "1" else Opinion.NOT_SAME,
            petition_id=min(row["petition_id"], row["other_id"]),
            other_id=max(row["petition_id"], row["other_id"]),
            meet_at="",
            by="truth file",
            at=_EPOCH,
            reason="truth file",
        )
        for row in csv.DictReader(StringIO(text))
    ]


def collect(settings: Settings, truth: Iterable[Judgement], others: int) -> Material:
    """Read the topics: once for what was decided, once for the petitions that it was decided about."""
    found = Material((*truth, *stored(settings)))
    wanted = {name for made in found.judgements for name in made.pair}
    left = others
    for case in _cases(settings):
        if case.judgements or case.questions or left > 0:
            left -= not (case.judgements or case.questions)
            found.compared |= set(decided_in(case))
    wanted |= {name for pair in found.compared for name in pair}
    for case in _cases(settings):
        for member in case.petitions:
            if member.petition_id in wanted:
                trace = trace_of(member, member.place, member.classification, member.home)
                found.petitions[member.petition_id] = Petition(trace, member.petitioner_ref)
    return found


def decided_in(case: Case) -> Iterator[Pair]:
    """Pairs that the rules linked, or left to people."""
    for member in case.petitions:
        yield from (pair_of(member.petition_id, made.petition_id) for made in member.links)
        if member.matched_petition_id:
            yield pair_of(member.petition_id, member.matched_petition_id)


def _cases(settings: Settings) -> Iterator[Case]:
    read = reader(Case)
    for records in replay(settings, Topic.CASES.under(settings.prefix)):
        for record in records:
            if record.value is not None:
                try:
                    yield read(record.value)
                except Unreadable:
                    continue  # it is in the dead letters of the index
