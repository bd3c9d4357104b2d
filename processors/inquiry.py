"""What the rules would decide about a letter before it is sent: where, what, who, why — nothing is registered."""

from dataclasses import dataclass, field
from datetime import date

from processors.rulebook import Rulebook
from schemas.events import Classification, JurisdictionDecision, Place
from schemas.terms import Channel


@dataclass(frozen=True, slots=True)
class Question:
    """A letter as a clerk has it: its words, the county that asks, and the day on which it was received."""

    text: str = field(repr=False)
    county: str
    on: date
    title: str = field(default="", repr=False)
    place: str = field(default="", repr=False)
    category: str = ""
    channel: Channel = Channel.LETTER


@dataclass(frozen=True, slots=True)
class Answer:
    """What would be determined."""

    place: Place
    classification: Classification
    decision: JurisdictionDecision


def answer(question: Question, rulebook: Rulebook) -> Answer:
    """Locate, classify and determine as the stream does."""
    place = rulebook.gazetteer.locate_matter(
        question.place, question.title, question.text, question.on, question.county
    )
    classification = rulebook.classifier.classify(question.title, question.text, question.category)
    decision = rulebook.jurisdictions.determine(
        place, classification, f"{question.title}\n{question.text}", question.county, question.channel, question.on
    )
    return Answer(place, classification, decision)
