"""What a decision has to say, and what it must not. Pure."""

import re
import unicodedata
from typing import Final

_PERSONAL: Final = re.compile(
    r"(?<![0-9])(?:[0-9]{17}[0-9Xx]|[0-9]{6}[ -][0-9]{8}[ -][0-9]{3}[0-9Xx]"
    r"|1[3-9][0-9]{9}|1[3-9][0-9][ -][0-9]{4}[ -][0-9]{4})(?![0-9])"
)
"""Numbers of identity cards and of mobile phones, also in the groups in which people write them."""


NUMBER: Final = "〔号码〕"
"""Stands for the number of a person in what is shown again."""


class Unfit(ValueError):
    """What was decided cannot be taken as it is; names the field, never what it holds."""

    def __init__(self, field: str, problem: str) -> None:
        """`problem` is shown to who decides."""
        super().__init__(problem)
        self.field = field


def names_a_person(text: str) -> bool:
    """Whether a text holds the number of an identity card or of a mobile phone."""
    return _PERSONAL.search(unicodedata.normalize("NFKC", text)) is not None


def without_numbers(text: str) -> str:
    """A text with a mark in place of each number of a person; empty where one cannot be told from what is around."""
    plain = "".join(char if len(one := unicodedata.normalize("NFKC", char)) != 1 else one for char in text)
    kept, end = [], 0
    for found in _PERSONAL.finditer(plain):
        kept += [text[end : found.start()], NUMBER]
        end = found.end()
    shown = "".join([*kept, text[end:]])
    return "" if names_a_person(shown) else shown


def checked_reason(reason: str) -> str:
    """The reason as it will stand in the story for ever; raises `Unfit` if empty, or with the number of a person."""
    kept = reason.strip()
    if not kept:
        raise Unfit("reason", "a reason is needed")
    if names_a_person(kept):
        raise Unfit("reason", "no numbers of persons: the reason stands in the story for ever")
    return kept
