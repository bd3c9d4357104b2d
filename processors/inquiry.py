"""What the rules would decide about a letter before it is sent: where, what, who, why. Nothing is registered."""

from datetime import date

from pydantic import ConfigDict, Field

from processors.rulebook import Rulebook
from processors.rules.jurisdiction import explain
from schemas.contract import Contract
from schemas.life import JurisdictionDecision
from schemas.petition import Classification, Place
from schemas.terms import Channel


class Question(Contract):
    """A letter as a clerk has it. Unknown fields are refused, because a misspelt one would change the answer."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    text: str = Field(max_length=100_000, repr=False)
    county: str = Field(pattern=r"^[0-9]{2,12}$")
    """Code of the division that asks; it decides between places of one name."""
    on: date
    """The day on which it was received; the register of that day answers."""
    title: str = Field(default="", max_length=1_000, repr=False)
    place: str = Field(default="", max_length=500, repr=False)
    category: str = Field(default="", max_length=100)
    """The county's own category, in its words."""
    channel: Channel = Channel.LETTER


class Told(Contract):
    """One step of the determination."""

    name: str
    zh: str
    en: str


class Answer(Contract):
    """What would be determined, and how it comes about."""

    place: Place
    classification: Classification
    decision: JurisdictionDecision
    steps: tuple[Told, ...]


def answer(question: Question, rulebook: Rulebook) -> Answer:
    """Locate, classify and determine as the stream does."""
    asked = question
    place = rulebook.gazetteer.locate_matter(asked.place, asked.title, asked.text, asked.on, asked.county)
    classification = rulebook.classifier.classify(asked.title, asked.text, asked.category)
    text = f"{asked.title}\n{asked.text}"
    return why(place, classification, text, asked.county, asked.channel, asked.on, rulebook)


def why(
    place: Place,
    classification: Classification,
    text: str,
    source: str,
    channel: Channel,
    on: date,
    rulebook: Rulebook,
) -> Answer:
    """The determination of a matter whose place and category are known, step by step."""
    decision, steps = explain(place, classification, text, source, channel, on, rulebook.register)
    told = tuple(Told(name=step.name, zh=step.zh, en=step.en) for step in steps)
    return Answer(place=place, classification=classification, decision=decision, steps=told)
