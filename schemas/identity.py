"""The only types that hold a petitioner's identity. Imported by listed modules only (see pyproject.toml)."""

from pydantic import Field

from schemas.contract import Contract, Instant


class Petitioner(Contract):
    """Who petitions, as the county wrote it. Sealed at once; never logged, never in another topic."""

    name: str = Field(default="", max_length=200, repr=False)
    id_number: str = Field(default="", max_length=64, repr=False)
    phone: str = Field(default="", max_length=64, repr=False)
    residence: str = Field(default="", max_length=500, repr=False)


class SealedIdentity(Contract):
    """`petitions.identity`: an encrypted petitioner, keyed by the hash of source and record number."""

    petitioner_ref: str
    source: str
    sealed_at: Instant
    key_id: str
    sealed: str = Field(repr=False)
    """Base64 of nonce and AES-256-GCM ciphertext."""
