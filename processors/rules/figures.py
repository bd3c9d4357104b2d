"""What a letter counts: sums, areas, households, and the month in which it began.

Two people who tell one matter in words of their own still say that 163 households are without water since March. A
figure is written in one way here: 14.74万元 is 147400元, 去年9月 is a month of the year before the letter.
"""

import re
from decimal import Decimal

MOST = 6
_LEAST = 10
"""Smaller whole numbers are in every letter."""
_MONEY = "元块"
# Begins with one set of characters, so that the search leaps from one of them to the next.
_FIGURE = re.compile(
    r"[今去前\d](?:(?<=[今去前])年\d{1,2}月|(?<=\d)(?<![\d.].)(?:\d{3}年\d{1,2}月"
    rf"|\d{{0,8}}(?:\.\d{{1,4}})?万?[{_MONEY}户名人家位个亩平米公里套辆盏栋间棵头吨斤]))"
)
_BEFORE = {"今": 0, "去": 1, "前": 2}


def figures(text: str, written_in: int) -> list[str]:
    """The first figures of a letter of that year, each in one way of writing; at most `MOST`."""
    found: dict[str, None] = {}
    for match in _FIGURE.finditer(text):
        figure = _written(match.group(), written_in)
        if figure:
            found.setdefault(figure)
        if len(found) == MOST:
            break
    return list(found)


def _written(found: str, written_in: int) -> str:
    if found[-1] == "月":
        year, month = found[:-1].split("年")
        return f"{written_in - _BEFORE[year] if year in _BEFORE else year}-{int(month)}"
    digits, unit = found[:-1].removesuffix("万"), "元" if found[-1] in _MONEY else ""
    factor = 10_000 if found[-2] == "万" else 1
    if "." in digits:
        number = (Decimal(digits) * factor).normalize()
        return "" if number < _LEAST and number == number.to_integral_value() else f"{number:f}{unit}"
    whole = int(digits) * factor
    return "" if whole < _LEAST else f"{whole}{unit}"
