"""The query language. Pure: a query string in, what is searched for out.

A query is a list of terms; all of them must hold.
    拖欠工资            this phrase, character by character, in a title or a text
    "third ring road"   the same for a phrase with spaces
    -保安               not this phrase
    place:4110          a filter, by code; `place:建安区` by name, with everything below it
    -status:concluded   not what this filter finds
    category:none       nothing was decided
    repeats:>3          a filter by count: `>3`, `>=3`, `<3`, `<=3`, `3`
Filters have Chinese names as well (地点:建安区), and the colon may be of full width behind a known name.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from schemas.cleaning import identifier, narrow
from schemas.terms import CaseStatus, Channel, ClockKind, Ground, Level, Rating, StepKind, Term

QUOTES: Final = {'"': '"', "“": "”", "「": "」", "『": "』"}
CLOSED: Final[dict[str, type[Term]]] = {
    "status": CaseStatus,
    "channel": Channel,
    "ground": Ground,
    "level": Level,
    "rating": Rating,
    "kept": ClockKind,
    "late": ClockKind,
    "unmet": ClockKind,
    "passed": StepKind,
}
FLAGS: Final = (
    "overdue", "near_due", "collective", "open", "refused", "irregular", "unsure", "unowned",
    "came_again", "last_hour", "same_answer",
)  # fmt: skip
COUNTS: Final = ("repeats", "petitions", "joining", "people", "refusals", "age")
OPEN: Final = (
    "unit", "assisting", "place", "sector", "category", "issue", "county", "record", "source", "wrong",
    "accused", "refusing", "volume", "answered_like", "informed_by", "informed_late_by", "uninformed_by",
)  # fmt: skip
CODED: Final = (
    "assisting", "wrong", "accused", "refusing", "informed_by", "informed_late_by", "uninformed_by",
)  # fmt: skip
"""Filters by units that the index holds by code only; a name has to become codes first."""
DAYS: Final = ("from", "to")
CHINESE: Final = {
    "单位": "unit",
    "责任单位": "unit",
    "地点": "place",
    "属地": "place",
    "协办": "assisting",
    "领域": "sector",
    "类别": "category",
    "问题": "issue",
    "渠道": "channel",
    "状态": "status",
    "自": "from",
    "至": "to",
    "超期": "overdue",
    "临期": "near_due",
    "待判": "unsure",
    "集体": "collective",
    "重复": "repeats",
    "人数": "people",
    "编号": "record",
    "分卷": "volume",
    "被投诉": "accused",
    "异议单位": "refusing",
    "历时": "age",
    "雷同答复": "same_answer",
    "答复同于": "answered_like",
    "满意度": "rating",
    "按期": "kept",
    "逾期": "late",
    "逾期未办": "unmet",
    "按期告知单位": "informed_by",
    "逾期告知单位": "informed_late_by",
    "逾期未告知单位": "uninformed_by",
}
YES: Final = {"yes": "yes", "no": "no", "是": "yes", "否": "no"}
MAY_BE_NONE: Final = (
    "unit", "sector", "category", "issue", "informed_by", "informed_late_by", "uninformed_by",
)  # fmt: skip
"""Filters by what was not decided yet in some cases; the index holds an empty code there."""
NONE: Final = ("none", "无")
KNOWN: Final = (*OPEN, *CLOSED, *FLAGS, *COUNTS, *DAYS)
MOST_CHARACTERS: Final = 1_000
"""Of one query."""
_COUNT: Final = re.compile(r"(>=|<=|>|<|)(\d{1,6})")
_FILTER: Final = re.compile(
    rf"([a-z_]+):|({'|'.join(KNOWN)})：|({'|'.join(sorted(CHINESE, key=len, reverse=True))})[:：]"
)


Codes = Callable[[str], Sequence[str]]
"""Name of a unit → the codes that it may mean."""


def no_codes(name: str) -> Sequence[str]:
    """Where nobody knows the names of units."""
    return ()


class QueryError(ValueError):
    """A query that cannot be understood: what is wrong, and at which character (the first is 1)."""

    def __init__(self, problem: str, at: int, problem_zh: str) -> None:
        """Keep the place beside the message, and the message in the language of the officials."""
        super().__init__(f"{problem} (at character {at})")
        self.problem = problem
        self.problem_zh = problem_zh
        self.at = at


@dataclass(frozen=True, slots=True)
class Phrase:
    """Characters that must (or must not) follow one another somewhere in the text."""

    text: str
    is_excluded: bool = False
    is_quoted: bool = False
    """Quoted: character by character, also where the text is a known word."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for."""

    phrases: tuple[Phrase, ...] = ()
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Filter name → values, any of which will do; counts and days must all hold."""
    excluded_filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Filter name → values, none of which may hold."""

    @property
    def wanted(self) -> tuple[Phrase, ...]:
        """The phrases that must occur."""
        return tuple(phrase for phrase in self.phrases if not phrase.is_excluded)

    @property
    def excluded(self) -> tuple[Phrase, ...]:
        """The phrases that must not occur."""
        return tuple(phrase for phrase in self.phrases if phrase.is_excluded)

    def narrowed(self, filters: Mapping[str, Iterable[str]]) -> "Query":
        """The same with more filters, as the options of a command give them; values are checked as in a query."""
        merged = dict(self.filters)
        for name, values in filters.items():
            checked = tuple(_checked(name, value, 1) for value in values)
            if checked:
                merged[name] = merged.get(name, ()) + checked
        return replace(self, filters=merged)


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """One term as it stands in a query, from `start` to before `end`."""

    start: int
    end: int
    name: str
    """Of the filter; empty for a phrase."""
    value: str
    is_excluded: bool = False


