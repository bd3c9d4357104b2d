"""Closed vocabularies: codes that travel, labels that officials read."""

import re
from enum import Enum

import pytest

from schemas import terms
from schemas.metrics import Metric
from schemas.terms import CaseStatus, Channel, Term

VOCABULARIES = [
    one for one in vars(terms).values() if isinstance(one, type) and issubclass(one, Term) and one is not Term
]


@pytest.mark.parametrize("vocabulary", VOCABULARIES, ids=lambda one: one.__name__)
def test_every_term_has_a_code_and_a_chinese_label(vocabulary: type[Enum]) -> None:
    for term in vocabulary:
        assert isinstance(term, Term)
        assert re.fullmatch(r"[a-z][a-z_]*", term.value)
        assert re.search(r"[\u4e00-\u9fff]", term.label)


@pytest.mark.parametrize("vocabulary", VOCABULARIES, ids=lambda one: one.__name__)
def test_no_label_stands_for_two_codes(vocabulary: type[Term]) -> None:
    labels = [term.label for term in vocabulary]
    assert len(set(labels)) == len(labels)


def test_a_code_is_read_as_its_term() -> None:
    assert Channel("visit") is Channel.VISIT
    assert CaseStatus("merged").label == "已并案"
    assert f"{Channel.VISIT}" == "visit"


@pytest.mark.parametrize("metric", list(Metric), ids=str)
def test_a_metric_has_a_name_that_prometheus_takes_and_a_meaning(metric: Metric) -> None:
    assert re.fullmatch(r"petitions_[a-z_]+", metric.value)
    assert metric.meaning.endswith(".")
