"""The searches that a query becomes. Pure: what is searched for in, a request body out."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from consumers.search.query_language import COUNTS, DAYS, FLAGS, Phrase, Query, QueryError, count_range
from consumers.search.shared_answers import answered_like, same_answer
from consumers.search.words import NO_WORDS, WordList
from schemas.cleaning import identifier
from schemas.keys import founding_petition
from schemas.terms import CaseStatus, Verdict

TEXT_FIELDS: Final = ("titles^3", "bodies")
NAME_FIELDS: Final = ("place_name.text", "unit_name.text")
FACETS: Final = {
    "status": "status",
    "sector": "sector_name",
    "category": "category_name",
    "issue": "issue_name",
    "unit": "unit_name",
    "channel": "channels",
    "county": "home",
    "ground": "ground",
}
SORTS: Final[dict[str, list[Any]]] = {
    "relevance": ["_score", {"opened_at": "desc"}, "case_id"],
    "newest": [{"last_received_at": "desc"}, "case_id"],
    "oldest": [{"opened_at": "asc"}, "case_id"],
    "due": [{"next_due_on": {"order": "asc", "missing": "_last"}}, "case_id"],
}
MARKS: Final = ("【", "】")
"""Stand around what was found, in the text shown on a terminal."""
BEGINNING, BEGINNING_BOOST = 60, 2.0
"""Characters of a letter in which it says what it is about, and what a word there counts beside others."""
_HAN: Final = re.compile(r"[\u4e00-\u9fff]{2,20}")
MOST_TEXTS, MOST_TEXT = 5, 2_000
"""Of a case with hundreds of letters the first say what it is about."""
MOST_FOREIGN = 1_000
NEAR_DUE_DAYS = 3
"""A period that ends within so many days is near its end; alerts remind from the same day on."""
_FIELD_OF_CLOSED: Final = {
    "status": "status",
    "channel": "channels",
    "ground": "ground",
    "level": "unit_level",
    "rating": "rating",
    "kept": "kept",
    "late": "late",
    "passed": "passed",
}
_FIELD_OF_COUNT: Final = {
    "repeats": "repeat_count",
    "petitions": "petition_count",
    "joining": "joining_count",
    "people": "people",
    "refusals": "refusal_count",
}
INFORMING: Final = {"unit": "unit", "asked": "asked_unit"}
"""Who may owe it to tell a petitioner: role in the document → field of the unit."""
_OTHER_WAY: Final = {"gt": "lt", "gte": "lte", "lt": "gt", "lte": "gte"}
_FIELDS_OF_OPEN: Final[dict[str, tuple[str, str]]] = {
    "unit": ("unit", "unit_name.text"),
    "place": ("place_path", "place_name.text"),
    "sector": ("sector", "sector_name"),
    "category": ("category", "category_name"),
    "issue": ("issue", "issue_name"),
    "assisting": ("assisting_units", "assisting_units"),
    "county": ("home", "place_name.text"),
    "record": ("record_nos", "record_nos"),
    "source": ("sources", "sources"),
    "wrong": ("wrong_units", "wrong_units"),
    "accused": ("accused_units", "accused_units"),
    "refusing": ("refusing_units", "refusing_units"),
    "volume": ("volume_of", "volume_of"),
    "informed_by": ("informed_by", "informed_by"),
    "informed_late_by": ("informed_late_by", "informed_late_by"),
}
"""Filter → field of the code, field of the name."""


def search_body(
    query: Query,
    *,
    today: date,
    size: int = 10,
    sort: str = "relevance",
    after: Sequence[Any] | None = None,
    with_facets: bool = False,
    marks: tuple[str, str] = MARKS,
    missing: int = 0,
    words: WordList = NO_WORDS,
    within: Query | None = None,
) -> dict[str, Any]:
    """The request body of a search; merged cases stay out unless they are asked for by status.

    So many of the words may be `missing`; what is excluded and filtered holds all the same. What `words` knows is
    searched as a word, all else by its characters. What is `within` another query must be found by that as well.
    """
    clauses = _clauses(query, today, missing, words)
    if within is not None:
        clauses["filter"].append({"bool": filter_clauses(within, today, words)})
    if sort not in SORTS:
        raise QueryError(f"unknown order {sort}, known are: {', '.join(SORTS)}", 1, "没有这种排序")
    body: dict[str, Any] = {
        "query": {"bool": clauses},
        "size": size,
        "sort": SORTS[sort],
        "track_total_hits": True,
        "_source": {"excludes": ["bodies", "story"]},
        "highlight": {
            "pre_tags": [marks[0]],
            "post_tags": [marks[1]],
            "highlight_query": {"bool": {"should": [_phrase(phrase.text) for phrase in query.wanted]}},
            "fields": {
                "titles": {"number_of_fragments": 1},
                "bodies": {"fragment_size": 60, "number_of_fragments": 2},
            },
        },
    }
    if after is not None:
        body["search_after"] = list(after)
    if with_facets:
        body["aggs"] = {name: {"terms": {"field": source, "size": 20}} for name, source in FACETS.items()}
    return body


def lookup_body(name: str) -> dict[str, Any]:
    """Find the case that a case id, a petition id or a county's record number belongs to.

    A case that was merged is also found by the petition that it was named after, where that lives now.
    """
    named = [{"term": {field: name}} for field in ("case_id", "petition_ids")]
    named.append({"term": {"record_nos": identifier(name)}})
    if name.startswith("C"):
        named.append({"term": {"petition_ids": founding_petition(name)}})
    return {
        "query": {"bool": {"should": named, "minimum_should_match": 1}},
        # A merged case still lists its petitions: the one that took them over comes first.
        "sort": [{"merged_into": {"order": "asc", "missing": "_first"}}, "case_id"],
        "size": 20,
    }


def related_body(case: Mapping[str, Any], size: int) -> dict[str, Any]:
    """Cases whose texts share many pairs of characters with a case that has been read, the same place first."""
    texts = [text for text in (*case["titles"], *case["bodies"]) if text][:MOST_TEXTS]
    alike = {
        "more_like_this": {
            "fields": ["titles.pairs", "bodies.pairs"],
            "like": [text[:MOST_TEXT] for text in texts],
            "min_term_freq": 1,
            "min_doc_freq": 1,
            "max_query_terms": 40,
            "minimum_should_match": "30%",
        }
    }
    return {
        "query": {
            "bool": {
                "must": [alike],
                "should": [{"term": {"place_path": {"value": case["place"], "boost": 2.0}}}] if case["place"] else [],
                "must_not": [
                    {"term": {"case_id": case["case_id"]}},
                    {"term": {"status": CaseStatus.MERGED.value}},
                ],
            }
        },
        "size": size,
        "_source": {"excludes": ["bodies", "story"]},
    }


def foreign_body(names: Iterable[str]) -> dict[str, Any]:
    """Which of these cases and petitions can be seen."""
    wanted = sorted(names)
    fields = ("case_id", "petition_ids")
    return {
        "query": {"bool": {"should": [{"terms": {field: wanted}} for field in fields], "minimum_should_match": 1}},
        "size": MOST_FOREIGN,
        "_source": list(fields),
    }


def standing_body(names: Iterable[str]) -> dict[str, Any]:
    """Whether these cases are open, and what they owe next."""
    return {
        "query": {"terms": {"case_id": sorted(names)}},
        "size": MOST_FOREIGN,
        "_source": ["case_id", "is_open", "next_due_on"],
    }


def filter_clauses(query: Query, today: date, words: WordList = NO_WORDS) -> dict[str, Any]:
    """The clauses that decide which cases a query finds, without those that only rank them."""
    return {name: part for name, part in _clauses(query, today, 0, words).items() if name != "should"}


def _clauses(query: Query, today: date, missing: int, words: WordList) -> dict[str, Any]:
    excluded = [_occurrence(phrase, words) for phrase in query.excluded]
    for name, values in sorted(query.excluded_filters.items()):
        excluded += [clause for value in values for clause in _filters(name, (value,), today)]
    if "status" not in query.filters:
        excluded.append({"term": {"status": CaseStatus.MERGED.value}})
    texts = [phrase.text for phrase in query.wanted]
    ranked = {
        "multi_match": {"query": " ".join(texts), "fields": ["titles.pairs^2", "bodies.pairs"], "type": "most_fields"}
    }
    return {
        "must": _wanted([_occurrence(phrase, words) for phrase in query.wanted], missing),
        "must_not": excluded,
        "should": [ranked, *_beginnings(texts)] if texts else [],
        "filter": [
            clause for name, values in sorted(query.filters.items()) for clause in _filters(name, values, today)
        ],
    }


def _occurrence(phrase: Phrase, words: WordList) -> dict[str, Any]:
    """The word, or the characters; also the characters in documents that another list of words was applied to."""
    characters = _phrase(phrase.text)
    if phrase.is_quoted or phrase.text not in words:
        return characters
    other = {"bool": {"must": [characters], "must_not": [{"term": {"word_list": words.version}}]}}
    return {"bool": {"should": [{"term": {"words": phrase.text}}, other], "minimum_should_match": 1}}


def _wanted(clauses: list[dict[str, Any]], missing: int) -> list[dict[str, Any]]:
    if not clauses:
        return [{"match_all": {}}]
    if not missing:
        return clauses
    return [{"bool": {"should": clauses, "minimum_should_match": max(1, len(clauses) - missing)}}]


def _beginnings(phrases: Sequence[str]) -> Iterator[dict[str, Any]]:
    """A letter says at its beginning what it is about, and mentions later what else there was."""
    for text in phrases:
        if _HAN.fullmatch(text):
            characters = [{"span_term": {"bodies": character}} for character in text]
            phrase = {"span_near": {"clauses": characters, "slop": 0, "in_order": True}}
            yield {"span_first": {"match": phrase, "end": BEGINNING, "boost": BEGINNING_BOOST}}


def _phrase(text: str) -> dict[str, Any]:
    return {"multi_match": {"query": text, "type": "phrase", "fields": [*TEXT_FIELDS, *NAME_FIELDS]}}


def _filters(name: str, values: tuple[str, ...], today: date) -> list[dict[str, Any]]:
    if name == "age":
        return [_opened_before(value, today) for value in values]
    if name in COUNTS:
        return [{"range": {_FIELD_OF_COUNT[name]: count_range(value)}} for value in values]
    return [_filter(name, values, today)]


def _opened_before(age: str, today: date) -> dict[str, Any]:
    """Cases whose first petition is so many days old: the more days, the earlier the day; no day is before year 1."""
    most = (today - date.min).days
    bounds = {
        _OTHER_WAY[bound]: (today - timedelta(days=min(days, most))).isoformat()
        for bound, days in count_range(age).items()
    }
    return {"range": {"opened_at": bounds | {"time_zone": "+08:00"}}}


def _filter(name: str, values: tuple[str, ...], today: date) -> dict[str, Any]:
    if name in DAYS:
        bound = {"gte": max(values)} if name == "from" else {"lte": min(values)}
        return {"range": {"last_received_at": bound | {"time_zone": "+08:00"}}}
    if name in FLAGS:
        return _flag(name, today) if values[-1] == "yes" else {"bool": {"must_not": [_flag(name, today)]}}
    if name == "unmet":
        past = [{"range": {f"due.{kind}": {"lt": today.isoformat()}}} for kind in values]
        return {"bool": {"should": past, "minimum_should_match": 1}}
    if name == "uninformed_by":
        owed = [uninformed(role, today, [{"terms": {of: list(values)}}]) for role, of in INFORMING.items()]
        return {"bool": {"should": owed, "minimum_should_match": 1}}
    if name in _FIELD_OF_CLOSED:
        return {"terms": {_FIELD_OF_CLOSED[name]: list(values)}}
    return {"bool": {"should": [_named(name, value) for value in values], "minimum_should_match": 1}}


def uninformed(role: str, today: date, also: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """The cases in which the unit of that role owed it to tell a petitioner, and the last day has passed."""
    return {"bool": {"filter": [{"range": {f"uninformed.{role}": {"lt": today.isoformat()}}}, *also]}}


def _flag(name: str, today: date) -> dict[str, Any]:
    match name:
        case "overdue":
            return {"range": {"next_due_on": {"lt": today.isoformat()}}}
        case "near_due":
            last = today + timedelta(days=NEAR_DUE_DAYS)
            return {"range": {"next_due_on": {"gte": today.isoformat(), "lte": last.isoformat()}}}
        case "unsure":
            return {"term": {"verdicts": Verdict.UNSURE.value}}
        case "collective":
            return {"term": {"is_collective": True}}
        case "refused":
            return {"range": {"refusal_count": {"gt": 0}}}
        case "irregular":
            return {"range": {"irregular_count": {"gt": 0}}}
        case "unowned":
            return {"term": {"was_unowned": True}}
        case "came_again":
            return {"term": {"came_again": True}}
        case "last_hour":
            return {"term": {"closed_in_last_hour": True}}
        case "same_answer":
            return same_answer()
        case _:
            return {"term": {"is_open": True}}


def _named(name: str, value: str) -> dict[str, Any]:
    if name == "answered_like":
        return answered_like(value)
    code_field, name_field = _FIELDS_OF_OPEN[name]
    if value.isascii() or code_field == name_field:
        return {"term": {code_field: value}}
    return {"match_phrase": {name_field: value}}
