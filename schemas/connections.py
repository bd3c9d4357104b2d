"""From settings to the options of each Kafka client: the one place that knows protocol, mechanism and secrets.

The clients name the same things differently. A secret is read from its file when a client is made: it stands in no
environment, in no log and in no listing of processes.
"""

import ssl
from pathlib import Path
from typing import Any

from schemas.settings import Settings

NO_GROUP = "readers"
"""Stands, after the prefix, where a client that joins no group must name one; it never has members or offsets."""


class SecretMissing(RuntimeError):
    """A file that should hold a secret cannot be read or is empty; names the file, never what is in it."""


def secret(path: Path | None) -> str:
    """The secret of a file without its line end; empty where no file is named."""
    if path is None:
        return ""
    try:
        found = path.expanduser().read_text("utf-8").strip()
    except (OSError, UnicodeError) as error:
        raise SecretMissing(f"{path}: no secret can be read ({type(error).__name__})") from None
    if not found:
        raise SecretMissing(f"{path}: empty")
    return found


def tls_context(ca_file: Path | None) -> ssl.SSLContext:
    """Trusts the authorities of a file, or those of the system; the name of the server is always checked.

    Some builds of Python leave the oldest version that is spoken to the system.
    """
    context = ssl.create_default_context(cafile=str(ca_file.expanduser()) if ca_file else None)
    context.minimum_version = max(context.minimum_version, ssl.TLSVersion.TLSv1_2)
    return context


def has_sasl(settings: Settings) -> bool:
    """Whether clients sign in to Kafka with name and password."""
    return settings.kafka_security.startswith("sasl_")


def has_tls(settings: Settings) -> bool:
    """Whether the way to Kafka is encrypted."""
    return settings.kafka_security.endswith("ssl")


def librdkafka(settings: Settings) -> dict[str, Any]:
    """For confluent-kafka."""
    options: dict[str, Any] = {"bootstrap.servers": settings.kafka, "security.protocol": settings.kafka_security}
    if has_tls(settings) and settings.kafka_ca_file:
        options["ssl.ca.location"] = str(settings.kafka_ca_file.expanduser())
    if has_sasl(settings):
        options["sasl.mechanism"] = settings.kafka_sasl_mechanism
        options["sasl.username"] = settings.kafka_user
        options["sasl.password"] = secret(settings.kafka_password_file)
    return options


def without_group(settings: Settings) -> dict[str, Any]:
    """For a confluent-kafka consumer that is told what to read: it joins no group, but the client wants one named."""
    return librdkafka(settings) | {"group.id": f"{settings.prefix}.{NO_GROUP}", "enable.auto.commit": False}


def kafka_python(settings: Settings) -> dict[str, Any]:
    """For kafka-python."""
    options: dict[str, Any] = {
        "bootstrap_servers": settings.kafka.split(","),
        "security_protocol": settings.kafka_security.upper(),
    }
    if has_tls(settings):
        options["ssl_context"] = tls_context(settings.kafka_ca_file)
    if has_sasl(settings):
        options["sasl_mechanism"] = settings.kafka_sasl_mechanism
        options["sasl_plain_username"] = settings.kafka_user
        options["sasl_plain_password"] = secret(settings.kafka_password_file)
    return options
