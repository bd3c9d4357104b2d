"""What tells one matter from another: companies, estates, roads, schools, file numbers, figures.

Two retellings of one matter may share no sentence, but they name the same factory, court case or sum. An anchor
is a short hash of such a name with the characters that stand before its ending, so that no list of names is needed,
or of a figure; the last bit tells which.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from zlib import crc32

from processors.rules.figures import figures
from processors.rules.words import Words

LIMIT = 12
_STEM = 2
"""Characters before the ending that belong to the name."""
_ENDINGS = Words(
    (
        "有限公司", "公司", "小区", "花园", "家园", "学校", "中学", "小学", "幼儿园", "医院", "卫生院", "工厂",
        "纸厂", "化工厂", "砖厂", "厂", "大道", "路口", "路", "大桥", "桥", "水库", "合作社", "养殖场", "饭店",
        "酒店", "宾馆", "超市", "市场", "广场", "工地", "项目", "车站", "矿", "河", "渠",
    ),
    is_overlapping=True,
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
    """Hashes of at most `LIMIT` names, file numbers and figures in a letter of that year, the first ones first."""
    files = (match.group() for match in _FILE.finditer(text))
    names = chain(files, (text[start:end] for start, end in named(text)))
    found: dict[int, None] = dict.fromkeys(crc32(figure.encode()) | FIGURE for figure in figures(text, written_in))
    for name in names:
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
    return any(not anchor & FIGURE for anchor in anchors)


def named(text: str) -> Iterator[tuple[int, int]]:
    """Where names stand that end as those of firms, roads and schools do, with the characters before their ending."""
    taken = 0
    for ending, _, end in sorted([(start, number, end) for number, start, end in _ENDINGS.find(text)]):
        start = ending - _STEM
        if start >= taken and _is_han(text[start]) and _is_han(text[start + 1]):
            yield start, end
            taken = end


def _is_han(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff"
