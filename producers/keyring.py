"""The two secret keys of an instance: one for pseudonyms, one for sealing identities."""

import json
import os
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from producers.pseudonyms import petitioner_ref
from schemas.identity import Petitioner, SealedIdentity
from schemas.settings import Settings

KEY_BYTES = 32
NONCE_BYTES = 12


class KeyFileError(RuntimeError):
    """The key file cannot be used; says why, never what is in it."""


@dataclass(frozen=True)
class Keyring:
    """Makes pseudonyms and seals identities. Losing the file means losing both for ever."""

    pseudonym_key: bytes = field(repr=False)
    identity_key: bytes = field(repr=False)
    identity_key_id: str

    def __post_init__(self) -> None:
        """Prepare the cipher once."""
        object.__setattr__(self, "_cipher", AESGCM(self.identity_key))

    def identify(self, petitioner: Petitioner) -> str | None:
        """The pseudonym of a petitioner, or None where no one can be told apart."""
        return petitioner_ref(petitioner, self.pseudonym_key)

    def seal(self, petitioner: Petitioner, reference: str | None, source: str, at: datetime) -> SealedIdentity:
        """The petitioner, readable with the identity key only and bound to pseudonym and source."""
        nonce = os.urandom(NONCE_BYTES)
        bound = f"{reference or ''}\x1f{source}".encode()
        cipher: AESGCM = self._cipher  # type: ignore[attr-defined]
        sealed = nonce + cipher.encrypt(nonce, petitioner.to_bytes(), bound)
        return SealedIdentity(
            petitioner_ref=reference or "",
            source=source,
            sealed_at=at,
            key_id=self.identity_key_id,
            sealed=b64encode(sealed).decode("ascii"),
        )

    def unseal(self, sealed: SealedIdentity) -> Petitioner:
        """The petitioner again; raises `cryptography.exceptions.InvalidTag` where key or binding is another."""
        content = b64decode(sealed.sealed)
        bound = f"{sealed.petitioner_ref}\x1f{sealed.source}".encode()
        cipher: AESGCM = self._cipher  # type: ignore[attr-defined]
        return Petitioner.from_bytes(cipher.decrypt(content[:NONCE_BYTES], content[NONCE_BYTES:], bound))

    def opened(self, sealed: bytes) -> dict[str, str]:
        """The fields of a message of the identity topic, readable; raises as `unseal` does."""
        petitioner = self.unseal(SealedIdentity.from_bytes(sealed))
        return {name: str(value) for name, value in petitioner.model_dump().items()}


def key_path(settings: Settings) -> Path:
    """Where the keys of an instance lie."""
    return settings.key_file.expanduser() if settings.key_file else settings.folder / "keys.json"


def load_keyring(path: Path) -> Keyring:
    """The keys of the file; made on first use, for its owner only; of several makers the first wins."""
    if not path.exists():
        _create(path)
    if path.stat().st_mode & 0o077:
        raise KeyFileError(f"{path}: readable for others; set its mode to 600")
    try:
        found = json.loads(path.read_text("ascii"))
        pseudonym, identity = b64decode(found["pseudonym"]["key"]), b64decode(found["identity"]["key"])
        ring = Keyring(pseudonym, identity, str(found["identity"]["id"]))
    except (ValueError, KeyError, TypeError) as error:
        raise KeyFileError(f"{path}: not a key file ({type(error).__name__})") from None
    if {len(pseudonym), len(identity)} != {KEY_BYTES}:
        raise KeyFileError(f"{path}: a key has not {KEY_BYTES} bytes")
    return ring


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    content = {
        kind: {"id": secrets.token_hex(4), "key": b64encode(secrets.token_bytes(KEY_BYTES)).decode("ascii")}
        for kind in ("pseudonym", "identity")
    }
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
