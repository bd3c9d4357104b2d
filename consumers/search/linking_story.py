"""Why petitions are one case, in plain words: verdicts and their evidence, judgements, open questions. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from consumers.search.english import in_english
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
