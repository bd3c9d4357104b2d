"""What is counted from bytes is what the definitions say, written out slowly, for any two letters."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.rules.agreement import agreement, overlap
from processors.rules.profiling import profile
from processors.rules.sketch import sketch
from processors.rules.terms import TITLE_BIT, WEIGHT

LETTERS = st.text(alphabet="的是村民反映道路积水丽泽新苑搅拌站噪音粉尘公交线路欠薪46万元", max_size=120)
Term = tuple[int, int, bool]
"""Hash of a pair, weight, whether the title holds it."""


def terms_in(data: bytes) -> tuple[list[Term], list[Term], list[int]]:
    if not data:
        return [], [], []
    count, topics = data[0], data[1]
    values = np.frombuffer(data, "<u4", count + topics, 2).tolist()
    terms = [(value >> 8, value & WEIGHT, bool(value & TITLE_BIT)) for value in values]
    return terms[:count], terms[count:], np.frombuffer(data, np.int8, offset=2 + 4 * (count + topics)).tolist()


def cosine(ones: list[Term], others: list[Term]) -> float:
    weights = {term: weight for term, weight, _ in others}
    product = sum(weight * weights.get(term, 0) for term, weight, _ in ones)
    return product / sqrt(sum(w * w for _, w, _ in ones) * sum(w * w for _, w, _ in others)) if product else 0.0


def covered(ones: list[Term], others: list[Term]) -> float:
    titled = {term: weight * weight for term, weight, is_titled in ones if is_titled}
    known = {term for term, _, _ in others}
    return sum(titled[t] for t in titled.keys() & known) / sum(titled.values()) if len(titled) > 1 else 0.0


def jaccard(one: bytes, other: bytes) -> float:
    first, second = (np.frombuffer(data, "<u4").tolist() for data in (one, other))
    reach = min(s[-1] if s[0] > len(s) - 1 else 2**32 for s in (first, second))
    ones, others = ({value for value in s[1:] if value <= reach} for s in (first, second))
    return len(ones & others) / len(ones | others) if ones & others else 0.0


@settings(max_examples=60, deadline=None)
@given(LETTERS, LETTERS, LETTERS, LETTERS)
def test_agreement_is_what_its_definition_says(title: str, body: str, other_title: str, other_body: str) -> None:
    sketches = [sketch(title + body), sketch(other_title + other_body)]
    profiles = [profile(title, body, ()), profile(other_title, other_body, ())]
    found = agreement(*sketches, *profiles)
    (names, topics, gist), (other_names, other_topics, other_gist) = map(terms_in, profiles)
    product = sum(a * b for a, b in zip(gist, other_gist, strict=False))
    lengths = sqrt(sum(a * a for a in gist) * sum(b * b for b in other_gist))
    assert found.names == pytest.approx(cosine(names, other_names))
    assert found.topics == pytest.approx(cosine(topics, other_topics))
    assert found.gist == pytest.approx(max(0.0, product / lengths) if lengths else 0.0)
    assert found.covered == pytest.approx((covered(names, other_names) + covered(other_names, names)) / 2)
    assert found.jaccard == pytest.approx(jaccard(*sketches))
    assert agreement(*reversed(sketches), *reversed(profiles)) == found


def test_texts_longer_than_a_sketch_are_estimated_as_far_as_both_reach() -> None:
    common, own, others = ("".join(chr(0x4E00 + at) for at in range(start, start + 300)) for start in (0, 400, 800))
    found = overlap(sketch(common + own), sketch(common + others))
    assert found.jaccard == pytest.approx(jaccard(sketch(common + own), sketch(common + others)))
    assert 0.2 < found.jaccard < 0.5 < 1.2 * found.containment
