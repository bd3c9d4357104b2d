"""A letter as a scanner or a hasty typist hands it on: some characters are taken for others, some are lost."""

from random import Random

CONFUSED = "己已未末土士人入日曰在再账帐像象做作的地得到查察住往拆折贷货科料经径房户村材镇填设没请清情晴公么给合"
"""Pairs of characters that are taken for each other: the first and second, the third and fourth, and so on."""
CONFUSES, LOSES, SPOILS = 0.2, 0.01, 0.015
"""How often a character of these pairs is taken for the other; how often any is lost, or taken for any other."""
_TAKEN_FOR = {one: CONFUSED[at ^ 1] for at, one in enumerate(CONFUSED)}


def misread(text: str, rng: Random) -> str:
    """The text with the faults of a bad scan; fillings and layout are hit like everything else."""
    return "".join(_read(character, text, rng) for character in text)


def _read(character: str, text: str, rng: Random) -> str:
    draw = rng.random()
    if character in _TAKEN_FOR and draw < CONFUSES:
        return _TAKEN_FOR[character]
    if not character.isalpha() or draw > LOSES + SPOILS:
        return character
    return "" if draw < LOSES else text[int(rng.random() * len(text))]
