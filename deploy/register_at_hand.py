"""The register with which the instance here works: its files, and what it has adopted where it can be asked."""

from typing import NamedTuple

from confluent_kafka import KafkaException

from deploy.servers.addresses import ServersUnavailable
from deploy.servers.instance import located
from deploy.servers.ready import kafka_answers
from processors.register_log import adopted
from schemas.register_events import RegisterChange
from schemas.settings import Settings

OF_THE_INSTANCE = "the instance: its files and the changes that it has adopted"
FILES_ALONE = "the files alone, without what an instance has adopted"


class Adopted(NamedTuple):
    """The changes that the instance here has adopted."""

    changes: tuple[RegisterChange, ...] = ()
    unknown: str = ""
    """Why nobody can tell which; empty where they are known."""

    @property
    def shown_from(self) -> str:
        """What a register with these changes is, in words."""
        return f"{FILES_ALONE}: {self.unknown}" if self.unknown else OF_THE_INSTANCE


def adopted_here(settings: Settings) -> Adopted:
    """What the instance has adopted; never raises because it cannot be reached."""
    try:
        found = located(settings)
        if not kafka_answers(found):
            return Adopted(unknown="Kafka does not answer")
        return Adopted(adopted(found))
    except ServersUnavailable as error:
        return Adopted(unknown=str(error))
    except (KafkaException, TimeoutError):
        return Adopted(unknown="Kafka does not tell them")
