"""Text as it is, without what no text should hold."""

import re
import unicodedata

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
BLANKS = re.compile(r"\s+")
_WIDE = re.compile("[０-９Ａ-Ｚａ-ｚ]")
_NARROW = {
    point: point - 0xFEE0 for first, last in ("０９", "ＡＺ", "ａｚ") for point in range(ord(first), ord(last) + 1)
}
"""Full-width digits and letters stand this far behind the usual ones."""


def cleaned(text: str) -> str:
    """The same text without control characters (line breaks and tabs stay) and without blanks at its ends."""
    if text.isprintable():  # by far the most texts, and the cheapest question
        return text.strip()
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if CONTROL.search(text):
        text = CONTROL.sub("", text)
    return text.strip()


def identifier(text: str) -> str:
    """An identifier in its one form: NFKC, no control characters, no blanks."""
    if text.isascii() and text.isalnum():
        return text
    return BLANKS.sub("", cleaned(unicodedata.normalize("NFKC", text)))


def narrow(text: str) -> str:
    """The same text with full-width digits and letters in their usual form; each character stays where it is."""
    return text.translate(_NARROW) if _WIDE.search(text) else text
