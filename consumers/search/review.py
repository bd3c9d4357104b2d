"""The review queue (待人工判定): pairs that the rules leave to people, each with both petitions and the evidence."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from consumers.search.english import in_english
from consumers.search.reader import IndexReader
from schemas.office_time import day_of
from schemas.terms import Channel, Verdict

Petition = Mapping[str, Any]
_MOST_OTHERS = 1_000
_MOST_PAGES = 50
WORDS: Final[dict[str, dict[str, str]]] = {
    "zh": {
        "question": "是否同一事项？相似度 {score:.2f}：{evidence}{left_open}",
        "comma": "、",
        "left_open": "（曾判定：暂不能判定）",
        "petition": "  {petition_id}  {day} {how}  {source} 第 {record_no} 号  {where}  {case_id}",
        "no_place": "属地未识别",
        "text": "    《{title}》{body}",
        "none": "待判定：无",
    },
    "en": {
        "question": "One matter? Score {score:.2f}: {evidence}{left_open}",
        "comma": "; ",
        "left_open": " (somebody could not tell)",
        "petition": "  {petition_id}  {day} {how}  {source} record {record_no}  {where}  {case_id}",
        "no_place": "place not recognised",
        "text": "    “{title}” {body}",
        "none": "Nothing is to be judged.",
    },
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, with what a person needs to answer it."""

    question: Mapping[str, Any]
    petition: Petition
    other: Petition | None
    """None while its case is not in the index."""

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {**self.question, "petition": self.petition, "other": self.other}


def review_body(county: str, size: int) -> dict[str, Any]:
    """Cases with open questions, those that were last heard of first."""
    filters: list[dict[str, Any]] = [{"term": {"verdicts": Verdict.UNSURE.value}}]
    if county:
        told = [{"term": {field: county}} for field in ("place_path", "sources")]
        filters.append({"bool": {"should": told, "minimum_should_match": 1}})
    return {
        "query": {"bool": {"filter": filters}},
        "sort": [{"last_received_at": "desc"}, "case_id"],
        "size": size,
        "_source": ["case_id", "home", "place_name", "titles", "bodies", "story"],
    }


def asked(
    reader: IndexReader,
    *,
    county: str = "",
    size: int = 20,
    with_left_open: bool = False,
    is_shown: Callable[[Asked], bool] = lambda one: True,
) -> list[Asked]:
    """The questions about so many cases that have one to show, the surest first.

    Cases of which nothing can be shown keep their mark, so that it is read on behind them, up to `_MOST_PAGES`.
    """
    found: dict[str, list[Asked]] = {}
    body = review_body(county, size)
    for _ in range(_MOST_PAGES):
        hits = reader.search(body)["hits"]["hits"]
        for one in filter(is_shown, _asked_in(reader, [hit["_source"] for hit in hits], with_left_open)):
            found.setdefault(one.petition["case_id"], []).append(one)
        if len(hits) < size or len(found) >= size:
            break
        body["search_after"] = hits[-1]["sort"]
    shown = [one for questions in list(found.values())[:size] for one in questions]
    return sorted(shown, key=lambda one: (-one.question["score"], one.question["petition_id"]))


def _asked_in(reader: IndexReader, cases: Sequence[Mapping[str, Any]], with_left_open: bool) -> list[Asked]:
    open_ones = [
        (case, question)
        for case in cases
        for question in case["story"]["questions"]
        if with_left_open or not question["is_left_open"]
    ]
    others = _petitions(_others(reader, {question["other_id"] for _, question in open_ones}))
    own = _petitions(cases)
    return [
        Asked(question, own[question["petition_id"]], others.get(question["other_id"])) for _, question in open_ones
    ]


def tell(one: Asked, language: str = "zh") -> Iterator[str]:
    """A question in words, line by line; what people wrote stays as it is."""
    words, evidence = WORDS[language], one.question["evidence"]
    yield words["question"].format(
        score=one.question["score"],
        evidence=words["comma"].join(evidence if language == "zh" else map(in_english, evidence)),
        left_open=words["left_open"] * one.question["is_left_open"],
    )
    for petition in (one.petition, one.other):
        if petition is not None:
            channel = Channel(petition["channel"])
            told = {
                "day": day_of(petition["received_at"]),
                "how": channel.label if language == "zh" else channel.value.replace("_", " "),
                "where": petition["place_name"] or words["no_place"],
            }
            yield words["petition"].format_map({**petition, **told})
            yield words["text"].format_map(petition)
    pair = f"{one.question['petition_id']} {one.question['other_id']}"
    yield f"  petitions judge {pair} --same | --not-same | --unsure --by … --reason …"


def _others(reader: IndexReader, names: Iterable[str]) -> list[Mapping[str, Any]]:
    wanted = sorted(names)[:_MOST_OTHERS]
    if not wanted:
        return []
    body = {"query": {"bool": {"filter": [{"terms": {"petition_ids": wanted}}]}}, "size": len(wanted)}
    return _cases(reader, body)


def _cases(reader: IndexReader, body: dict[str, Any]) -> list[Mapping[str, Any]]:
    return [hit["_source"] for hit in reader.search(body)["hits"]["hits"]]


def _petitions(cases: Iterable[Mapping[str, Any]]) -> dict[str, Petition]:
    return {
        petition["petition_id"]: {
            **{name: petition[name] for name in ("petition_id", "source", "record_no", "channel", "received_at")},
            "place_name": petition["place_name"],
            "case_id": case["case_id"],
            "title": case["titles"][petition["text"]],
            "body": case["bodies"][petition["text"]],
        }
        for case in cases
        for petition in case["story"]["petitions"]
    }
