"""The topic table: every topic once, each with what it promises."""

import pytest

from schemas.events import Case
from schemas.identity import SealedIdentity
from schemas.petition import IntakeBatch
from schemas.topics import FOR_EVER, SPECS, TOPICS, Topic, TopicSpec

CHANGELOGS = (Topic.RECORDS, Topic.PETITIONERS, Topic.CASES, Topic.DESK)
EVIDENCE = (Topic.INTAKE, Topic.INTAKE_DEAD, Topic.REPORTS, Topic.DECISIONS, Topic.JUDGEMENTS, Topic.STAGE_DEAD)


def test_every_topic_is_described_once() -> None:
    assert [spec.topic for spec in TOPICS] == list(Topic)
    assert set(SPECS) == set(Topic)


def test_a_topic_bears_the_prefix_of_its_instance() -> None:
    assert Topic.INTAKE_DEAD.under("demo") == "demo.intake.dead"


@pytest.mark.parametrize("topic", CHANGELOGS)
def test_a_changelog_is_compacted_and_never_deleted_by_time(topic: Topic) -> None:
    assert SPECS[topic].is_compacted
    assert SPECS[topic].retention_ms == FOR_EVER


@pytest.mark.parametrize("topic", EVIDENCE)
def test_what_the_account_rests_on_is_kept_for_ever(topic: Topic) -> None:
    assert not SPECS[topic].is_compacted
    assert SPECS[topic].retention_ms == FOR_EVER


@pytest.mark.parametrize("topic", [Topic.REGISTERED, Topic.LINKED])
def test_petitions_may_wait_between_stages_for_a_quarter(topic: Topic) -> None:
    assert SPECS[topic].retention_ms == 90 * 24 * 3600 * 1000


@pytest.mark.parametrize("spec", TOPICS, ids=lambda spec: spec.topic.value)
def test_no_key_is_made_from_a_person(spec: TopicSpec) -> None:
    assert not any(word in spec.key for word in ("name", "phone", "residence", "text"))


def test_the_contracts_of_the_main_topics() -> None:
    assert SPECS[Topic.INTAKE].event is IntakeBatch
    assert SPECS[Topic.CASES].event is Case
    assert [spec.topic for spec in TOPICS if spec.event is SealedIdentity] == [Topic.IDENTITY]
