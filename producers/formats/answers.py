"""The imprint of an answer that a petitioner was given: whether two answers are one text, and nothing else. Pure.

Supervisors look for one answer text on unrelated cases, closed on paper only. Copies differ in what is filled in: who
is addressed, dates, numbers. All of that is left out before the text is hashed.
"""

import re
import unicodedata
from hashlib import blake2b
from typing import Final

from schemas.petition import AnswerImprint

LONGEST: Final = 20_000
"""Characters of an answer; a longer one is refused."""
LEAST: Final = 40
"""Characters that must be left for an imprint: 已办结，感谢您的来信 is said of many matters, and copies nothing."""
_ADDRESS: Final = re.compile(r"[^:。;!?\n]{0,40}(?::|(?:您|你|你们)好[,!。]?)")
"""The opening up to its colon, or to 您好: 尊敬的某某先生：您好！ Whole answers may begin with several of them."""
_MOST_ADDRESSES: Final = 3
_FILLED_IN: Final = re.compile(r"[^a-z\u3400-\u9fff]|[零〇一二三四五六七八九十百千万亿两年月日时分秒号第元]")
"""All but letters and Han characters; numbers and dates in Chinese, too."""


def imprint_of(text: str, name: str = "") -> AnswerImprint | None:
    """The imprint of an answer; `name` is the petitioner's, where it is known. None where too little text is left.

    Numerals and the units of dates are left out wherever they stand, also within words: on both sides alike, so that
    the same text always has the same imprint.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    told = unicodedata.normalize("NFKC", name).casefold().strip()
    if len(told) > 1:
        plain = plain.replace(told, "")
    plain = plain.strip()
    for _ in range(_MOST_ADDRESSES):
        address = _ADDRESS.match(plain)
        if address is None:
            break
        plain = plain[address.end() :].lstrip(" \n,!。")
    kept = _FILLED_IN.sub("", plain)
    if len(kept) < LEAST:
        return None
    return AnswerImprint(digest=blake2b(kept.encode(), digest_size=8).hexdigest(), length=len(kept))
