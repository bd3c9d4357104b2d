"""What tells one matter from another: companies, estates, roads, schools, file numbers, figures.

Two retellings of one matter may share no sentence, but they name the same factory, court case or sum. An anchor
is a short hash of such a name with the characters that stand before its ending, so that no list of names is needed,
or of a figure; the last bit tells which.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import chain, pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from processors.rules.figures import figures
from processors.rules.passes import PLANE, Lengths, Points, names_before_endings
from processors.rules.plain_text import begins_of, laid_out

LIMIT = 12
_STEM = 2
"""Characters before the ending that belong to the name."""
_ENDINGS = (
        "有限公司", "公司", "小区", "花园", "家园", "学校", "中学", "小学", "幼儿园", "医院", "卫生院", "工厂",
        "纸厂", "化工厂", "砖厂", "厂", "大道", "路口", "路", "大桥", "桥", "水库", "合作社", "养殖场", "饭店",
        "酒店", "宾馆", "超市", "市场", "广场", "工地", "项目", "车站", "矿", "河", "渠",
)  # fmt: skip
"""Of two that begin at one place the first one counts."""
_FILE = re.compile(r"[(（〔]\d{4}[)）〕][\u4e00-\u9fff]{0,4}\d{0,4}[\u4e00-\u9fff]{0,4}第?\d+号")
FIGURE = 1
"""The bit of an anchor that stands for a number or a month."""
_TOO_COMMON = frozenset(
    {
        "这条路", "那条路", "的道路", "条道路", "村的路", "的公路", "的小区", "本小区", "个小区",
        "该公司", "的公司", "家公司", "某公司", "的项目", "该项目", "的学校", "的医院", "的工地",
        "条马路", "的市场", "有条路", "修的路", "们小区", "们学校", "们公司",
    }
)  # fmt: skip


def anchors(text: str, written_in: int) -> tuple[int, ...]:
    """The anchors of one letter of that year."""
    return anchors_of([text], [written_in])[0]


def anchors_of(texts: Sequence[str], written_in: Iterable[int]) -> list[tuple[int, ...]]:
    """Hashes of at most `LIMIT` names, file numbers and figures in each letter of a year, the first ones first."""
    points, ends = laid_out(texts)
    starts, stops, counts = names_in(points, begins_of(ends), ends)
    every = "".join(texts)
    names = list(map(every.__getitem__, map(slice, starts.tolist(), stops.tolist())))
    shares = pairwise([0, *counts.tolist()])
    return [
        _anchors(text, year, names[first:last])
        for text, year, (first, last) in zip(texts, written_in, shares, strict=True)
    ]


def _anchors(text: str, written_in: int, names: Iterable[str]) -> tuple[int, ...]:
    found: dict[int, None] = dict.fromkeys([crc32(figure.encode()) | FIGURE for figure in figures(text, written_in)])
    files = _FILE.findall(text) if "号" in text else ()
    for name in chain(files, names):
        if name not in _TOO_COMMON:
            found.setdefault(crc32(name.encode()) & ~FIGURE, None)
        if len(found) == LIMIT:
            break
    return tuple(found)


def figures_in(anchors: Iterable[int]) -> int:
    """How many of them stand for figures."""
    return sum([anchor & FIGURE for anchor in anchors])


def has_name(anchors: Iterable[int]) -> bool:
    """Whether one of them stands for a firm, a road or a file, not for a figure."""
    for anchor in anchors:  # noqa: SIM110 - twice as fast as any(): asked for every two petitions that are compared
        if not anchor & FIGURE:
            return True
    return False


def names_in(points: Points, begins: Lengths, ends: Lengths) -> tuple[Lengths, Lengths, Lengths]:
    """Where names stand that end as those of firms, roads and schools do, with the characters before their ending.

    Start and stop of each, and how many there are up to the end of each text.
    """
    return names_before_endings(points, begins, ends, *_endings(), _STEM)


@cache
def _endings() -> tuple[NDArray[np.int16], Points]:
    """For each character where the endings are that begin with it, and all endings, those side by side."""
    words = sorted(_ENDINGS, key=lambda word: _ENDINGS.index(next(w for w in _ENDINGS if w[0] == word[0])))
    first = np.full(PLANE + 1, -1, np.int16)
    for row, word in reversed(list(enumerate(words))):
        first[ord(word[0])] = row
    longest = max(map(len, words))
    return first, np.array([[*map(ord, word), *[0] * (longest - len(word))] for word in words], np.uint32)