def parse_query(text: str, codes: Codes = no_codes) -> Query:
    """Read a query; a wrong one raises `QueryError`, which says where. With `codes` units may be named everywhere."""
    if len(text) > MOST_CHARACTERS:
        problem, problem_zh = f"a query holds at most {MOST_CHARACTERS} characters", f"检索式最多{MOST_CHARACTERS}字"
        raise QueryError(problem, MOST_CHARACTERS + 1, problem_zh)
    phrases: list[Phrase] = []
    filters: dict[str, tuple[str, ...]] = {}
    excluded: dict[str, tuple[str, ...]] = {}
    for term in query_terms(text):
        start = term.start + term.is_excluded
        if term.name:
            named = excluded if term.is_excluded else filters
            named[term.name] = (*named.get(term.name, ()), *_values(term, start + 1, codes))
        else:
            phrases.append(Phrase(narrow(term.value), term.is_excluded, text[start] in QUOTES))
    return Query(tuple(phrases), filters, excluded)


def query_terms(text: str) -> Iterator[QueryTerm]:
    """The terms of a query as they were written; raises `QueryError` where none can be made out."""
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        is_excluded = text[at] in "-－"
        named = _FILTER.match(text, at + is_excluded)
        value, end = _value(text, named.end() if named else at + is_excluded)
        yield QueryTerm(at, end, _name(named) if named else "", value, is_excluded)
        at = end


def _name(named: re.Match[str]) -> str:
    latin, with_wide_colon, chinese = named.groups()
    return latin or with_wide_colon or CHINESE[chinese]


def _value(text: str, at: int) -> tuple[str, int]:
    """The word or quoted phrase that starts at a position, and where it ends."""
    if at < len(text) and text[at] in QUOTES:
        end = text.find(QUOTES[text[at]], at + 1)
        if end < 0:
            raise QueryError("the quotation is not closed", at + 1, "引号没有配对")
        value, end = text[at + 1 : end].strip(), end + 1
    else:
        end = next((i for i in range(at, len(text)) if text[i].isspace() or text[i] in QUOTES), len(text))
        value = text[at:end]
    if not any(char.isalnum() for char in value):
        raise QueryError("a word is missing", at + 1, "这里缺少检索词")
    return value, end


def _one_of(terms: type[Term], value: str, at: int) -> str:
    found = next((term.value for term in terms if value in (term.value, term.label)), None)
    if found is None:
        problem = f"unknown value, known are: {', '.join(term.value for term in terms)}"
        raise QueryError(problem, at, f"没有这个取值，可用：{'、'.join(term.label for term in terms)}")
    return found


def _values(term: QueryTerm, at: int, codes: Codes) -> Sequence[str]:
    """What is written, or the codes of the units that it names."""
    is_name = term.name in CODED and not term.value.isascii()
    return (is_name and codes(term.value)) or (_checked(term.name, term.value, at),)


def _checked(name: str, value: str, at: int) -> str:
    """The value in the form that the index holds, if the filter exists and can have it."""
    if name in DAYS:
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            problem = f"{name}: is not a day, write it like 2026-03-31"
            raise QueryError(problem, at, f"{name}：不是日期，请写成 2026-03-31") from None
    if name in CLOSED:
        return _one_of(CLOSED[name], value, at)
    if name in FLAGS:
        if value not in YES:
            raise QueryError(f"{name}: is either yes or no", at, f"{name}：只能是“是”或“否”")
        return YES[value]
    if name in COUNTS:
        if not _COUNT.fullmatch(value):
            problem = f"{name}: is a count, write it like >3, <=3 or 3"
            raise QueryError(problem, at, f"{name}：是数目，请写成 >3、<=3 或 3")
        return value
    if name not in OPEN:
        raise QueryError(
            f"there is no filter {name}: (known are {', '.join(KNOWN)}); quote it to search for the words",
            at,
            f"没有 {name}: 这个条件（可用：{'、'.join(CHINESE)}）；如要检索这几个字，请加引号",
        )
    if name in CODED and not value.isascii():
        raise QueryError(
            f"{name}: no unit is known by this name, or too many are; write its whole name or its code",
            at,
            f"{name}：没有这个名称的单位，或同名单位太多，请写全称或单位代码",
        )
    if name in MAY_BE_NONE and value in NONE:
        return ""
    return identifier(value) if name == "record" else value


def count_range(value: str) -> dict[str, int]:
    """The bounds that a count such as `>3` means."""
    found = _COUNT.fullmatch(value)
    if found is None:
        raise ValueError("not a count")
    sign, count = found[1], int(found[2])
    match sign:
        case ">":
            return {"gt": count}
        case ">=":
            return {"gte": count}
        case "<":
            return {"lt": count}
        case "<=":
            return {"lte": count}
        case _:
            return {"gte": count, "lte": count}
