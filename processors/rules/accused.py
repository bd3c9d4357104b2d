"""The unit complained about, recognised from the text: an office, and a word that makes it the object of complaint.

The unit complained about never handles the complaint and never sees it (articles 28 and 30). The text is scanned
once; what comes out are units of the register and words of the lexicon, never the petitioner's own sentence.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib.resources import files
from typing import Any, NamedTuple

from processors.rules.register import Division, Register, Unit
from processors.rules.wordscan import WordScan
from schemas.terms import Level

_READ = 4_000
"""Characters that are scanned; a complaint names its object early."""
_NEAR, _LATER, _BEFORE, _NAME = 14, 26, 12, 8
_SENTENCE_END, _CLAUSE_END = frozenset("。！？；\n!?;"), frozenset("，,：:")


class Kind(StrEnum):
    """What a word of the lexicon does in a sentence."""

    OFFICE = "office"
    WRONG = "wrong"
    CORRUPT = "corrupt"
    STALLING = "stalling"
    ACCUSING = "accusing"
    OTHER_SUBJECT = "other_subject"
    ASKED_TO = "asked_to"


@dataclass(frozen=True, slots=True)
class Office:
    """A word for an office: of which level it is, or how the unit's official name ends, or its department code."""

    word: str
    level: Level | None = None
    sign: str = ""
    """The level's own word at the beginning (`镇` of `镇政府`), behind which a name may end."""
    names: tuple[str, ...] = ()
    department: str = ""


@dataclass(frozen=True, slots=True)
class Accused:
    """What the text complains about: units of the register, and the lexicon words that say so."""

    units: tuple[Unit, ...]
    """Highest level first; empty where only a village's cadres are complained about."""
    acts: tuple[str, ...]
    is_corruption: bool
    is_village: bool


class _Entry(NamedTuple):
    word: str
    kinds: frozenset[Kind]
    office: Office | None


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    word: str
    kinds: frozenset[Kind]
    office: Office | None


@dataclass(frozen=True, slots=True)
class _Scene:
    """A text, and the places that its offices can belong to."""

    text: str
    chain: tuple[Division, ...]
    on: date
    register: Register

    def named_before(self, end: int, tail: str = "") -> tuple[Division, int] | None:
        """The neighbouring division whose name (with `tail` behind it) ends at `end`, and where it starts."""
        for start in range(max(0, end - _NAME), end - 1):
            name = self.text[start : end - len(tail)]
            for parent in self.chain if self.text.endswith(tail, start, end) else ():
                division = self.register.named_under(parent.code, name, self.on)
                if division is not None:
                    return division, start
        return None

    def is_spoken_to(self, start: int) -> bool:
        """Whether the words before an office, and before the names of places in front of it, say so."""
        while (named := self.named_before(start)) is not None:
            start = named[1]
        if self.text[start - 1 : start] in _SIGNS:
            start -= 1
        return self.text.endswith(_ADDRESSEES, 0, start)

    def divisions_before(self, start: int) -> Iterator[Division]:
        """Divisions that may have a department: the one that the text names before it, then the chain upwards."""
        named = self.named_before(start)
        if named is not None:
            yield named[0]
        sign = self.text[start - 1 : start]
        highest = _RANK[{"省": Level.PROVINCE, "市": Level.CITY}.get(sign, Level.VILLAGE)]
        for division in self.chain:
            if _RANK[division.level] <= highest or (sign == "市" and division.name.endswith("市")):
                yield division

    def government_division(self, word: _Word, office: Office) -> Division | None:
        """The division that a government's name means: one that is named, else the one in the chain."""
        named = self.named_before(word.start) if office.sign == "" else None
        named = named or self.named_before(word.end, office.word.removeprefix(office.sign))
        if named is not None and named[0].level in {office.level, Level.COUNTY}:
            return named[0]
        if office.sign == "市":
            levels = {Level.COUNTY, Level.CITY}
            return next((d for d in self.chain if d.level in levels and d.name.endswith("市")), None)
        return next((d for d in self.chain if d.level is office.level), None)


def recognise_accused(text: str, chain: tuple[Division, ...], on: date, register: Register) -> Accused | None:
    """An office is complained about where a word of wrongdoing, corruption or stalling follows it in its clause.

    `chain` holds the divisions of the matter, lowest first: `镇政府` means the township government of that chain
    unless the text names another. None where nobody is complained about.
    """
    text = text[:_READ]
    hits = _SCAN.words_in(text, _OFFICES_AND_ACTS)
    if not hits:
        return None
    words = [_Word(start, start + len(word), *_LEXICON[word]) for start, word in hits]
    scene = _Scene(text, chain, on, register)
    found = list(_complaints(scene, words))
    units = {u.code: u for word, _ in found if (u := _resolved(scene, word))}
    is_village = any(word.office is not None and word.office.level is Level.VILLAGE for word, _ in found)
    if not units and not is_village:
        return None
    return Accused(
        units=tuple(sorted(units.values(), key=lambda u: (_RANK[u.level], u.code))),
        acts=tuple(dict.fromkeys(act.word for _, act in found)),
        is_corruption=any(Kind.CORRUPT in act.kinds for _, act in found),
        is_village=is_village,
    )


