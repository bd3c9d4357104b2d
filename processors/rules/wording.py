"""The words of a letter that decide about its unit: offices, what they are said to have done, and procedures."""

import tomllib
from collections.abc import Iterator
from enum import StrEnum
from importlib.resources import files
from typing import Any, NamedTuple

from processors.rules.words import Words
from schemas.terms import Level

_READ = 4_000
"""Characters that are scanned; a complaint names its object early."""


class Kind(StrEnum):
    """What a word of the lexicon does in a sentence."""

    OFFICE = "office"
    WRONG = "wrong"
    CORRUPT = "corrupt"
    STALLING = "stalling"
    ACCUSING = "accusing"
    OTHER_SUBJECT = "other_subject"
    ASKED_TO = "asked_to"


ACTS = frozenset({Kind.WRONG, Kind.CORRUPT, Kind.STALLING, Kind.ACCUSING})


class Office(NamedTuple):
    """A word for an office: of which level it is, or how the unit's official name ends, or its department code."""

    word: str
    level: Level | None = None
    sign: str = ""
    """The level's own word at the beginning (`镇` of `镇政府`), behind which a name may end."""
    names: tuple[str, ...] = ()
    department: str = ""


class Word(NamedTuple):
    """One word of the lexicon in a text."""

    start: int
    end: int
    word: str
    kinds: frozenset[Kind]
    office: Office | None


class Wording(NamedTuple):
    """What a letter says about offices and procedures; `text` is what was read."""

    text: str
    words: tuple[Word, ...] = ()
    """Offices, acts and what stands between them; empty where there is no office or nothing that one did."""
    channel: str = ""
    """Code of the procedure that the letter asks for or disputes."""
    channel_words: tuple[str, ...] = ()


def read_wording(text: str) -> Wording:
    """Scan a letter once; most hold no complaint and no procedure, and are left after the scan."""
    text = text[:_READ]
    hits = _SCAN.find(text)
    seen = 0
    for number, _, _ in hits:
        seen |= _MARKS[number]
    if seen & _OFFICES_AND_ACTS != _OFFICES_AND_ACTS and not seen & _IS_CHANNEL:
        return Wording(text)
    named = [(_CHANNELS[_WORDS[number]], _WORDS[number]) for number, _, _ in hits if _MARKS[number] & _IS_CHANNEL]
    channel = min(named)[0][1] if named else ""
    said = tuple(dict.fromkeys(word for (_, code), word in named if code == channel))
    if seen & _OFFICES_AND_ACTS != _OFFICES_AND_ACTS:
        return Wording(text, (), channel, said)
    words = (
        Word(start, end, _WORDS[number], *_LEXICON[_WORDS[number]])
        for number, start, end in hits
        if not _MARKS[number] & _IS_CHANNEL
    )
    return Wording(text, tuple(words), channel, said)


def channel_name(channel: str) -> str:
    """What officials call a procedure."""
    return _NAMES[channel]


def _lexicon(data: dict[str, Any]) -> dict[str, tuple[frozenset[Kind], Office | None]]:
    """All words about offices: what each does, and the office that it names."""
    kinds: dict[str, set[Kind]] = {}
    offices = {office.word: office for office in _offices(data)}
    for kind, words in _kinds(data):
        for word in words:
            kinds.setdefault(word, set()).add(kind)
    for word in offices:
        kinds.setdefault(word, set()).add(Kind.OFFICE)
    return {word: (frozenset(found), offices.get(word)) for word, found in kinds.items()}


def _kinds(data: dict[str, Any]) -> Iterator[tuple[Kind, list[str]]]:
    yield from ((Kind(name), words) for name, words in data["acts"].items())
    yield Kind.OTHER_SUBJECT, data["context"]["other_subjects"]
    yield Kind.ASKED_TO, data["context"]["asked_to"]


def _offices(data: dict[str, Any]) -> Iterator[Office]:
    for row in data["office"]:
        yield from (Office(word, Level(row["level"]), row["sign"], department="government") for word in row["words"])
    for row in data["department"]:
        level = Level(row["level"]) if "level" in row else None
        names, department = tuple(row.get("names", ())), row.get("department", "")
        yield from (Office(word, level, "", names, department) for word in row["words"])


def read_lexicon(name: str) -> dict[str, Any]:
    """One of the shipped lexicons."""
    return tomllib.loads((files("processors.rules.lexicon") / name).read_text("utf-8"))


def _mark(word: str) -> int:
    if word in _CHANNELS:
        return _IS_CHANNEL
    kinds, office = _LEXICON[word]
    return _IS_OFFICE * bool(office) | _IS_ACT * (not kinds.isdisjoint(ACTS))


_IS_OFFICE, _IS_ACT, _IS_CHANNEL = 1, 2, 4
_OFFICES_AND_ACTS = _IS_OFFICE | _IS_ACT
_LEXICON = _lexicon(read_lexicon("offices.toml"))
_TABLE = read_lexicon("channels.toml")
_CHANNELS = {word: (rank, code) for rank, (code, row) in enumerate(_TABLE.items()) for word in row["words"]}
_NAMES: dict[str, str] = {code: row["name"] for code, row in _TABLE.items()}
_WORDS = (*_LEXICON, *_CHANNELS)
_MARKS = tuple(map(_mark, _WORDS))
_SCAN = Words(_WORDS, is_overlapping=False, is_short=True)
