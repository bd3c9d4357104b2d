"""Where an instance's servers are, and how a server is handled."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from schemas.settings import Settings


class ServersUnavailable(RuntimeError):
    """No servers can be had; the text says in one line what is missing."""


class Origin(StrEnum):
    """Who runs the servers."""

    ENVIRONMENT = "environment"
    DOCKER = "docker"
    EMBEDDED = "embedded"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Bootstrap servers of Kafka and the URL of Elasticsearch."""

    kafka: str
    elasticsearch: str

    def applied_to(self, settings: Settings) -> Settings:
        """The settings with these addresses."""
        return settings.model_copy(update={"kafka": self.kafka, "elasticsearch": self.elasticsearch})


class Server(Protocol):
    """One server: stopped and started again on the same address with the same data."""

    @property
    def address(self) -> str:
        """Where clients find it; the same after each start."""

    def start(self) -> None:
        """Start it unless it runs, and return when it answers."""

    def stop(self) -> None:
        """Stop it cleanly and return when it is gone."""

    def kill(self) -> None:
        """End it without notice, as a power cut would."""


@dataclass(slots=True)
class Servers:
    """The two servers of an instance and where they came from."""

    origin: Origin
    kafka: Server
    elasticsearch: Server

    @property
    def addresses(self) -> Addresses:
        """Where both are."""
        return Addresses(self.kafka.address, self.elasticsearch.address)

    def stop(self) -> None:
        """Stop both; servers of the environment are left alone by their own handles."""
        self.elasticsearch.stop()
        self.kafka.stop()
