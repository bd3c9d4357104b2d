"""The unit complained about, recognised from the text: an office, and a word that makes it the object of complaint.

The unit complained about never handles the complaint and never sees it (articles 28 and 30). The text is scanned
once; what comes out are units of the register and words of the lexicon, never the petitioner's own sentence.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from processors.rules.register import Division, Register, Unit
from processors.rules.scope import in_force
from processors.rules.wording import Kind, Office, Word, Wording, read_lexicon, read_wording
from schemas.terms import Level

_NEAR, _LATER, _BEFORE, _NAME = 14, 26, 12, 8
_SENTENCE_END, _CLAUSE_END = frozenset("。！？；\n!?;"), frozenset("，,：:")


@dataclass(frozen=True, slots=True)
class Accused:
    """What the text complains about: units of the register, and the lexicon words that say so."""

    units: tuple[Unit, ...]
    """Highest level first; empty where only a village's cadres are complained about."""
    acts: tuple[str, ...]
    is_corruption: bool
    is_village: bool
    elsewhere: frozenset[str] = frozenset()
    """Codes of the units that only other letters about the same matter complain about."""


@dataclass(frozen=True, slots=True)
class _Scene:
    """A text, and the places that its offices can belong to."""

    text: str
    chain: tuple[Division, ...]
    on: date
    register: Register

    def named_before(self, end: int, tail: str = "") -> tuple[Division, int] | None:
        """The division whose name (with `tail` behind it) ends at `end`, and where it starts.

        A neighbour by any of its names, else any county by its full name; an old name means whoever took it over.
        """
        if not self.text.endswith(tail, 0, end):
            return None
        for start in range(max(0, end - _NAME), end - len(tail) - 1):
            name = self.text[start : end - len(tail)]
            if not self.register.is_name(name):
                continue
            for parent in self.chain:
                division = self.register.named_under(parent.code, name, self.on)
                if division is not None:
                    return division, start
                heirs = self.heirs(parent, name)
                if len(heirs) == 1:
                    return heirs[0], start
            elsewhere = self.register.county_named(name, self.on) if self.chain else None
            if elsewhere is not None:
                return elsewhere, start
        return None

    def heirs(self, parent: Division, name: str) -> tuple[Division, ...]:
        """Who stands for a division of that name that no longer exists."""
        former = self.register.once_named_under(parent.code, name, self.on)
        return in_force(former.code, self.on, self.register) if former else ()

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

    def government_division(self, word: Word, office: Office) -> Division | None:
        """The division that a government's name means: one that is named, else the one in the chain."""
        named = self.named_before(word.start) if office.sign == "" else None
        named = named or self.named_before(word.end, office.word.removeprefix(office.sign))
        if named is not None and named[0].level in {office.level, Level.COUNTY}:
            return named[0]
        if office.sign == "市":
            levels = {Level.COUNTY, Level.CITY}
            return next((d for d in self.chain if d.level in levels and d.name.endswith("市")), None)
        return next((d for d in self.chain if d.level is office.level), None)


def recognise_accused(
    letter: str | Wording, chain: tuple[Division, ...], on: date, register: Register
) -> Accused | None:
    """An office is complained about where a word of wrongdoing, corruption or stalling follows it in its clause.

    `chain` holds the divisions of the matter, lowest first: `镇政府` means the township government of that chain
    unless the text names another. None where nobody is complained about.
    """
    wording = read_wording(letter) if isinstance(letter, str) else letter
    if not wording.words:
        return None
    words = wording.words
    scene = _Scene(wording.text, chain, on, register)
    found = list(_complaints(scene, words))
    units = {u.code: u for word, _ in found if (u := _resolved(scene, word))}
    is_village = any(word.office is not None and word.office.level is Level.VILLAGE for word, _ in found)
    if not units and not is_village:
        return None
    return Accused(
        units=_ordered(units.values()),
        acts=tuple(dict.fromkeys(act.word for _, act in found)),
        is_corruption=any(Kind.CORRUPT in act.kinds for _, act in found),
        is_village=is_village,
    )


def with_others(found: Accused | None, codes: Collection[str], on: date, register: Register) -> Accused | None:
    """What a letter complains about, and the units that other letters about its matter complain about.

    Of a unit that is gone those that carry on its powers (article 24).
    """
    own = {unit.code: unit for unit in found.units} if found is not None else {}
    others = {u.code: u for code in codes for u in register.carrying_on(code, on) if u.code not in own}
    if not others:
        return found
    return Accused(
        units=_ordered((*own.values(), *others.values())),
        acts=found.acts if found is not None else (),
        is_corruption=found is not None and found.is_corruption,
        is_village=found is not None and found.is_village,
        elsewhere=frozenset(others),
    )


def _ordered(units: Iterable[Unit]) -> tuple[Unit, ...]:
    return tuple(sorted(units, key=lambda unit: (_RANK[unit.level], unit.code)))


def _complaints(scene: _Scene, words: tuple[Word, ...]) -> Iterator[tuple[Word, Word]]:
    """Pairs of an office and the words that make it the object of complaint."""
    for index, word in enumerate(words):
        if word.office is None or scene.text.startswith(_PLACES, word.end):
            continue
        for act in (_accusation(scene.text, words, index), _act(scene, words, index)):
            if act is not None:
                yield word, act


def _accusation(text: str, words: tuple[Word, ...], index: int) -> Word | None:
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


def _act(scene: _Scene, words: tuple[Word, ...], index: int) -> Word | None:
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


def _resolved(scene: _Scene, word: Word) -> Unit | None:
    """The unit of the register that an office's words mean, if it has one."""
    office = word.office
    if office is None or office.level is Level.VILLAGE:
        return None
    if office.level is None:
        return next(
            (unit for d in scene.divisions_before(word.start) if (unit := _department(scene, d, office))), None
        )
    division = scene.government_division(word, office)
    return scene.register.unit_of(division.code, office.department, scene.on) if division else None


def _department(scene: _Scene, division: Division, office: Office) -> Unit | None:
    """The division's own department; above the township, where it has none, the government that does its work."""
    if office.department:
        return scene.register.unit_of(division.code, office.department, scene.on)
    units = [u for u in scene.register.units_in(division.code) if u.is_valid_on(scene.on)]
    found = next((u for u in units if u.name.endswith(office.names)), None)
    if found is None and _RANK[division.level] <= _RANK[Level.COUNTY] and office.names != _COMMITTEE:
        return next((u for u in units if u.department == "government"), None)
    return found


_CONTEXT = read_lexicon("offices.toml")["context"]
_ADDRESSEES: tuple[str, ...] = tuple(_CONTEXT["addressees"])
_PLACES: tuple[str, ...] = tuple(_CONTEXT["places"])
_COMMITTEE = ("管理委员会",)
"""Only zones have one; it is no department that a government could stand for."""
_SIGNS = frozenset("县区市省镇乡")
_DONE = frozenset({Kind.WRONG, Kind.CORRUPT})
_AND = frozenset("和与、及跟")
_RANK = {level: rank for rank, level in enumerate(Level)}
