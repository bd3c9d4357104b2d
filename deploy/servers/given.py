"""Servers that somebody else runs, at the addresses of the environment."""

from dataclasses import dataclass

from deploy.servers.ready import elasticsearch_answers, kafka_answers, wait_until
from schemas.settings import Settings

GIVEN_LIMIT_S = 30.0


@dataclass(frozen=True, slots=True)
class GivenKafka:
    """A Kafka cluster that is not ours: we wait for its answer and never stop it."""

    settings: Settings

    @property
    def address(self) -> str:
        """The bootstrap servers that were given."""
        return self.settings.kafka

    def start(self) -> None:
        """Return when it answers."""
        wait_until(lambda: kafka_answers(self.settings), lambda: True, f"Kafka at {self.address}", GIVEN_LIMIT_S)

    def stop(self) -> None:
        """Leave it alone."""

    def kill(self) -> None:
        """Leave it alone."""


@dataclass(frozen=True, slots=True)
class GivenElasticsearch:
    """An Elasticsearch cluster that is not ours: we wait for its answer and never stop it."""

    settings: Settings

    @property
    def address(self) -> str:
        """The URL that was given."""
        return self.settings.elasticsearch.rstrip("/")

    def start(self) -> None:
        """Return when it answers."""
        wait_until(
            lambda: elasticsearch_answers(self.settings),
            lambda: True,
            f"Elasticsearch at {self.address}",
            GIVEN_LIMIT_S,
        )

    def stop(self) -> None:
        """Leave it alone."""

    def kill(self) -> None:
        """Leave it alone."""
