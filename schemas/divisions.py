"""Codes of administrative divisions: their digits name what contained a division when it was numbered.

Territory moves and keeps its code, so the register decides what contains it (`Register.path`). The digits are what is
left where nobody asked the register.
"""

CODE_LENGTHS = (2, 4, 6, 9, 12)
"""Digits of a division code from province to village."""
COUNTY_DIGITS = 6


def place_path(code: str) -> list[str]:
    """The codes of a division and of all that contain it by its digits, highest first."""
    return [code[:length] for length in CODE_LENGTHS if length <= len(code)]
