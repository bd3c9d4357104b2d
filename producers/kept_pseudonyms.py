"""Pseudonyms that outlive their key: who was known before a change of the key keeps the one that they have.

A file beside the key file, made from the topic of identities (`petitions pseudonym-key carry`). It holds hashes, no
identity, and can be made again as long as the topic is there.
"""

import os
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple, Self

TABLES = """
CREATE TABLE IF NOT EXISTS kept (hashed BLOB PRIMARY KEY, pseudonym BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS reached (part INTEGER PRIMARY KEY, next_offset INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS complete (once INTEGER PRIMARY KEY);
"""


class Pair(NamedTuple):
    """What a person is hashed to now, and the pseudonym that the person has."""

    hashed: str
    pseudonym: str


class KeptPseudonyms:
    """Looked up for each record that names somebody."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def opened(cls, path: Path) -> Self:
        """To look up only; raises `FileNotFoundError` where the file is not there or was never finished."""
        if not path.exists():
            raise FileNotFoundError
        found = cls(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False))
        if not found._connection.execute("SELECT 1 FROM complete").fetchone():
            raise FileNotFoundError
        return found

    @classmethod
    def growing(cls, path: Path) -> Self:
        """To add to; made for its owner only where it is not there."""
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
        connection = sqlite3.connect(path)
        connection.executescript(TABLES)
        return cls(connection)

    def of(self, hashed: str) -> str:
        """The pseudonym of the person who is hashed so: the one from before, else the hash itself."""
        row = self._connection.execute("SELECT pseudonym FROM kept WHERE hashed = ?", (_packed(hashed),)).fetchone()
        return f"R{row[0].hex()}" if row else hashed

    def add(self, pairs: Iterable[Pair], reached: Mapping[int, int]) -> None:
        """Keep pairs together with the offsets that they reach; who has a pseudonym already keeps that."""
        rows = [(_packed(pair.hashed), _packed(pair.pseudonym)) for pair in pairs]
        with self._connection:
            self._connection.executemany("INSERT OR IGNORE INTO kept VALUES (?, ?)", rows)
            self._connection.executemany("INSERT OR REPLACE INTO reached VALUES (?, ?)", reached.items())

    def finish(self) -> None:
        """All that the topic held is in: it may be looked up."""
        with self._connection:
            self._connection.execute("INSERT OR REPLACE INTO complete VALUES (1)")

    @property
    def reached(self) -> dict[int, int]:
        """Partition of the topic of identities → the next offset to read."""
        return dict(self._connection.execute("SELECT part, next_offset FROM reached"))

    def __len__(self) -> int:
        """How many people keep another pseudonym than their hash."""
        return int(self._connection.execute("SELECT count(*) FROM kept").fetchone()[0])

    def close(self) -> None:
        """Release the file."""
        self._connection.close()


def _packed(pseudonym: str) -> bytes:
    return bytes.fromhex(pseudonym.removeprefix("R"))
