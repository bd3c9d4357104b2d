"""Invented people, firms and streets. Numbers look right and cannot be anyone's.

An identity number carries a check digit that is wrong on purpose; telephone numbers start with 12, which is not
given to mobile telephones.
"""

from dataclasses import dataclass
from random import Random

from deploy.demo.corpus import Names

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"


@dataclass(frozen=True, slots=True)
class Person:
    """A petitioner who does not exist."""

    number: int
    name: str
    id_number: str
    phone: str
    residence: str
    age: int


def draw_person(rng: Random, names: Names, number: int, residence: str, county: str, year: int) -> Person:
    """A person of 24 to 79 years; the serial `number` makes identity and telephone numbers unique."""
    age = 24 + int(rng.random() * 56)
    birthday = f"{year - age}{1 + int(rng.random() * 12):02d}{1 + int(rng.random() * 28):02d}"
    return Person(
        number=number,
        name=draw_name(rng, names),
        id_number=_wrong_id_number(f"{county}{birthday}", number),
        phone=f"12{number % 10**9:09d}",
        residence=residence,
        age=age,
    )


def draw_name(rng: Random, names: Names) -> str:
    """A surname with one or two characters behind it."""
    given = names.given[int(rng.random() * len(names.given))]
    if rng.random() < 0.75:
        given += names.given[int(rng.random() * len(names.given))]
    return names.surnames[int(rng.random() * len(names.surnames))] + given


def draw_firm(rng: Random, names: Names, kind: str) -> str:
    """An invented firm in a trade that fits the kind of matter."""
    endings = names.trades.get(kind, names.firm_plain)
    second = pick(rng, names.firm_second) if len(pick(rng, endings)) > 3 else ""
    return pick(rng, names.firm_first) + second + pick(rng, endings)


def pick(rng: Random, choices: tuple[str, ...]) -> str:
    """One of the choices; quicker than `Random.choice`."""
    return choices[int(rng.random() * len(choices))]


def _wrong_id_number(start: str, number: int) -> str:
    digits = f"{start}{number % 1000:03d}"
    right = sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=True)) % 11
    return digits + CHECK_DIGITS[(right + 1 + number // 1000) % 11 if (1 + number // 1000) % 11 else (right + 1) % 11]
