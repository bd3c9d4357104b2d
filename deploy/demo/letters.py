"""How a matter is put into words, and how the same matter is put into other words.

A `Draft` holds choices, not text: which wording of each statement, in which order, with what around it. A repeat
changes some of the choices, so that the level of change of a repeat is known exactly.
"""

from dataclasses import dataclass, replace
from random import Random

from deploy.demo.corpus import MatterKind, Phrases
from deploy.demo.matters import NAMED_FACTS, Matter
from deploy.demo.misreading import misread

IDENTICAL, LIGHT, RESIZED, REORDERED, REWORDED, RETOLD, MISREAD = range(7)
"""How a petition differs from the first one about its matter. A retold one has no sentence in common with it; a
misread one is lightly edited and badly scanned."""

Statement = tuple[int, int]
"""Which statement and which of its wordings."""


@dataclass(frozen=True, slots=True)
class Draft:
    """All choices of one letter."""

    title: int
    greeting: str
    intro: str
    again: str
    facts: tuple[Statement, ...]
    extras: tuple[Statement, ...]
    events: tuple[Statement, ...]
    demand: int
    closing: str
    number_style: int
    place_style: int
    swaps: int = 0
    """One bit for each pair of near-synonyms that is exchanged."""
    note: str = ""
    misread: int = 0
    """Seed of the faults of a bad scan; 0 for none."""


def first_draft(rng: Random, kind: MatterKind, phrases: Phrases, intros: tuple[str, ...]) -> Draft:
    """The first letter about a matter."""
    facts = tuple((index, _below(rng, len(wordings))) for index, wordings in enumerate(kind.facts))
    if len(facts) > 3 and rng.random() < 0.4:
        facts = facts[:-1]
    return Draft(
        title=_below(rng, len(kind.titles)),
        greeting=_one(rng, phrases.greetings),
        intro=_one(rng, intros),
        again="",
        facts=facts,
        extras=_some_extras(rng, phrases, _below(rng, 6)),
        events=(),
        demand=_below(rng, len(kind.demands[0])),
        closing=_one(rng, phrases.closings),
        number_style=_below(rng, 2),
        place_style=_below(rng, 5),
    )


def changed(
    draft: Draft, level: int, rng: Random, kind: MatterKind, phrases: Phrases, intros: tuple[str, ...]
) -> Draft:
    """The letter again, with that level of change."""
    if level == LIGHT:
        return _lightly_edited(draft, rng, phrases)
    if level == RESIZED:
        return _resized(draft, rng, kind, phrases)
    if level == REORDERED:
        return _reordered(draft, rng, kind, phrases)
    if level == REWORDED:
        return _reworded(draft, rng, kind, phrases, intros)
    if level == RETOLD:
        return _retold(draft, rng, kind, phrases, intros)
    if level == MISREAD:
        return replace(_lightly_edited(draft, rng, phrases), misread=1 + _below(rng, 1 << 30))
    return draft


def _lightly_edited(draft: Draft, rng: Random, phrases: Phrases) -> Draft:
    return replace(
        draft,
        greeting=_one(rng, phrases.greetings),
        closing=_one(rng, phrases.closings),
        swaps=1 + _below(rng, (1 << len(phrases.light_pairs)) - 1),
    )


def _resized(draft: Draft, rng: Random, kind: MatterKind, phrases: Phrases) -> Draft:
    edited = _lightly_edited(draft, rng, phrases)
    if rng.random() < 0.5:
        return replace(edited, facts=edited.facts[:2], extras=edited.extras[:1], again=_one(rng, phrases.again))
    return replace(
        edited,
        extras=edited.extras + _some_extras(rng, phrases, 2),
        events=_some_events(rng, kind, 1),
        again=_one(rng, phrases.again),
    )


