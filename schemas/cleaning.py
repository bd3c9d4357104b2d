"""Text as it is, without what no text should hold."""

import re
import unicodedata

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
BLANKS = re.compile(r"\s+")


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
