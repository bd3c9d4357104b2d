"""Documents of so many cases as a province has: those of invented letters, put together anew. Pure.

Each takes place, unit and periods from one case, its title from another and its text from the halves of two more, so
no two are alike, and words are as frequent as in the letters.
"""

import random
import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import orjson

from consumers.search.documents import document
from consumers.search.words import WordList
from schemas.events import Case
from schemas.keys import digest
from schemas.terms import CaseStatus

YEARS_DAYS = 3 * 365
"""The first petitions lie within three years, as the first ones of a takeover do."""
_SENTENCE = re.compile(r"[^。！？]*[。！？]?")


class Material:
    """What documents are put together from."""

    def __init__(self, cases: Sequence[Case], words: WordList, seed: int) -> None:
        """`cases` are invented ones as the stages decided them; the same seed makes the same documents."""
        self._words = words
        self._chance = random.Random(seed)
        self._documents = [document(case, words) for case in cases if case.status is not CaseStatus.MERGED]
        self._titles = [title for one in self._documents for title in one["titles"] if title]
        self._texts = [_SENTENCE.findall(body) for one in self._documents for body in one["bodies"] if body]

    def documents(self, count: int) -> Iterator[tuple[str, bytes]]:
        """Case ids and documents."""
        for number in range(count):
            name = digest("bench", str(number))
            yield f"C{name}", orjson.dumps(self._document(name))

    def texts(self) -> Iterator[str]:
        """Texts as those of the documents, without end."""
        while True:
            yield self._text()

    def _document(self, name: str) -> dict[str, Any]:
        like = self._chance.choice(self._documents)
        title, body = self._chance.choice(self._titles), self._text()
        earlier = timedelta(days=self._chance.randrange(YEARS_DAYS))
        return like | {
            "case_id": f"C{name}",
            "petition_ids": [f"P{name}"],
            "record_nos": [name],
            "opened_at": like["opened_at"] - earlier,
            "last_received_at": like["last_received_at"] - earlier,
            "titles": [title],
            "bodies": [body],
            "words": " ".join(self._words.of([like["place_name"], like["unit_name"], title, body])),
        }

    def _text(self) -> str:
        first, second = self._chance.choice(self._texts), self._chance.choice(self._texts)
        return "".join(first[: len(first) // 2] + second[len(second) // 2 :])
