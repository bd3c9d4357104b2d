"""Invented letters: every wording can be rendered, and each level of change does what its name says."""

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from difflib import SequenceMatcher
from random import Random

import pytest

from deploy.demo.corpus import MatterKind, corpus
from deploy.demo.letters import (
    IDENTICAL,
    LIGHT,
    MISREAD,
    REORDERED,
    RESIZED,
    RETOLD,
    REWORDED,
    Draft,
    changed,
    first_draft,
    names_told,
    render,
)
from deploy.demo.matters import SUMS, Matter, as_another_tells_it, draw_matter, same_form, slots_of
from deploy.demo.people import Person
from deploy.demo.places import Spot

SPOT = Spot("411302001001", "柳树村", "东关镇", "甲县", "南阳市", "河南省", "411302")
PERSON = Person(7, "王试验", "", "", "东关镇柳树村", 60)
OPENED = datetime(2026, 2, 3, tzinfo=UTC)
PHRASES = corpus().phrases
KINDS = corpus().kinds


def matter_of(kind: MatterKind, seed: int = 1) -> Matter:
    return draw_matter(Random(seed), corpus().names, 1, kind, SPOT, OPENED)


def written(draft: Draft, matter: Matter) -> tuple[str, str]:
    slots = slots_of(matter, PERSON, OPENED.date(), SPOT.written(draft.place_style), draft.number_style)
    return render(draft, matter, PHRASES, slots)


def likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def test_there_are_forty_kinds_of_matters_in_nineteen_categories() -> None:
    assert len({kind.code for kind in KINDS}) == len(KINDS) >= 40
    assert len({kind.category for kind in KINDS}) == 19
    assert set(PHRASES.hints) == {kind.category for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_every_wording_of_a_kind_fills_its_slots(kind: MatterKind) -> None:
    matter = matter_of(kind)
    slots = slots_of(matter, PERSON, OPENED.date(), SPOT.written(0), 0)
    for wordings in (kind.titles, *kind.facts, *kind.demands, *kind.events):
        assert len(set(wordings)) == len(wordings) >= 2
        for wording in wordings:
            assert "{" not in wording.format_map(slots)


@pytest.mark.parametrize("wordings", [PHRASES.intros, PHRASES.away_intros, PHRASES.joining_intros, *PHRASES.extras])
def test_every_phrase_fills_its_slots(wordings: tuple[str, ...]) -> None:
    slots = slots_of(matter_of(KINDS[0]), PERSON, OPENED.date(), SPOT.written(0), 0)
    for wording in wordings:
        assert "{" not in wording.format_map(slots)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_letters_are_as_long_as_letters_are(kind: MatterKind) -> None:
    for seed in range(5):
        _, body = written(first_draft(Random(seed), kind, PHRASES, PHRASES.intros), matter_of(kind, seed))
        assert 80 <= len(body) <= 500


def test_more_change_leaves_less_of_the_text() -> None:
    total: Counter[int] = Counter()
    for seed in range(60):
        rng = Random(seed)
        kind = KINDS[seed % len(KINDS)]
        matter = matter_of(kind, seed)
        draft = first_draft(rng, kind, PHRASES, PHRASES.intros)
        _, before = written(draft, matter)
        for level in (IDENTICAL, LIGHT, RESIZED, REORDERED, REWORDED):
            _, after = written(changed(draft, level, rng, kind, PHRASES, PHRASES.intros), matter)
            total[level] += likeness(before, after)
    assert total[IDENTICAL] == 60
    assert total[IDENTICAL] > total[LIGHT] > total[RESIZED] > total[REWORDED]
    assert total[LIGHT] > total[REORDERED] > total[REWORDED]


def test_a_rewording_says_every_fact_in_other_words() -> None:
    for seed in range(30):
        rng = Random(seed)
        kind = KINDS[seed % len(KINDS)]
        draft = first_draft(rng, kind, PHRASES, PHRASES.intros)
        again = changed(draft, REWORDED, rng, kind, PHRASES, PHRASES.intros)
        assert {index for index, _ in again.facts} == {index for index, _ in draft.facts}
        assert not set(again.facts) & set(draft.facts)
        assert again.number_style != draft.number_style
        assert again.title != draft.title


def test_a_retold_letter_has_no_sentence_in_common_with_the_first() -> None:
    for seed, kind in enumerate(KINDS):
        rng = Random(seed)
        matter = matter_of(kind, seed)
        draft = first_draft(rng, kind, PHRASES, PHRASES.intros)
        again = changed(draft, RETOLD, rng, kind, PHRASES, PHRASES.intros)
        before, after = (set(re.split("[，。：！；？]", "。".join(written(of, matter)))) for of in (draft, again))
        assert {sentence for sentence in before & after if len(sentence) > 6} == set()


def test_a_misread_letter_is_wrong_in_single_characters() -> None:
    matter = matter_of(KINDS[0])
    draft = first_draft(Random(1), KINDS[0], PHRASES, PHRASES.intros)
    again = changed(draft, MISREAD, Random(1), KINDS[0], PHRASES, PHRASES.intros)
    (_, clean), (_, spoilt) = written(replace(again, misread=0), matter), written(again, matter)
    assert 0.85 < likeness(clean, spoilt) < 1.0


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.code in {"flat-delivery-overdue", "court-delay"}])
def test_the_same_form_names_something_else_and_keeps_its_figures(kind: MatterKind) -> None:
    matter = matter_of(kind)
    told = names_told(first_draft(Random(1), kind, PHRASES, PHRASES.intros), kind)
    named = {name: {matter.facts[name], matter_of(kind, 2).facts[name]} for name in told}
    other = same_form(Random(1), corpus().names, 2, matter, SPOT, named)
    assert named
    assert all(other.facts[name] not in used for name, used in named.items())
    assert (other.sums, other.since, other.facts["n"]) == (matter.sums, matter.since, matter.facts["n"])


def test_another_household_is_owed_other_sums_but_tells_of_the_same_matter() -> None:
    for seed, kind in enumerate(kind for kind in KINDS if kind.own):
        matter = matter_of(kind)
        other = as_another_tells_it(Random(seed + 2), corpus().names, matter)
        shared = {name for name in matter.facts if name not in {"n", *kind.own}}
        assert other.number == matter.number
        assert {name: other.facts[name] for name in shared} == {name: matter.facts[name] for name in shared}
        for name, own, first in zip(SUMS, other.sums, matter.sums, strict=True):
            assert (own != first) == (name in kind.own)


def test_a_reordered_letter_tells_of_new_events() -> None:
    rng = Random(3)
    draft = first_draft(rng, KINDS[0], PHRASES, PHRASES.intros)
    again = changed(draft, REORDERED, rng, KINDS[0], PHRASES, PHRASES.intros)
    assert draft.events == () and len(again.events) == 2


@pytest.mark.parametrize(
    ("style", "form"),
    [
        (0, "南阳市甲县东关镇柳树村"),
        (1, "甲县东关镇柳树村"),
        (2, "东关镇柳树村"),
        (3, "河南省南阳市甲县东关镇柳树村"),
        (4, "甲县东关柳树村"),
        (5, "南阳市甲县东关镇柳树村"),
    ],
)
def test_a_place_is_written_in_five_ways(style: int, form: str) -> None:
    assert SPOT.written(style) == form