def _reordered(draft: Draft, rng: Random, kind: MatterKind, phrases: Phrases) -> Draft:
    edited = _lightly_edited(draft, rng, phrases)
    facts = [
        (index, wording if rng.random() < 0.6 else _other(rng, wording, len(kind.facts[index])))
        for index, wording in edited.facts
    ]
    rng.shuffle(facts)
    return replace(
        edited,
        title=_other(rng, edited.title, len(kind.titles)),
        facts=tuple(facts),
        events=_some_events(rng, kind, 2),
        again=_one(rng, phrases.again),
    )


def _reworded(draft: Draft, rng: Random, kind: MatterKind, phrases: Phrases, intros: tuple[str, ...]) -> Draft:
    other = first_draft(rng, kind, phrases, intros)
    facts = [(index, _other(rng, wording, len(kind.facts[index]))) for index, wording in draft.facts]
    if rng.random() < 0.5:
        rng.shuffle(facts)
    return replace(
        other,
        title=_other(rng, draft.title, len(kind.titles)),
        facts=tuple(facts),
        events=_some_events(rng, kind, _below(rng, 2)),
        demand=_other(rng, draft.demand, len(kind.demands[0])),
        again=_one(rng, phrases.again) if rng.random() < 0.6 else "",
        number_style=1 - draft.number_style,
        place_style=draft.place_style + 1,
    )


def _retold(draft: Draft, rng: Random, kind: MatterKind, phrases: Phrases, intros: tuple[str, ...]) -> Draft:
    """Everything in other words, in another order, and one fact left out: not a sentence stays."""
    other = _reworded(draft, rng, kind, phrases, tuple(one for one in intros if one != draft.intro))
    facts = rng.sample(other.facts, max(2, len(other.facts) - 1))
    told = {index for index, _ in draft.extras}
    return replace(
        other,
        greeting=_one(rng, tuple(one for one in phrases.greetings if one != draft.greeting)),
        facts=tuple(facts),
        extras=tuple(extra for extra in other.extras if extra[0] not in told),
        closing=_one(rng, tuple(one for one in phrases.closings if one != draft.closing)),
    )


def names_told(draft: Draft, kind: MatterKind) -> tuple[str, ...]:
    """Which of `NAMED_FACTS` stand in the letter."""
    told = [kind.titles[draft.title], *(kind.facts[index][wording] for index, wording in draft.facts)]
    return tuple(name for name in NAMED_FACTS if any(f"{{{name}}}" in wording for wording in told))


def render(draft: Draft, matter: Matter, phrases: Phrases, slots: dict[str, str]) -> tuple[str, str]:
    """Title and body of the letter."""
    kind = matter.kind
    demands = kind.demands[0]
    sentences = [
        draft.greeting,
        draft.intro,
        draft.again,
        *(kind.facts[index][wording] for index, wording in draft.facts),
        *(kind.events[index][wording] for index, wording in draft.events),
        *(phrases.extras[index][wording] for index, wording in draft.extras),
        demands[draft.demand],
        draft.note,
        draft.closing,
    ]
    body = "".join(sentences)
    if draft.swaps:
        for bit, (one, other) in enumerate(phrases.light_pairs):
            if draft.swaps >> bit & 1:
                body = body.replace(one, other)
    title, body = kind.titles[draft.title].format_map(slots), body.format_map(slots)
    return (title, misread(body, Random(draft.misread))) if draft.misread else (title, body)


def _some_extras(rng: Random, phrases: Phrases, count: int) -> tuple[Statement, ...]:
    chosen = rng.sample(range(len(phrases.extras)), count)
    return tuple((index, _below(rng, len(phrases.extras[index]))) for index in chosen)


def _some_events(rng: Random, kind: MatterKind, count: int) -> tuple[Statement, ...]:
    chosen = rng.sample(range(len(kind.events)), min(count, len(kind.events)))
    return tuple((index, _below(rng, len(kind.events[index]))) for index in chosen)


def _other(rng: Random, current: int, count: int) -> int:
    return current if count < 2 else (current + 1 + _below(rng, count - 1)) % count


def _one(rng: Random, choices: tuple[str, ...]) -> str:
    return choices[int(rng.random() * len(choices))]


def _below(rng: Random, limit: int) -> int:
    return int(rng.random() * limit)
