"""One key for each county system that pushes records, two while it changes; only hashes of them are kept."""

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


def create_key(path: Path, county: str, *, keep_old: bool = False) -> str:
    """A new key for the county, shown once and kept as a hash only; the old one stops working unless it is kept."""
    key = secrets.token_urlsafe(32)
    known = _read(path)
    former = known.get(county, ())[:1] if keep_old else ()
    _write(path, {**known, county: (_hashed(key), *former)})
    return key


def retire_old_key(path: Path, county: str) -> bool:
    """End the change of a county's key: only the newest goes on working. False where there was no older one."""
    known = _read(path)
    had_two = len(known.get(county, ())) > 1
    if had_two:
        _write(path, {**known, county: known[county][:1]})
    return had_two


def _write(path: Path, keys: Mapping[str, tuple[str, ...]]) -> None:
    """Replace the file, whole or not at all; one key is written plainly, as it was before there could be two."""
    keep = {county: hashes[0] if len(hashes) == 1 else list(hashes) for county, hashes in keys.items()}
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        json.dump(keep, file, indent=1, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


class SourceKeys:
    """Tells whether a key is that county's; a changed file is read again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_at = -1
        self._hashes: Mapping[str, tuple[str, ...]] = {}

    def fits(self, county: str, key: str) -> bool:
        """Whether the key was given to the county; takes as long for a wrong county as for a wrong key."""
        changed = self._path.stat().st_mtime_ns if self._path.exists() else 0
        if changed != self._read_at:
            self._hashes, self._read_at = _read(self._path), changed
        first, second = (*self._hashes.get(county, ()), NOBODY, NOBODY)[:2]
        hashed = _hashed(key)
        fits = compare_digest(first, hashed), compare_digest(second, hashed)
        return any(fits) and bool(key)


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def _read(path: Path) -> Mapping[str, tuple[str, ...]]:
    """County → the hashes of its keys, the newest first."""
    try:
        found = json.loads(path.read_text("ascii"))
    except FileNotFoundError:
        return {}
    if not isinstance(found, dict) or not all(COUNTY.fullmatch(county) for county in found):
        raise ValueError(f"{path}: not a file of source keys")
    return {county: (kept,) if isinstance(kept, str) else tuple(map(str, kept)) for county, kept in found.items()}
