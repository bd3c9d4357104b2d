"""Why petitions are one case, in plain words: verdicts and their evidence, judgements, open questions. Pure."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from schemas.office_time import day_of
from schemas.terms import Opinion, Verdict

Document = Mapping[str, Any]

WORDS: Final[dict[str, dict[str, str]]] = {
    "zh": {
        Verdict.FIRST: "首次反映本事项",
        Verdict.SENT_TO_MANY: "同一信访人在数日内把内容基本相同的信投向多处，按一件处理",
        Verdict.REPEAT: "同一信访人再次反映同一事项",
        Verdict.JOINING: "不同信访人反映同一事项",
        Verdict.UNSURE: "可能与另一信访件是同一事项，待人工判定",
        "matched": "   与 {other} 相同，相似度 {score:.2f}",
        "maybe": "   或与 {other} 相同，相似度 {score:.2f}",
        "evidence": "   依据：{text}",
        "judgements": "人工判定",
        "judgement": "{day}  {one} 与 {other}：{opinion}，{reason}（{by}）",
        "kept_from": "经人工判定与 {others} 分立。",
        "questions": "待人工判定",
        "question": "   {petition_id} 与 {other_id} 可能是同一事项，相似度 {score:.2f}{left_open}",
        "left_open": "（曾判定：暂不能判定）",
    },
    "en": {
        Verdict.FIRST: "the first about this matter",
        Verdict.SENT_TO_MANY: "the same petitioner sent nearly the same letter to several offices; counted once",
        Verdict.REPEAT: "the same petitioner about the same matter again",
        Verdict.JOINING: "another petitioner about the same matter",
        Verdict.UNSURE: "perhaps about the same matter as another petition; a person is asked",
        "matched": "   the same as {other}, score {score:.2f}",
        "maybe": "   perhaps the same as {other}, score {score:.2f}",
        "evidence": "   evidence: {text}",
        "judgements": "What people judged",
        "judgement": "{day}  {one} and {other}: {opinion}; {reason} ({by})",
        "kept_from": "People judged it to be another matter than {others}.",
        "questions": "Open questions",
        "question": "   {petition_id} and {other_id} may be one matter, score {score:.2f}{left_open}",
        "left_open": " (somebody could not tell)",
    },
}

ENGLISH: Final[tuple[tuple[str, str], ...]] = (
    (r"内容重合(.+)", r"\1 of the shorter text stands in the other"),
    (r"专名相合(.+)", r"names in common: \1"),
    (r"用语相近(.+)", r"rare words in common: \1"),
    (r"标题所指相同", r"the titles mean the same"),
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
"""The evidence that rules write in Chinese, and the same in English."""


def in_english(text: str) -> str:
    """One piece of evidence in English; what has no translation stays as it is."""
    for chinese, english in ENGLISH:
        found = re.fullmatch(chinese, text)
        if found is not None:
            return found.expand(english)
    return text


def tell_verdict(petition: Document, language: str) -> Iterator[str]:
    """Why a petition is in its case: what it is to the others, how sure that is, and the evidence."""
    words = WORDS[language]
    yield f"   {words[petition['verdict']]}"
    if petition["matched_petition_id"]:
        form = "maybe" if petition["verdict"] == Verdict.UNSURE else "matched"
        yield words[form].format(other=petition["matched_petition_id"], score=petition["score"])
    yield from _evidence(petition["evidence"], language)


def tell_judged(story: Document, language: str) -> Iterator[str]:
    """What people judged about the petitions of a case, and what nobody has answered yet."""
    words = WORDS[language]
    if story["judgements"]:
        yield from ("", words["judgements"])
    for made in story["judgements"]:
        one, other = made["pair"]
        opinion = Opinion(made["opinion"])
        said = opinion.label if language == "zh" else opinion.value.replace("_", " ")
        yield words["judgement"].format(
            day=day_of(made["at"]), one=one, other=other, opinion=said, reason=made["reason"], by=made["by"]
        )
    if story["kept_from"]:
        yield words["kept_from"].format(others=", ".join(story["kept_from"]))
    if story["questions"]:
        yield from ("", words["questions"])
    for asked in story["questions"]:
        yield words["question"].format_map({**asked, "left_open": words["left_open"] * asked["is_left_open"]})
        yield from _evidence(asked["evidence"], language)


def _evidence(evidence: list[str], language: str) -> Iterator[str]:
    for text in evidence:
        yield WORDS[language]["evidence"].format(text=text if language == "zh" else in_english(text))
