"""Environment to frozen settings: the one place that knows the names of the variables."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from pydantic import Field

from schemas.contract import Contract


class Settings(Contract):
    """How a process finds its servers, its files and its limits. Each field is `PETITIONS_<NAME>`."""

    home: Path = Field(
        default=Path("~/.local/share/petitions"),
        description="Folder of one instance: data of its servers, state of its workers, keys, spool, logs.",
    )
    prefix: str = Field(
        default="petitions",
        pattern=r"^[a-z][a-z0-9-]*$",
        description="First part of every topic, group and index name; one instance, one prefix.",
    )
    kafka: str = Field(
        default="",
        description="Bootstrap servers, comma separated. Empty: servers are found or started by `petitions up`.",
    )
    elasticsearch: str = Field(
        default="",
        pattern=r"^(https?://[^/]+:\d+.*)?$",
        description="Address of Elasticsearch with scheme and port. Empty: as for kafka.",
    )
    kafka_security: str = Field(
        default="plaintext",
        pattern="^(plaintext|ssl|sasl_plaintext|sasl_ssl)$",
        description="How Kafka is spoken with: encrypted (`ssl`), with name and password (`sasl`), both, or neither.",
    )
    kafka_ca_file: Path | None = Field(
        default=None, description="Certificates that Kafka's is signed by. Empty: those that the system trusts."
    )
    kafka_sasl_mechanism: str = Field(
        default="SCRAM-SHA-512",
        pattern="^(PLAIN|SCRAM-SHA-256|SCRAM-SHA-512)$",
        description="How name and password are shown to Kafka; `PLAIN` only where the way is encrypted.",
    )
    kafka_user: str = Field(default="", description="Name of this process at Kafka; its rights: `petitions rights`.")
    kafka_password_file: Path | None = Field(default=None, description="File with the password at Kafka.")
    elasticsearch_user: str = Field(default="", description="User for basic authentication.")
    elasticsearch_password_file: Path | None = Field(
        default=None, description="File with the password for basic authentication."
    )
    elasticsearch_ca_file: Path | None = Field(
        default=None,
        description="Certificates that Elasticsearch's is signed by. Empty: those that the system trusts.",
    )
    partitions: int = Field(
        default=4,
        ge=1,
        le=512,
        description="Partitions of each partitioned topic; set before the topics are created.",
    )
    replication: int = Field(default=1, ge=1, le=5, description="Replicas of each topic.")
    register_dir: Path | None = Field(
        default=None,
        description="Folder of the territory register. Empty: the register of Henan that is shipped.",
    )
    profiles_dir: Path | None = Field(
        default=None, description="Folder of county profiles. Empty: the profiles that are shipped."
    )
    key_file: Path | None = Field(
        default=None,
        description="File with the pseudonym and identity keys, created on first use with mode 600. "
        "Empty: keys.json under home.",
    )
    gateway_host: str = Field(default="127.0.0.1", description="Address that the HTTP gateway listens on.")
    gateway_port: int = Field(default=8460, ge=0, le=65535, description="Port that the HTTP gateway listens on.")
    gateway_keys_file: Path | None = Field(
        default=None,
        description="JSON file of hashed source keys, county code to SHA-256. Empty: gateway-keys.json under home.",
    )
    console_host: str = Field(
        default="127.0.0.1", description="Address that the console listens on; beyond this machine with https only."
    )
    console_port: int = Field(
        default=8470, ge=0, le=65535, description="Port that the console listens on; 0: any that is free."
    )
    console_url: str = Field(
        default="",
        pattern=r"^(https?://[^/]+)?$",
        description="Address by which browsers reach the console, where a proxy with https stands before it. "
        "Empty: host and port.",
    )
    users_file: Path | None = Field(
        default=None,
        description="File of the users, made empty on first use with mode 600. Empty: users.json under home.",
    )
    webhooks_file: Path | None = Field(
        default=None, description="JSON file of the receivers of alerts, mode 600. Empty: none."
    )
    alert_rules_file: Path | None = Field(
        default=None, description="Table of the alert rules. Empty: the one that is shipped."
    )
    openid_issuer: str = Field(
        default="", description="Issuer of the OpenID Connect provider. Empty: sign-in by password only."
    )
    openid_client_id: str = Field(default="", description="Name of the console at the provider.")
    openid_client_secret_file: Path | None = Field(
        default=None, description="File with the secret of the console at the provider."
    )
    openid_claim: str = Field(
        default="preferred_username", description="Claim of the provider that holds the name of the user."
    )
    batch_records: int = Field(default=200, ge=1, le=2_000, description="Most petitions in one message.")
    batch_linger_ms: int = Field(
        default=50, ge=0, le=5_000, description="Longest wait of a live petition for others of its batch."
    )
    spool_bytes: int = Field(
        default=2_000_000_000, ge=1_000_000, description="Most bytes that wait on disk while Kafka is away."
    )
    session_timeout_s: int = Field(
        default=15, ge=6, le=300, description="A worker that is silent this long loses its partitions."
    )
    dead_letter_limit: int = Field(
        default=1_000, ge=1, description="A process stops after so many dead letters in a row."
    )
    bulk_bytes: int = Field(default=4_000_000, ge=10_000, description="Most bytes of one bulk request.")
    refresh_ms: int | None = Field(
        default=None,
        ge=100,
        description="How often new documents become searchable. Empty: every second while somebody searches; the "
        "first search after half a minute without any waits for them.",
    )
    state_dir: Path | None = Field(
        default=None, description="Folder of one worker's state, never shared. Empty: state under home."
    )
    kafka_heap_mb: int = Field(
        default=512, ge=256, le=32_768, description="Heap of a Kafka that `petitions up` starts, in MiB."
    )
    elasticsearch_heap_mb: int = Field(
        default=1_024, ge=384, le=31_744, description="Heap of an Elasticsearch that `petitions up` starts, in MiB."
    )
    metrics_host: str = Field(
        default="127.0.0.1", description="Address that Prometheus metrics and health of a process are told on."
    )
    metrics_port: int = Field(
        default=0,
        ge=0,
        le=65535,
        description="Port of the Prometheus metrics and health of a process; 0: none.",
    )
    log_level: str = Field(
        default="info", pattern="^(debug|info|warning|error)$", description="Least level that is logged."
    )

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Read `PETITIONS_*`; an unknown or malformed variable raises an error that names it."""
        source = os.environ if environ is None else environ
        given = {
            name.removeprefix("PETITIONS_").lower(): value
            for name, value in source.items()
            if name.startswith("PETITIONS_") and value != ""
        }
        unknown = sorted(set(given) - set(cls.model_fields))
        if unknown:
            raise ValueError("unknown settings: " + ", ".join(f"PETITIONS_{name.upper()}" for name in unknown))
        return cls.model_validate(given)

    def to_env(self) -> dict[str, str]:
        """The environment that gives a child process the same settings. Secrets stay in their files."""
        given = {name: getattr(self, name) for name in self.model_fields_set}
        return {f"PETITIONS_{name.upper()}": str(value) for name, value in given.items() if value is not None}

    @property
    def state_folder(self) -> Path:
        """`state_dir`, or the folder under `home` that serves a single worker."""
        return self.state_dir.expanduser() if self.state_dir else self.folder / "state"

    @property
    def folder(self) -> Path:
        """`home` with `~` resolved."""
        return self.home.expanduser()
