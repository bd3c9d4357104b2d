"""How people write the name of a division: its official form, its short forms, and what they leave out."""

import re

from schemas.terms import Level

_SUFFIXES: dict[Level, tuple[str, ...]] = {
    Level.PROVINCE: ("维吾尔自治区", "壮族自治区", "回族自治区", "特别行政区", "自治区", "省", "市"),
    Level.CITY: ("自治州", "地区", "盟", "市"),
    Level.COUNTY: ("自治县", "自治旗", "林区", "特区", "县", "区", "市", "旗"),
    Level.TOWNSHIP: ("街道", "镇", "乡", "苏木"),
    Level.VILLAGE: ("社区居委会", "居委会", "社区", "村"),
}
_PEOPLES = re.compile(r"(?:[回满壮苗侗瑶彝藏羌白傣]|蒙古|土家|朝鲜|哈萨克|布依|畲|黎)+族(?=[镇乡区])")
_COMMITTEES = re.compile(
    r"(?:村民委员会|居民委员会|居民管理委员会|居委员会|社区民委员会|社区委员会|管理委员会|村委会|居委会|村委|居委)住?$"
)
_ZONE = ("开发区", "示范区", "实验区", "产业园区", "工业园区", "聚集区", "集聚区", "管理区")
SHORTEST_STEM = 2
"""A name without its level is a name from two characters on: 杞 alone never means 杞县."""


def stem(name: str, level: Level) -> str:
    """The name without its level: 郑州 for 郑州市; the name itself where nothing would be left."""
    bare = _PEOPLES.sub("", name) if "族" in name else name
    for suffix in _SUFFIXES.get(level, ()):
        if bare.endswith(suffix) and len(bare) - len(suffix) >= SHORTEST_STEM:
            return bare.removesuffix(suffix)
    return bare if bare != name else name


def short_forms(name: str, level: Level) -> tuple[str, ...]:
    """All forms beside the official one that mean the same division, longest first."""
    forms = {stem(name, level), _PEOPLES.sub("", name)}
    if level is Level.TOWNSHIP and name.endswith("街道"):
        base = name.removesuffix("街道")
        forms |= {f"{name}办事处", f"{name}办", f"{base}办事处"}
    forms.discard(name)
    return tuple(sorted((form for form in forms if len(form) >= SHORTEST_STEM), key=lambda form: (-len(form), form)))


def village_name(committee: str) -> str:
    """The village or community that a committee is named after: 王庄村 for 王庄村委会, 丰产社区 for 丰产居委会."""
    is_community = "居" in committee[-8:] or "社区" in committee[-9:]
    base = _COMMITTEES.sub("", committee)
    if is_community:
        return base if base.endswith(("社区", "村")) else f"{base}社区"
    return base if base.endswith("村") else f"{base}村"


def is_zone(name: str) -> bool:
    """Whether a county-level division is a zone, whose townships are mostly written under another county."""
    return name.endswith(_ZONE)
