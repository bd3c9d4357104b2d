"""Who petitions, as a keyed hash: one person, one pseudonym, and nobody computes it without the key."""

import re
import unicodedata
from hashlib import blake2b

from schemas.identity import Petitioner

BLANKS = re.compile(r"[\s\-—()·]+")
ID_18 = re.compile(r"[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9X]")
ID_15 = re.compile(r"[1-9][0-9]{5}[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}")
PASSPORT = re.compile(r"[A-Z]{1,2}[0-9]{6,10}")
PHONE = re.compile(r"1[3-9][0-9]{9}|0[0-9]{9,11}")
COUNTRY = re.compile(r"(?:\+|00)?86(?=0?[1-9][0-9]{9,10}$)")
SEVERAL = re.compile(r"[,，;；/、\n]")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
NO_NAMES = frozenset({"", "无", "不详", "未知", "未提供", "/", "群众", "市民", "村民", "居民", "来电人", "本人"})
VAGUE_ENDINGS = ("某", "先生", "女士", "小姐", "同志", "老师", "等人")
LEAST_RESIDENCE = 4
"""A shorter residence names no place in which a name would be one person's."""


def petitioner_ref(petitioner: Petitioner, key: bytes) -> str | None:
    """By the best identifier: ID number, else phone, else name and residence; None where no one can be told apart."""
    identified = best_identifier(petitioner)
    if identified is None:
        return None
    return "R" + blake2b("\x1f".join(identified).encode(), digest_size=8, key=key).hexdigest()


def best_identifier(petitioner: Petitioner) -> tuple[str, ...] | None:
    """The kind of the identifier and the identifier in its one form; masked or invented numbers do not count."""
    if number := id_number(petitioner.id_number):
        return "id", number
    if number := phone(petitioner.phone):
        return "phone", number
    name, residence = _one_form(petitioner.name), _one_form(petitioner.residence)
    if name in NO_NAMES or name.endswith(VAGUE_ENDINGS) or len(residence) < LEAST_RESIDENCE:
        return None
    return "name", name, residence


def id_number(text: str) -> str:
    """A citizen's number in 18 digits (15 are completed), or that of a passport; empty where it is neither."""
    number = _one_form(text)
    if ID_18.fullmatch(number):
        return number
    if ID_15.fullmatch(number):
        return _completed(number)
    return number if PASSPORT.fullmatch(number) else ""


def phone(text: str) -> str:
    """The first number of the cell that is one, without country code; empty where there is none."""
    if not text:
        return ""
    for part in SEVERAL.split(unicodedata.normalize("NFKC", text)):
        number = COUNTRY.sub("", _one_form(part))
        if PHONE.fullmatch(number) and len(set(number)) > 2 and not number.endswith("00000000"):
            return number
    return ""


def _completed(number: str) -> str:
    """The old number of 15 digits as the 18 digits that replaced it (GB 11643)."""
    longer = f"{number[:6]}19{number[6:]}"
    return longer + CHECK_DIGITS[sum(w * int(d) for w, d in zip(WEIGHTS, longer, strict=True)) % 11]


def _one_form(text: str) -> str:
    """NFKC, without blanks and hyphens, in capitals."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return BLANKS.sub("", text).upper()
