"""The secret keys of an instance: one for pseudonyms, one for sealing identities, and those that sealed before it."""

import hmac
import json
import os
import secrets
from base64 import b32encode, b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from producers.kept_pseudonyms import KeptPseudonyms, Pair
from producers.pseudonyms import petitioner_ref
from schemas.identity import Petitioner, SealedIdentity
from schemas.settings import Settings

KEY_BYTES = 32
NONCE_BYTES = 12
FORMER = "former_identities"
"""Where the key file keeps the keys that sealed before."""
NEXT = "next_pseudonym"
"""Where it keeps the pseudonym key that is to come, while a change is under way."""
FOLLOWS = "follows"
"""In a pseudonym key that came by a change: the id of the one before it."""
RECEIPTS = "receipts"
"""Where it keeps the key of the codes on receipts, once the pseudonym key has changed that it was derived from."""
FORMER_CHECKS = "former_check_values"
"""Where it keeps the check values of the pseudonym keys that came before, the latest first."""
CHECKED = b"check value"
CHECK_SIGNS = 32
CODE_SIGNS = 12
"""60 bits: with the limits of the console no code is found by trying."""


class KeyFileError(RuntimeError):
    """The key file cannot be used; says why, never what is in it."""


@dataclass(frozen=True)
class Keyring:
    """Makes pseudonyms and seals identities. Losing the file means losing both for ever."""

    pseudonym_key: bytes = field(repr=False)
    identity_key: bytes = field(repr=False)
    identity_key_id: str
    former_identity_keys: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    """By their ids: they open what they sealed and seal nothing any more."""
    kept_receipt_key: bytes = field(default=b"", repr=False)
    """That of before the pseudonym key changed; empty: the one that follows from the pseudonym key."""
    former_check_values: tuple[str, ...] = ()
    """Of the pseudonym keys that this one came after by changes."""
    pseudonym_of: Callable[[str], str] = field(default=str, repr=False, compare=False)
    """The pseudonym of a person by the hash: from before the key changed, else the hash itself."""

    def __post_init__(self) -> None:
        """Prepare the ciphers once."""
        keys = {**self.former_identity_keys, self.identity_key_id: self.identity_key}
        object.__setattr__(self, "_ciphers", {key_id: AESGCM(key) for key_id, key in keys.items()})

    def identify(self, petitioner: Petitioner) -> str | None:
        """The pseudonym of a petitioner, or None where no one can be told apart."""
        hashed = petitioner_ref(petitioner, self.pseudonym_key)
        return self.pseudonym_of(hashed) if hashed is not None else None

    def seal(self, petitioner: Petitioner, reference: str | None, source: str, at: datetime) -> SealedIdentity:
        """The petitioner, readable with the identity key only and bound to pseudonym and source."""
        nonce = os.urandom(NONCE_BYTES)
        bound = f"{reference or ''}\x1f{source}".encode()
        sealed = nonce + self._cipher(self.identity_key_id).encrypt(nonce, petitioner.to_bytes(), bound)
        return SealedIdentity(
            petitioner_ref=reference or "",
            source=source,
            sealed_at=at,
            key_id=self.identity_key_id,
            sealed=b64encode(sealed).decode("ascii"),
        )

    def receipt_code(self, source: str, record_no: str) -> str:
        """The code on the petitioner's receipt: twelve signs that nobody computes without the key; stored nowhere."""
        record = f"{len(source)}:{source}{record_no}".encode("utf-8", "surrogatepass")
        signed = hmac.digest(self.receipt_key, record, "sha256")
        return b32encode(signed).decode("ascii")[:CODE_SIGNS]

    @property
    def receipt_key(self) -> bytes:
        """The key of the codes on receipts; no pseudonym can be made with it."""
        return self.kept_receipt_key or hmac.digest(self.pseudonym_key, b"receipt code", "sha256")

    @property
    def check_value(self) -> str:
        """By which two hosts know that they have the same pseudonym key; the key cannot be found from it."""
        return hmac.digest(self.pseudonym_key, CHECKED, "sha256").hex()[:CHECK_SIGNS]

    def unseal(self, sealed: SealedIdentity) -> Petitioner:
        """The petitioner again; raises `cryptography.exceptions.InvalidTag` for another key or binding."""
        content = b64decode(sealed.sealed)
        bound = f"{sealed.petitioner_ref}\x1f{sealed.source}".encode()
        cipher = self._cipher(sealed.key_id)
        return Petitioner.from_bytes(cipher.decrypt(content[:NONCE_BYTES], content[NONCE_BYTES:], bound))

    def _cipher(self, key_id: str) -> AESGCM:
        ciphers: Mapping[str, AESGCM] = self._ciphers  # type: ignore[attr-defined]
        if key_id not in ciphers:
            raise InvalidTag
        return ciphers[key_id]

    def opened(self, sealed: bytes) -> dict[str, str]:
        """The fields of a message of the identity topic, readable; raises as `unseal` does."""
        petitioner = self.unseal(SealedIdentity.from_bytes(sealed))
        return {name: str(value) for name, value in petitioner.model_dump().items()}

    def carried(self, sealed: bytes, key: bytes) -> Pair | None:
        """The hash of the person of an identity message under another key, with the pseudonym to keep, if any."""
        found = SealedIdentity.from_bytes(sealed)
        hashed = petitioner_ref(self.unseal(found), key) if found.petitioner_ref else None
        return Pair(hashed, found.petitioner_ref) if hashed and hashed != found.petitioner_ref else None


