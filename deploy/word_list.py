"""The words that are searched as words: names of the register, terms of the lexicon and of the law."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from consumers.search.words import words_path
from processors.register_files import load_register
from processors.rules.register import Register
from processors.rules.wording import read_lexicon
from schemas import terms
from schemas.settings import Settings
from schemas.terms import Level, Term

LEXICONS = ("categories.toml", "channels.toml", "offices.toml")
SHORT_FROM = {Level.PROVINCE, Level.CITY, Level.COUNTY}
"""Short names of townships (建设, 文化, 铁路) are everyday words more often than names: only full ones count."""
_OF_THE_LAW = (terms.Channel, terms.Verdict, terms.Ground, terms.CaseStatus, terms.StepKind, terms.ClockKind)


def write_words(settings: Settings) -> None:
    """Write the words of the instance for the consumers; the same words write the same file."""
    words = {"places": sorted(places(load_register(settings.register_dir))), "terms": sorted(set(law_terms()))}
    path = words_path(settings)
    content = json.dumps(words, ensure_ascii=False, indent=0)
    if not path.exists() or path.read_text("utf-8") != content:
        path.with_suffix(".new").write_text(content, "utf-8")
        path.with_suffix(".new").replace(path)


def places(register: Register) -> set[str]:
    """Names of all divisions above villages, also of those that ended; without what is an everyday word."""
    found: set[str] = set()
    for division in register.divisions:
        if division.level is not Level.VILLAGE:
            found.add(division.name)
            found.update(division.aliases if division.level in SHORT_FROM else ())
    return {name for name in found if len(name) > 1} - register.everyday_words


def law_terms() -> Iterator[str]:
    """Words of the lexicons, and the labels of what happens to a case."""
    for name in LEXICONS:
        yield from (word for word in _strings(read_lexicon(name)) if _is_chinese(word))
    for vocabulary in _OF_THE_LAW:
        yield from (term.label for term in _members(vocabulary) if _is_chinese(term.label))


def _members(vocabulary: type[Term]) -> Iterable[Term]:
    return list(vocabulary)


def _strings(value: Any) -> Iterator[str]:
    """Every word in the lists of a lexicon, at any depth."""
    match value:
        case dict():
            for part in value.values():
                yield from _strings(part)
        case list():
            yield from (word for word in value if isinstance(word, str))


def _is_chinese(word: str) -> bool:
    return len(word) > 1 and all("\u4e00" <= char <= "\u9fff" for char in word)