def _complaints(scene: _Scene, words: list[_Word]) -> Iterator[tuple[_Word, _Word]]:
    """Pairs of an office and the words that make it the object of complaint."""
    for index, word in enumerate(words):
        if word.office is None or scene.text.startswith(_PLACES, word.end):
            continue
        for act in (_accusation(scene.text, words, index), _act(scene, words, index)):
            if act is not None:
                yield word, act


def _accusation(text: str, words: list[_Word], index: int) -> _Word | None:
    """`举报某镇政府`: the accusing word stands right before the office, and nothing says `to`."""
    office = words[index]
    for before in reversed(words[:index]):
        between = text[before.end : office.start]
        if before.office is not None and between[:1] in _AND and len(between) < _BEFORE:
            office = before
            continue
        if Kind.ACCUSING not in before.kinds or len(between) > _BEFORE:
            return None
        is_direct = not any(mark in between for mark in (*_SENTENCE_END, *_CLAUSE_END, "到", "给", "向", "至"))
        return before if is_direct else None
    return None


def _act(scene: _Scene, words: list[_Word], index: int) -> _Word | None:
    """The act that follows the office: in its clause for wrongdoing, in its sentence for stalling."""
    start, end = words[index].start, words[index].end
    is_asked = False
    for word in words[index + 1 :]:
        between = scene.text[end : word.start]
        if len(between) > _LATER or not _SENTENCE_END.isdisjoint(between):
            return None
        if Kind.STALLING in word.kinds and not _is_negated(scene.text, word.start):
            return word
        if not is_asked and not word.kinds.isdisjoint(_DONE) and _is_same_clause(between):
            return None if scene.is_spoken_to(start) else word
        if word.office is not None and between[:1] in _AND and len(between) < _BEFORE:
            end = word.end
        elif word.office is not None or Kind.OTHER_SUBJECT in word.kinds:
            return None
        is_asked = is_asked or Kind.ASKED_TO in word.kinds
    return None


def _is_same_clause(between: str) -> bool:
    return len(between) <= _NEAR and _CLAUSE_END.isdisjoint(between)


def _is_negated(text: str, start: int) -> bool:
    """Whether the word at `start` is wished away: `不要推诿`, `不再敷衍`."""
    return text.endswith(("不要", "不得", "不能", "不再", "别", "杜绝", "防止", "避免"), 0, start)


def _resolved(scene: _Scene, word: _Word) -> Unit | None:
    """The unit of the register that an office's words mean, if it has one."""
    office = word.office
    if office is None or office.level is Level.VILLAGE:
        return None
    if office.level is None:
        found = scene.divisions_before(word.start)
        return next((unit for d in found if (unit := _department(scene, d, office))), None)
    division = scene.government_division(word, office)
    return scene.register.unit_of(division.code, office.department, scene.on) if division else None


def _department(scene: _Scene, division: Division, office: Office) -> Unit | None:
    if office.department:
        return scene.register.unit_of(division.code, office.department, scene.on)
    units = scene.register.units_in(division.code)
    return next((u for u in units if u.is_valid_on(scene.on) and u.name.endswith(office.names)), None)


def _lexicon(data: dict[str, Any]) -> dict[str, _Entry]:
    """All words of the lexicon: what each does, and the office that it names."""
    kinds: dict[str, set[Kind]] = {}
    offices: dict[str, Office] = {}
    for kind, words in _kinds(data):
        for word in words:
            kinds.setdefault(word, set()).add(kind)
    for office in _offices(data):
        kinds.setdefault(office.word, set()).add(Kind.OFFICE)
        offices[office.word] = office
    return {word: _Entry(word, frozenset(found), offices.get(word)) for word, found in kinds.items()}


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


_DATA: dict[str, Any] = tomllib.loads((files("processors.rules.lexicon") / "offices.toml").read_text("utf-8"))
_LEXICON = _lexicon(_DATA)
_ADDRESSEES: tuple[str, ...] = tuple(_DATA["context"]["addressees"])
_PLACES: tuple[str, ...] = tuple(_DATA["context"]["places"])
_ACTS = frozenset({Kind.WRONG, Kind.CORRUPT, Kind.STALLING, Kind.ACCUSING})
_SIGNS = frozenset("县区市省镇乡")
_IS_OFFICE, _IS_ACT, _IS_OTHER = 1, 2, 4
_OFFICES_AND_ACTS = _IS_OFFICE | _IS_ACT
_SCAN = WordScan(
    (entry.word, _IS_OFFICE * bool(entry.office) + _IS_ACT * (not entry.kinds.isdisjoint(_ACTS)) or _IS_OTHER)
    for entry in _LEXICON.values()
)
_DONE = frozenset({Kind.WRONG, Kind.CORRUPT})
_AND = frozenset("和与、及跟")
_RANK = {level: rank for rank, level in enumerate(Level)}
