"""What an answer shows of a document. Pure: every field is named here, so nothing new is shown by accident."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from schemas.terms import CaseStatus, Channel, Ground, Level

Document = Mapping[str, Any]
MARK_ON, MARK_OFF = "\ue000", "\ue001"
"""Around what was found; characters that no text has, so that pages need not trust the text."""
ELSEWHERE: Final = "（另案）"
"""Stands for the name of a case or petition that the viewer may not see."""
NAME: Final = re.compile(r"[CP][0-9a-f]{16}(?:-[0-9a-f]{8})?")
"""What a case or a petition is named."""
_SUMMARY: Final = (
    "case_id",
    "version",
    "status",
    "is_open",
    "takeover",
    "opened_at",
    "updated_at",
    "last_received_at",
    "place",
    "place_name",
    "place_confidence",
    "sector",
    "sector_name",
    "category",
    "category_name",
    "issue",
    "issue_name",
    "unit",
    "unit_name",
    "unit_level",
    "ground",
    "article",
    "channels",
    "petition_count",
    "repeat_count",
    "joining_count",
    "people",
    "is_collective",
    "volume_of",
    "due",
    "next_due_on",
    "refusal_count",
    "irregular_count",
)
_DETAIL: Final = (
    "home",
    "unit_division",
    "reason",
    "assisting_units",
    "sources",
    "offices",
    "refusing_units",
    "wrong_units",
)
_OF_STORY: Final = (
    "clocks",
    "notes",
    "tenures",
    "refusals",
    "irregularities",
    "reason_en",
    "evidence",
    "refused",
    "register_version",
    "place_reason",
    "category_terms",
    "also",
    "assisting",
)
_ABOUT_OTHERS: Final = ("questions", "judgements", "kept_from")
"""Parts of a story that name other cases: an entry about one that may not be seen is left out."""


def summary(case: Document) -> dict[str, Any]:
    """A case in a list, without its texts."""
    found = {name: case[name] for name in _SUMMARY}
    found["title"] = next((title for title in case["titles"] if title), "")
    found["labels"] = {
        "status": CaseStatus(case["status"]).label,
        "ground": Ground(case["ground"]).label,
        "unit_level": Level(case["unit_level"]).label,
        "channels": [Channel(channel).label for channel in case["channels"]],
    }
    return found


def highlighted(fragments: Iterable[str]) -> list[list[dict[str, Any]]]:
    """Each fragment as parts that were found, and parts around them."""
    return [_parts(fragment) for fragment in fragments]


def full(case: Document) -> dict[str, Any]:
    """A case with its whole story: its petitions with their texts, clocks, decisions, and why it is so."""
    story = case["story"]
    found = summary(case) | {name: case[name] for name in _DETAIL}
    found["asked_unit"] = case.get("asked_unit")  # documents from before it was known lack it
    found["petitions"] = [
        {**petition, "title": case["titles"][petition["text"]], "body": case["bodies"][petition["text"]]}
        for petition in story["petitions"]
    ]
    return found | {name: story[name] for name in (*_OF_STORY, *_ABOUT_OTHERS)}


def foreign_names(case: Document) -> set[str]:
    """The cases and petitions that a shown case mentions beside itself."""
    own = {case["case_id"], *(petition["petition_id"] for petition in case["petitions"])}
    told = {name: value for name, value in case.items() if name != "petitions"}
    told["petitions"] = [_without_texts(petition) for petition in case["petitions"]]
    return set(_names(told)) - own


def masked(case: Document, unseen: set[str]) -> dict[str, Any]:
    """The case without the names in `unseen`: whoever may not see a case learns nothing of it elsewhere."""
    if not unseen:
        return dict(case)
    kept = dict(case)
    for part in _ABOUT_OTHERS:
        kept[part] = [entry for entry in case[part] if not unseen & set(_names(entry))]
    texts = [{"title": petition["title"], "body": petition["body"]} for petition in case["petitions"]]
    hidden: dict[str, Any] = _replaced(kept, unseen)
    hidden["petitions"] = [petition | text for petition, text in zip(hidden["petitions"], texts, strict=True)]
    return hidden


def _without_texts(petition: Document) -> dict[str, Any]:
    return {name: value for name, value in petition.items() if name not in ("title", "body")}


def _names(value: Any) -> Iterable[str]:
    match value:
        case str():
            yield from NAME.findall(value)
        case Mapping():
            for part in value.values():
                yield from _names(part)
        case list() | tuple():
            for part in value:
                yield from _names(part)


def _replaced(value: Any, unseen: set[str]) -> Any:
    match value:
        case str():
            return NAME.sub(lambda found: ELSEWHERE if found[0] in unseen else found[0], value)
        case Mapping():
            return {name: _replaced(part, unseen) for name, part in value.items()}
        case list() | tuple():
            return [_replaced(part, unseen) for part in value]
    return value


def _parts(fragment: str) -> list[dict[str, Any]]:
    parts = []
    for number, piece in enumerate(fragment.split(MARK_ON)):
        found, _, after = piece.partition(MARK_OFF) if number else ("", "", piece)
        parts += [{"text": text, "is_found": is_found} for text, is_found in ((found, True), (after, False)) if text]
    return parts
