"""Answers why a unit is accountable: for words before they are sent, and for a case of the index."""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson
from pydantic import ValidationError

from processors.inquiry import Answer, Question, answer, why
from processors.register_files import load_register
from processors.rulebook import Rulebook
from processors.rules.working_days import day
from schemas.contract import faulty_field
from schemas.events import Classification, Place
from schemas.terms import Channel, Confidence

_SURE = {Confidence.CERTAIN.value, Confidence.LIKELY.value}


class BadQuestion(ValueError):
    """A question that cannot be read; names the field, never its value."""


class Desk:
    """Answers by the rules of one register, which are read when the first question comes."""

    def __init__(self, register_dir: Path | None) -> None:
        self._register_dir = register_dir

    @cached_property
    def rulebook(self) -> Rulebook:
        """All rules; takes some seconds and some hundred megabytes."""
        return Rulebook(load_register(self._register_dir))

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
        on = day(datetime.fromisoformat(first["received_at"]))
        place = Place(
            code=case["place"],
            name=case["place_name"],
            confidence=Confidence(case["place_confidence"]),
            reason=story["place_reason"],
        )
        if case["place_confidence"] not in _SURE:
            place = self.rulebook.gazetteer.locate_matter("", title, body, on, first["source"])
        kind = Classification(
            category=case["category"], category_name=case["category_name"], terms=tuple(story["category_terms"])
        )
        channel = Channel(first["channel"])
        return why(place, kind, f"{title}\n{body}", first["source"], channel, on, self.rulebook)
