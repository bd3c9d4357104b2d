"""One key for each county system that pushes records; only hashes of them are kept."""

import hashlib
import json
import os
import re
import secrets
from collections.abc import Mapping
from hmac import compare_digest
from pathlib import Path

from schemas.settings import Settings

NOBODY = "0" * 64
COUNTY = re.compile(r"[0-9]{2,12}")


def gateway_keys_path(settings: Settings) -> Path:
    """Where the hashed keys of an instance lie."""
    given = settings.gateway_keys_file
    return given.expanduser() if given else settings.folder / "gateway-keys.json"


def create_key(path: Path, county: str) -> str:
    """A new key for the county; the old one stops working. It is shown once and kept as a hash only."""
    key = secrets.token_urlsafe(32)
    keep = dict(_read(path)) | {county: _hashed(key)}
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        json.dump(keep, file, indent=1, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    return key


class SourceKeys:
    """Tells whether a key is that county's; a changed file is read again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_at = -1
        self._hashes: Mapping[str, str] = {}

    def fits(self, county: str, key: str) -> bool:
        """Whether the key was given to the county; takes as long for a wrong county as for a wrong key."""
        changed = self._path.stat().st_mtime_ns if self._path.exists() else 0
        if changed != self._read_at:
            self._hashes, self._read_at = _read(self._path), changed
        return compare_digest(self._hashes.get(county, NOBODY), _hashed(key)) and bool(key)


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def _read(path: Path) -> Mapping[str, str]:
    try:
        found = json.loads(path.read_text("ascii"))
    except FileNotFoundError:
        return {}
    if not isinstance(found, dict) or not all(COUNTY.fullmatch(county) for county in found):
        raise ValueError(f"{path}: not a file of source keys")
    return {str(county): str(hashed) for county, hashed in found.items()}
