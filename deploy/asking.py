"""Answers why a unit is accountable: for words before they are sent, and for a case of the index."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any

import orjson
from pydantic import ValidationError

from processors.inquiry import Answer, Question, answer, why
from processors.register_files import load_register
from processors.rulebook import Rulebook
from schemas.contract import faulty_field
from schemas.office_time import office_day
from schemas.petition import AlsoAbout, Classification, Place
from schemas.register_events import RegisterChange
from schemas.terms import Channel, Confidence

LOOK_EVERY_S = 30.0
Adopted = Callable[[], tuple[RegisterChange, ...]]
"""The changes of the register that an instance has adopted."""
_SURE = {Confidence.CERTAIN.value, Confidence.LIKELY.value}


class BadQuestion(ValueError):
    """A question that cannot be read; names the field, never its value."""


class Desk:
    """Answers by the rules of a register and its adopted changes, which are read when the first question comes."""

    def __init__(self, register_dir: Path | None, adopted: Adopted = lambda: ()) -> None:
        self._register_dir = register_dir
        self._adopted = adopted
        self._lock = Lock()
        self._rulebook: Rulebook | None = None
        self._changes: tuple[RegisterChange, ...] = ()
        self._looked_at = 0.0

    @property
    def rulebook(self) -> Rulebook:
        """All rules; takes some seconds and some hundred megabytes, again only when the register has changed."""
        with self._lock:
            if self._rulebook is None or monotonic() - self._looked_at > LOOK_EVERY_S:
                changes = self._adopted()
                if self._rulebook is None or changes != self._changes:
                    self._rulebook = Rulebook(load_register(self._register_dir, changes=changes))
                self._changes, self._looked_at = changes, monotonic()
            return self._rulebook

    def asked(self, county: str, body: bytes) -> dict[str, Any]:
        """Answer the question that a county sent as JSON; it asks for itself whatever the body says."""
        try:
            fields = orjson.loads(body)
            question = Question.model_validate(fields | {"county": county})
        except ValidationError as error:
            raise BadQuestion(f"not a question: {faulty_field(error)}") from None
        except (orjson.JSONDecodeError, TypeError):
            raise BadQuestion("the body is not a JSON object in UTF-8") from None
        return answer(question, self.rulebook).model_dump(mode="json")

    def about(self, case: Mapping[str, Any]) -> Answer:
        """What the rules say about an indexed case, by the register of the day of its first petition."""
        story = case["story"]
        first = story["petitions"][0]
        title, body = case["titles"][first["text"]], case["bodies"][first["text"]]
        on = office_day(datetime.fromisoformat(first["received_at"]))
        place = Place(
            code=case["place"],
            name=case["place_name"],
            confidence=Confidence(case["place_confidence"]),
            reason=story["place_reason"],
        )
        if case["place_confidence"] not in _SURE:
            place = self.rulebook.gazetteer.locate_matter("", title, body, on, first["source"])
        kind = Classification(
            category=case["category"],
            category_name=case["category_name"],
            terms=tuple(story["category_terms"]),
            sector=case.get("sector", ""),
            sector_name=case.get("sector_name", ""),
            issue=case.get("issue", ""),
            issue_name=case.get("issue_name", ""),
            also=tuple(AlsoAbout(**also) for also in story.get("also", ())),
        )
        channel = Channel(first["channel"])
        return why(place, kind, f"{title}\n{body}", first["source"], channel, on, self.rulebook)
