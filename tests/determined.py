"""Determinations in the invented province, for tests."""

from datetime import date

from processors.rules.jurisdiction import determine_jurisdiction
from processors.rules.register import Register
from schemas.life import JurisdictionDecision
from schemas.petition import AlsoAbout, Classification, Place
from schemas.terms import Channel, Confidence
from tests.small_register import (
    HEYANG,
    small_register,
)

REGISTER = small_register()
DAY = date(2024, 3, 1)


def decide(
    code: str,
    category: str,
    text: str = "",
    *,
    source: str = HEYANG,
    channel: Channel = Channel.LETTER,
    others: tuple[str, ...] = (),
    on: date = DAY,
    register: Register = REGISTER,
    also: tuple[str, ...] = (),
) -> JurisdictionDecision:
    confidence = Confidence.AMBIGUOUS if others else Confidence.CERTAIN if code else Confidence.NONE
    place = Place(code=code, confidence=confidence, alternatives=others)
    further = tuple(AlsoAbout(category=code, category_name=code) for code in also)
    kind = Classification(category=category, category_name=category, also=further)
    return determine_jurisdiction(place, kind, text, source, channel, on, register)
