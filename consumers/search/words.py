"""Words of the law and names of places, found as words: 金水 is not found in 资金水平. Pure but for its files.

A text is cut from the left by the longest name, term or everyday word. A name counts where the cut puts it, or at the
edge of a longer name (镇平 in 镇平县). A term counts wherever it stands: officials expect 市政府 in 南阳市政府.
Every other phrase is searched by its characters.
"""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from ahocorasick_rs import AhoCorasick, MatchKind

from schemas.keys import digest
from schemas.settings import Settings

COMMON: Final = Path(__file__).parent / "common_words.txt"
LEAST: Final = 2
"""A single character is no word."""


class WordList:
    """The names and terms of one instance."""

    def __init__(self, places: Iterable[str], terms: Iterable[str], common: Iterable[str] = ()) -> None:
        """Builds the automata; some thousand words take some milliseconds."""
        self.places = frozenset(word for word in places if len(word) >= LEAST)
        self.terms = frozenset(word for word in terms if len(word) >= LEAST) - self.places
        self.version = digest("words", *sorted(self.places), "", *sorted(self.terms), size=4)
        self._cut_by = sorted(self.places | self.terms | set(common))
        self._terms = sorted(self.terms)
        self._edges = {word: _edges(word, self.places) for word in self.places}
        self._cutter = AhoCorasick(self._cut_by, matchkind=MatchKind.LeftmostLongest)
        self._finder = AhoCorasick(self._terms, matchkind=MatchKind.Standard)

    def __contains__(self, word: str) -> bool:
        """Whether it is searched as a word."""
        return word in self.places or word in self.terms

    def of(self, texts: Iterable[str]) -> list[str]:
        """The names and terms in some texts, each once, in a fixed order."""
        text = "\n".join(texts)  # no word goes over the end of a line
        found: set[str] = set()
        cut = {self._cut_by[number] for number, _, _ in self._cutter.find_matches_as_indexes(text)}
        for place in cut & self.places:
            found.update(self._edges[place])
        matches = self._finder.find_matches_as_indexes(text, overlapping=True)
        found.update({self._terms[number] for number, _, _ in matches})
        return sorted(found)


def _edges(word: str, places: frozenset[str]) -> tuple[str, ...]:
    """The name itself, and the names with which it begins or ends."""
    parts = {word[:length] for length in range(LEAST, len(word))} | {word[at:] for at in range(1, len(word) - 1)}
    return (word, *sorted(parts & places))


NO_WORDS: Final = WordList((), ())
"""Everything is searched by its characters."""


def words_path(settings: Settings) -> Path:
    """Where the words of an instance lie; `petitions up` writes them from the register and the lexicon."""
    return settings.folder / "words.json"


def load_words(settings: Settings) -> WordList:
    """The words of the instance; none where there is no such file."""
    try:
        return _read(words_path(settings), words_path(settings).stat().st_mtime_ns)
    except FileNotFoundError:
        return NO_WORDS


@cache
def _read(path: Path, changed_at: int) -> WordList:
    told: Mapping[str, list[str]] = json.loads(path.read_text("utf-8"))
    return WordList(told["places"], told["terms"], common_words())


def common_words() -> list[str]:
    """The everyday words that are shipped."""
    lines = COMMON.read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]
