"""What is counted, by what, and which search gives the cases behind each number. Pure.

A number is a search: it is defined by a query of the query language, so that drilling down cannot give other cases
than were counted.
"""

from calendar import monthrange
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from consumers.search.queries import INFORMING, filter_clauses, uninformed
from consumers.search.query_language import NONE, Codes, no_codes, parse_query
from consumers.search.words import NO_WORDS, WordList

MOST_GROUPS = 500
MOST_UNITS = 10_000
"""More than a province has: which of them owe something is not told by how many cases they have."""
CHARGED_BY: Final = "unit"
"""The split in which some numbers are charged to the unit that owed them."""


@dataclass(frozen=True, slots=True)
class Number:
    """One figure about a set of cases."""

    name: str
    label: str
    definition: str
    definition_en: str
    query: str
    """What its cases have in common; "" for all."""
    owed: str = ""
    """The filter by the unit that owed it, where that is not always the accountable one: by unit it is charged so."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """One way of splitting cases up."""

    name: str
    label: str
    buckets: Mapping[str, Any]
    """How Elasticsearch makes the groups."""
    drill: str
    """The filter of the query language that gives one group again."""


NUMBERS: Final = (
    Number("cases", "事项", "全部事项，已并入他案的不计。", "All cases but those merged into others.", ""),
    Number("open", "未结", "责任单位尚欠答复的事项。", "A unit still owes an answer.", "open:yes"),
    Number(
        "overdue",
        "超期",
        "有法定期限届满而未完成，含上一级机关的复查、复核和受转送、受交办单位的告知。",
        "A period of the law passed unmet, be it a review by the level above or a word from the unit that was asked.",
        "overdue:yes",
    ),
    Number(
        "review_overdue",
        "复查复核超期",
        "复查、复核期限届满而未完成，由原办理机关、复查机关的上一级机关负责（第35、36条）。",
        "A review or re-review passed unmet: a matter of the level above, not of the unit (35, 36).",
        "unmet:review unmet:re_review",
    ),
    Number("near_due", "临期", "最近的法定期限三日内届满。", "The next period ends in three days.", "near_due:yes"),
    Number("repeated", "重复信访", "同一人就同一事项再次信访。", "The same person came again.", "repeats:>0"),
    Number("collective", "集体访", "涉及五人以上。", "Five people or more stand behind it.", "collective:yes"),
    Number("refused", "提出异议", "至少一个单位提出过异议。", "A unit said: not ours.", "refused:yes"),
    Number("refused_again", "再次推诿", "两次以上异议（第40条）。", "Twice or more (article 40).", "refusals:>1"),
    Number("unsure", "待人工判定", "有信访件尚待判定是否同一事项。", "People are asked: one matter?", "unsure:yes"),
    Number(
        "registered_in_time",
        "及时登记转办",
        "登记、转送交办均已完成且均在期限内（第22条）。",
        "All registered, and in time (22).",
        "kept:register",
    ),
    Number("registered_late", "逾期登记转办", "有一件逾期。", "One petition was late.", "late:register"),
    Number(
        "registered_overdue",
        "逾期未登记转办",
        "有一件登记转办期限届满而未完成，未计入逾期登记转办。",
        "One petition still waits after the last day, and none was late.",
        "unmet:register -late:register",
    ),
    Number(
        "informed_in_time",
        "及时告知",
        "书面告知均已完成且均在期限内（第23条）；按单位统计时计入应告知的单位。",
        "All informed, and in time (23); by unit credited to the one that had to.",
        "kept:inform",
        owed="informed_by",
    ),
    Number(
        "informed_late",
        "逾期告知",
        "有一件逾期书面告知；按单位统计时计入应告知的单位。",
        "One petitioner was told late; by unit charged to the one that had to.",
        "late:inform",
        owed="informed_late_by",
    ),
    Number(
        "informed_overdue",
        "逾期未告知",
        "有一件书面告知期限届满而未完成，未计入逾期告知；按单位统计时，转送、交办后的告知计入尚未答复的受转送、受交办单位"
        "（第23条）。",
        "One petitioner still waits after the last day, and none was told late; by unit charged to whoever was asked "
        "by a transfer and has not answered (23).",
        "unmet:inform -late:inform",
        owed="uninformed_by",
    ),
    Number("concluded_in_time", "按期办结", "办结期限内办结（第34条）。", "Concluded in time (34).", "kept:conclude"),
    Number("concluded_late", "逾期办结", "超过办结期限办结。", "Concluded after the last day.", "late:conclude"),
    Number(
        "concluded_overdue",
        "逾期未办结",
        "办结期限届满而未办结，未计入逾期办结。",
        "Not concluded after the last day, and never concluded late before.",
        "unmet:conclude -late:conclude",
    ),
    Number(
        "rated",
        "已评价",
        "信访人已评价办理情况（第21条）。",
        "The petitioner has rated the handling (21).",
        "rating:satisfied rating:fairly_satisfied rating:dissatisfied",
    ),
    Number(
        "satisfied",
        "满意、基本满意",
        "最近一次评价为满意或者基本满意。",
        "The latest rating is satisfied or fairly satisfied.",
        "rating:satisfied rating:fairly_satisfied",
    ),
    Number("aged_15", "积案15至60日", "首次信访逾15日未结。", "Open for 16 to 60 days.", "open:yes age:>15 age:<=60"),
    Number("aged_60", "积案60至90日", "首次信访逾60日未结。", "Open for 61 to 90 days.", "open:yes age:>60 age:<=90"),
    Number(
        "aged_90", "积案90至180日", "首次信访逾90日未结。", "Open for 91 to 180 days.", "open:yes age:>90 age:<=180"
    ),
    Number("aged_180", "积案180日以上", "首次信访逾180日未结。", "Open for more than 180 days.", "open:yes age:>180"),
    Number("transferred", "转送", "曾经转送（第22条）。", "Was transferred (22).", "passed:transferred"),
    Number("assigned", "交办", "曾经交办（第22条）。", "Was assigned, to report back (22).", "passed:assigned"),
    Number(
        "came_again",
        "办结后再访",
        "办结之后90日内又有信访件，一信多投不计。",
        "A letter came within 90 days of a conclusion, copies to other offices apart.",
        "came_again:yes",
    ),
    Number(
        "last_hour",
        "最后一小时办结",
        "在办结期限最后一日的最后一小时办结。",
        "Concluded in the last hour of the last day.",
        "last_hour:yes",
    ),
    Number(
        "same_answer",
        "雷同答复",
        "办结答复与另一不相关事项的答复为同一文本，称呼、日期、数字不计；只比对本人有权查看的事项。",
        "Concluded with the text that also answers another matter; address, dates and numbers apart. Only cases that "
        "the viewer may see are compared.",
        "same_answer:yes",
    ),
    Number(
        "unowned", "曾无责任单位", "曾有无责任单位的时刻，应为零。", "Once had no unit: must be 0.", "unowned:yes"
    ),
    Number("irregular", "程序异常", "有与所处环节不符的步骤。", "A step does not fit.", "irregular:yes"),
)


def _terms(field: str, **only: str) -> dict[str, Any]:
    return {"terms": {"field": field, "size": MOST_GROUPS, **only}}


MONTHS: Final = {
    "field": "last_received_at",
    "calendar_interval": "month",
    "time_zone": "+08:00",
    "format": "yyyy-MM",
    "min_doc_count": 1,
}
GROUPINGS: Final = {
    one.name: one
    for one in (
        Grouping("unit", "责任单位", _terms("unit"), "unit"),
        Grouping("city", "市", _terms("place_path", include="[0-9]{4}"), "place"),
        Grouping("county", "县（市、区）", _terms("place_path", include="[0-9]{6}"), "place"),
        Grouping("category", "类别", _terms("category"), "category"),
        Grouping("channel", "渠道", _terms("channels"), "channel"),
        Grouping("accused", "被投诉单位", _terms("accused_units"), "accused"),
        Grouping("refusing", "提出异议的单位", _terms("refusing_units"), "refusing"),
        Grouping("month", "月份", {"date_histogram": MONTHS}, "month"),
    )
}


def statistics_body(
    query: str,
    by: str,
    today: date,
    *,
    with_total: bool = True,
    words: WordList = NO_WORDS,
    codes: Codes = no_codes,
) -> dict[str, Any]:
    """Every number of the cases that a query finds, for all of them (unless known already) and for each group.

    With the `words` and `codes` of the search its link finds the same cases.
    """
    counted = {
        number.name: {"filter": {"bool": filter_clauses(parse_query(number.query), today)}}
        for number in NUMBERS
        if number.query
    }
    in_groups = {one.name: counted[one.name] for one in NUMBERS if one.query and not _is_charged(one, by)}
    groups = {"groups": {**GROUPINGS[by].buckets, "aggs": in_groups}} if by else {}
    groups |= _charged(today) if by == CHARGED_BY else {}
    return {
        "query": {"bool": filter_clauses(parse_query(query, codes), today, words)},
        "size": 0,
        "track_total_hits": True,
        "aggs": (counted if with_total else {}) | groups,
    }


def statistics(answer: Mapping[str, Any], by: str) -> dict[str, Any]:
    """The numbers of an answer, each with what finds its cases `within` the query that was counted."""
    counted = {**answer["aggregations"], "doc_count": answer["hits"]["total"]["value"]}
    told: dict[str, Any] = {"total": _figures(counted, "", {})}
    if by:
        told["groups"] = grouped(answer, by)
    return told


def grouped(answer: Mapping[str, Any], by: str) -> list[dict[str, Any]]:
    """The numbers of each group of an answer; last the units that only owe what is not theirs to account for."""
    found = answer["aggregations"]
    buckets = {_key(bucket): bucket for bucket in found["groups"]["buckets"]}
    owed = _owed(found) if by == CHARGED_BY else {}
    # where there are more groups than are told nobody can say that a further unit has no case of its own
    further = {unit for counts in owed.values() for unit in counts} if len(buckets) < MOST_GROUPS else set()
    return [
        {"key": key, "figures": _figures(buckets.get(key, {}), _drill(by, key), _owed_by(owed, key))}
        for key in (*buckets, *sorted(further - buckets.keys()))
    ]


def _is_charged(number: Number, by: str) -> bool:
    return bool(number.owed) and by == CHARGED_BY


def _charged(today: date) -> dict[str, Any]:
    """What counts by the unit that owed it: number and field of the unit → its groups."""
    every: dict[str, Any] = {"match_all": {}}
    parts = {("informed_in_time", "informed_by"): every, ("informed_late", "informed_late_by"): every}
    parts |= {("informed_overdue", of): uninformed(role, today) for role, of in INFORMING.items()}
    return {
        f"{name}.{of}": {"filter": clause, "aggs": {"units": {"terms": {"field": of, "size": MOST_UNITS}}}}
        for (name, of), clause in parts.items()
    }


def _owed(found: Mapping[str, Any]) -> dict[str, Counter[str]]:
    """Number → by unit how many cases in which it owed that; who is accountable and who was asked are two units."""
    owed = {number.name: Counter[str]() for number in NUMBERS if number.owed}
    for name, part in found.items():
        number, _, of = name.partition(".")
        if of:
            owed[number].update({_key(one): one["doc_count"] for one in part["units"]["buckets"]})
    return owed


def _owed_by(owed: Mapping[str, Mapping[str, int]], unit: str) -> dict[str, tuple[int, str]]:
    """Number → how many cases it counts for this unit, and what finds them."""
    filters = {number.name: number.owed for number in NUMBERS}
    return {name: (counts.get(unit, 0), f"{filters[name]}:{unit or NONE[0]}") for name, counts in owed.items()}


def _drill(by: str, key: str) -> str:
    """The filter that finds the cases of one group."""
    if by != "month":
        return f"{GROUPINGS[by].drill}:{key or NONE[0]}"
    year, month = (int(part) for part in key.split("-"))
    return f"from:{key}-01 to:{key}-{monthrange(year, month)[1]:02}"


def _figures(counts: Mapping[str, Any], group: str, charged: Mapping[str, tuple[int, str]]) -> list[dict[str, Any]]:
    """The numbers of a group, of which some are `charged` to it otherwise; without counts it has no case."""
    return [_figure(number, counts, group, charged.get(number.name)) for number in NUMBERS]


def _figure(number: Number, counts: Mapping[str, Any], group: str, charged: tuple[int, str] | None) -> dict[str, Any]:
    if charged:
        return {"name": number.name, "value": charged[0], "within": charged[1]}
    counted = counts[number.name] if counts and number.query else counts
    value = counted["doc_count"] if counted else 0
    return {"name": number.name, "value": value, "within": f"{group} {number.query}".strip()}


def _key(bucket: Mapping[str, Any]) -> str:
    return str(bucket.get("key_as_string", bucket["key"]))
