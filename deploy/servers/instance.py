"""What is remembered of an instance between commands: `<home>/instance.json`."""

from pathlib import Path
from typing import Self

from deploy.servers.addresses import Addresses, Origin, ServersUnavailable
from schemas.contract import Contract
from schemas.settings import Settings


class Instance(Contract):
    """Where an instance's servers came from and where they are. Process numbers lie beside each server's data."""

    origin: Origin
    kafka: str
    elasticsearch: str
    kafka_ports: tuple[int, ...] = ()
    elasticsearch_ports: tuple[int, ...] = ()
    folder: Path | None = None
    """Data of embedded servers."""

    @classmethod
    def read(cls, home: Path) -> Self | None:
        """The instance of this home, None before the first `petitions up`."""
        try:
            return cls.from_bytes(instance_file(home).read_bytes())
        except FileNotFoundError:
            return None

    def write(self, home: Path) -> None:
        """Remember it, whole or not at all."""
        beside = instance_file(home).with_suffix(".new")
        beside.write_bytes(self.to_bytes())
        beside.replace(instance_file(home))


def instance_file(home: Path) -> Path:
    """Where it is remembered."""
    return home / "instance.json"


def is_given(settings: Settings) -> bool:
    """Whether the settings name both servers; raises `ServersUnavailable` where they name one alone."""
    if bool(settings.kafka) != bool(settings.elasticsearch):
        raise ServersUnavailable("set both PETITIONS_KAFKA and PETITIONS_ELASTICSEARCH, or neither")
    return bool(settings.kafka)


def located(settings: Settings) -> Settings:
    """The settings with the addresses of the servers that `petitions up` found or started, unless they have both."""
    if is_given(settings):
        return settings
    known = Instance.read(settings.folder)
    if known is None:
        raise ServersUnavailable("this instance has no servers yet: run `petitions up`")
    return Addresses(known.kafka, known.elasticsearch).applied_to(settings)
