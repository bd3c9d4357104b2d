"""What is in topics is kept as long as the table says, whenever they were made. Kafka is a table of settings."""

import logging
from typing import Any

import pytest

from deploy.topics import RETENTION, lengthen
from schemas.topics import ON_THE_WAY_MS, SPECS, WEEK_MS, Topic

WANTED = {f"petitions.{topic.value}": SPECS[topic] for topic in (Topic.REGISTERED, Topic.LINKED)}
REGISTERED, LINKED = WANTED


class Kafka:
    """Retention of topics; of those that are not there it tells nothing, as to who may not know it."""

    def __init__(self, kept: dict[str, int], answer: str = "OK") -> None:
        self.kept, self.answer = kept, answer

    def describe_configs(self, asked: list[Any], config_filter: str) -> dict[str, Any]:
        """See `KafkaAdminClient.describe_configs`."""
        assert (config_filter, {tuple(one.configs) for one in asked}) == ("all", {(RETENTION,)})
        known = {one.name: self.kept.get(one.name) for one in asked}
        return {"topic": {name: {RETENTION: {"value": str(ms)}} if ms else {} for name, ms in known.items()}}

    def alter_configs(self, changes: list[Any], raise_on_unknown: bool) -> dict[str, Any]:
        """See `KafkaAdminClient.alter_configs`."""
        if self.answer == "OK":
            self.kept |= {one.name: int(one.configs[RETENTION]) for one in changes}
        return {"topic": {one.name: self.answer for one in changes}}


def lengthened(kafka: Kafka) -> dict[str, int]:
    lengthen(kafka, WANTED)  # type: ignore[arg-type]
    return kafka.kept


def test_a_topic_that_was_made_with_a_shorter_time_is_kept_longer() -> None:
    assert lengthened(Kafka({REGISTERED: WEEK_MS, LINKED: ON_THE_WAY_MS})) == dict.fromkeys(WANTED, ON_THE_WAY_MS)


@pytest.mark.parametrize("longer", [-1, 2 * ON_THE_WAY_MS])
def test_a_longer_time_is_left_as_it_was_set(longer: int) -> None:
    assert lengthened(Kafka(dict.fromkeys(WANTED, longer))) == dict.fromkeys(WANTED, longer)


@pytest.mark.parametrize("kafka", [Kafka(dict.fromkeys(WANTED, WEEK_MS), "not authorized"), Kafka({})])
def test_what_kafka_does_not_let_us_know_or_change_is_told(kafka: Kafka, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        lengthened(kafka)
    assert [record.__dict__["topic"] for record in caplog.records] == [REGISTERED, LINKED]


def test_nothing_is_asked_where_no_topic_is_there() -> None:
    lengthen(None, {})  # type: ignore[arg-type]
