"""What our rules write in Chinese into decisions, links and notes, told in English when it is shown. Pure.

Names of places, units and categories stay, and so does every word that people wrote: a text is translated where all
of it is a sentence of a rule.
"""

import re
from typing import Final

from schemas.terms import Channel, Confidence, DecisionKind, Rating, Term

Phrases = tuple[tuple[str, str], ...]
"""Patterns of whole texts, each with its translation."""


def _code(term: Term) -> str:
    return term.value.replace("_", " ")


OF_LINKS: Final[Phrases] = (
    (r"内容重合(.+)", r"\1 of the shorter text stands in the other"),
    (r"专名相合(.+)", r"names in common: \1"),
    (r"用语相近(.+)", r"rare words in common: \1"),
    (r"标题所指相同", r"the titles mean the same"),
    (r"用语相同而所指不同", r"the same words about something else"),
    (r"地点相同", r"the same place"),
    (r"地点相容", r"places that do not exclude each other"),
    (r"类别相同", r"the same category"),
    (r"仅一方写明村（社区）", r"only one names its village"),
    (r"类别不同", r"different categories"),
    (r"共同提及(\d+)处(?:以上)?名称或数额", r"\1 names, file numbers or amounts in common"),
    (r"共同提及(\d+)处以上名称", r"at least \1 names or file numbers in common"),
    (r"共同提及(\d+)处以上数字或时间", r"at least \1 numbers or months in common"),
    (r"反映地点不同", r"another place"),
    (r"反映地点不能确认相同", r"the place is not surely the same"),
    (r"人工判定为同一事项（(.+)）", r"judged the same by \1"),
    (r"权重(.+)", r"weights \1"),
)
"""Why petitions are one matter."""

OF_UNITS: Final[Phrases] = (
    *((rf"地点：(.+)（{one.label}）", rf"place: \1 ({_code(one)})") for one in Confidence),
    (r"地点：文中地名“(.+)”不在本省", r"place: “\1” in the text is in another province"),
    (r"地点：文中有多处地名：(.+)", r"place: the text names several: \1"),
    (r"地点：“(.+)”有(\d+)处同名", r"place: \2 places are called “\1”"),
    (r"地点：“(.+)”仅见于来源地区之外", r"place: “\1” is only found outside the source's territory"),
    (r"类别：(.+)（(.*)）", r"category: \1 (\2)"),
    (r"法定途径：(.+)（(.*)）", r"statutory channel: \1 (\2)"),
    (r"被反映对象：村（社区）干部（(.+)）", r"complained about: cadres of a village (\1)"),
    (r"被反映对象：(.+)（同一事项的其他来信）", r"complained about: \1 (in other letters about the matter)"),
    (r"被反映对象：(.+)（(.+)）", r"complained about: \1 (\2)"),
    *((rf"渠道：{one.label}", rf"channel: {_code(one)}") for one in Channel),
    (r"(.+)：被反映单位，应当回避", r"\1: complained about, so it withdraws"),
    (r"(.+)：该类事项的职权在上一级", r"\1: the power for such matters is one level higher"),
    (
        r"(.+)：非有权处理的最低一级，仅负责登记转送",
        r"\1: not the lowest level with the power; it only passes the petition on",
    ),
    (r"(.+)：属地未定，待共同上级决定", r"\1: the place is not settled; the common superior decides"),
    (r"(.+)：应走法定途径，不由其办理", r"\1: the statutory channel comes first"),
    (r"(.+)：已撤并或调整", r"\1: no longer exists"),
    (r"(.+)：未设主管部门", r"\1: has no department for it"),
)
"""Why a unit is accountable, and why another one is not."""

OF_REFUSALS: Final[Phrases] = (
    (r"名录或者裁定载明属于该单位职权范围", r"by the register or a ruling it has the power"),
    (r"名录或者裁定载明不属于该单位职权范围", r"by the register or a ruling the other has not the power"),
    (r"未说明理由和依据", r"it cited no ground"),
    (r"超过五个工作日", r"it took more than five working days"),
    (r"名录原定该单位，裁定已经更改", r"the register named it, and a ruling has changed that"),
)
"""Who was wrong where a unit refused."""

PETITIONER: Final[Phrases] = ((r"信访人", r"the petitioner"),)
"""Who rated."""

ENGLISH: Final[Phrases] = (*OF_LINKS, *OF_UNITS, *OF_REFUSALS, *PETITIONER)
_OF_A_CHANGE: Final[Phrases] = ((r"(.+)，自(\d{4}-\d{2}-\d{2})起", r"\1, from \2"),)
_KINDS: Final = {one.label: one for one in DecisionKind}
_RATINGS: Final[Phrases] = tuple((one.label, _code(one)) for one in Rating)


def in_english(text: str, phrases: Phrases = ENGLISH) -> str:
    """A text of a rule in English; what has no translation stays as it is."""
    for chinese, english in phrases:
        found = re.fullmatch(chinese, text)
        if found is not None:
            return found.expand(english)
    return text


def note_in_english(text: str) -> str:
    """A note with its kind in English; the reason that somebody gave stays."""
    label, colon, reason = text.partition("：")
    kind = _KINDS.get(label) if colon else None
    if kind is None:
        return text
    if kind is DecisionKind.REDETERMINE:
        reason = in_english(reason, _OF_A_CHANGE)
    elif kind is DecisionKind.RATE:
        reason = in_english(reason, _RATINGS)
    return f"{_code(kind)}: {reason}"
