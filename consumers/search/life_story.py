"""The life of an indexed case in plain words: who was accountable from when, who refused, what did not fit. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from consumers.search.english import in_english
from schemas.office_time import day_of
from schemas.terms import CaseStatus, Ground, StepKind, Term

WORDS: Final[dict[str, dict[str, str]]] = {
    "zh": {
        "tenures": "责任单位沿革",
        "tenure": "   自 {day} 起：{unit}（{ground}）",
        "refusals": "异议台账（共 {count} 次）",
        "refusal": "   {day}  {unit} 提出异议，退回 {sender}{cites}{late}",
        "cites": "，依据：{article}",
        "late": "，已超过五个工作日（{due_on}）",
        "wrong": "     认定：{unit} 有误，{reason}",
        "nobody_wrong": "     认定：{reason}",
        "odd": "不合程序的环节（共 {count} 个，均予保留）",
        "odd_step": "   {day}  {kind}：当时为“{status}”{followed}",
        "followed": "，仍按此办理",
    },
    "en": {
        "tenures": "Accountable from",
        "tenure": "   {day}: {unit} ({ground})",
        "refusals": "Refusals ({count})",
        "refusal": "   {day}  {unit} refused, back to {sender}{cites}{late}",
        "cites": ", citing: {article}",
        "late": ", after the fifth working day ({due_on})",
        "wrong": "     found: {unit} was wrong, {reason}",
        "nobody_wrong": "     found: {reason}",
        "odd": "Steps that did not fit ({count}, all kept)",
        "odd_step": "   {day}  {kind}: the case was {status}{followed}",
        "followed": ", followed all the same",
    },
}


def tell_life(case: Mapping[str, Any], language: str) -> Iterator[str]:
    """What happened beside the regular course; nothing where there was nothing."""
    words, story = WORDS[language], case["story"]
    if story.get("tenures"):
        yield ""
        yield words["tenures"]
        for tenure in story["tenures"]:
            ground = _named(Ground, tenure["ground"], language)
            yield words["tenure"].format(day=day_of(tenure["since"]), unit=tenure["unit"], ground=ground)
    if story.get("refusals"):
        yield ""
        yield words["refusals"].format(count=len(story["refusals"]))
        for refusal in story["refusals"]:
            yield from _refusal(refusal, words, language)
    if story.get("irregularities"):
        yield ""
        yield words["odd"].format(count=len(story["irregularities"]))
        for odd in story["irregularities"]:
            yield words["odd_step"].format(
                day=day_of(odd["at"]),
                kind=_named(StepKind, odd["kind"], language),
                status=_named(CaseStatus, odd["status"], language),
                followed=words["followed"] if odd["is_followed"] else "",
            )


def _refusal(refusal: Mapping[str, Any], words: Mapping[str, str], language: str) -> Iterator[str]:
    yield words["refusal"].format(
        day=day_of(refusal["at"]),
        unit=refusal["unit"],
        sender=refusal["sender"],
        cites=words["cites"].format(article=refusal["article"]) if refusal["article"] else "",
        late="" if refusal["is_in_time"] else words["late"].format(due_on=refusal["due_on"]),
    )
    key = "wrong" if refusal["wrong_unit"] else "nobody_wrong"
    reason = refusal["reason"] if language == "zh" else in_english(refusal["reason"])
    yield words[key].format(unit=refusal["wrong_unit"], reason=reason)


def _named(terms: type[Term], code: str, language: str) -> str:
    return terms(code).label if language == "zh" else code.replace("_", " ")