def key_path(settings: Settings) -> Path:
    """Where the keys of an instance lie."""
    return settings.key_file.expanduser() if settings.key_file else settings.folder / "keys.json"


def kept_path(path: Path, key_id: str) -> Path:
    """Where the pseudonyms from before this key lie: beside the key file."""
    return path.with_name(f"pseudonyms-{key_id}.sqlite")


def load_keyring(path: Path, *, with_kept: bool = True) -> Keyring:
    """The keys of the file.

    Without `with_kept` it is not for making pseudonyms: it does not know whom the former key has named.
    """
    if not path.exists():
        raise KeyFileError(f"{path}: no key file; it is made when records are entered for the first time")
    if path.stat().st_mode & 0o077:
        raise KeyFileError(f"{path}: readable for others; set its mode to 600")
    try:
        found = read_keys(path)
        pseudonym, identity = b64decode(found["pseudonym"]["key"]), b64decode(found["identity"]["key"])
        former = {str(one["id"]): b64decode(one["key"]) for one in found.get(FORMER, ())}
        receipts = b64decode(found[RECEIPTS]["key"]) if RECEIPTS in found else b""
        checks = tuple(str(one) for one in found.get(FORMER_CHECKS, ()))
        ring = Keyring(pseudonym, identity, str(found["identity"]["id"]), former, receipts, checks)
        follows = with_kept and FOLLOWS in found["pseudonym"]
        name = str(found["pseudonym"]["id"])
    except (ValueError, KeyError, TypeError) as error:
        raise KeyFileError(f"{path}: not a key file ({type(error).__name__})") from None
    if {len(pseudonym), len(identity), *map(len, former.values())} != {KEY_BYTES}:
        raise KeyFileError(f"{path}: a key has not {KEY_BYTES} bytes")
    return replace(ring, pseudonym_of=_kept(kept_path(path, name)).of) if follows else ring


def _kept(path: Path) -> KeptPseudonyms:
    try:
        return KeptPseudonyms.opened(path)
    except FileNotFoundError:
        hint = "copy it from where the pseudonym key was changed, or make it anew: petitions pseudonym-key carry"
        raise KeyFileError(f"{path}: the pseudonyms from before the key changed are missing; {hint}") from None


def read_keys(path: Path) -> dict[str, Any]:
    """What the key file holds."""
    found = json.loads(path.read_text("ascii"))
    if not isinstance(found, dict):
        raise TypeError
    return found


def replace_keys(path: Path, content: dict[str, Any]) -> None:
    """Put new content in the place of the key file, whole or not at all."""
    _written(path, content).replace(path)


def change_identity_key(path: Path) -> str:
    """Seal with a new key from the next start on; former ones open what they sealed. Returns its id."""
    load_keyring(path)  # refuses what is no key file
    found, fresh = read_keys(path), new_key()
    replace_keys(path, found | {"identity": fresh, FORMER: [found["identity"], *found.get(FORMER, ())]})
    return fresh["id"]


def new_key() -> dict[str, str]:
    """A fresh key with its id, as the key file holds it."""
    return {"id": secrets.token_hex(4), "key": b64encode(secrets.token_bytes(KEY_BYTES)).decode("ascii")}


def create_keys(path: Path) -> None:
    """Make the file with new keys, for its owner only; of several makers the first wins. See `instance_keys`."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = _written(path, {kind: new_key() for kind in ("pseudonym", "identity")})
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _written(path: Path, content: dict[str, Any]) -> Path:
    """The content beside its place, whole and for its owner only."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    return draft
