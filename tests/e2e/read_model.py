"""What an official finds about each petition in Elasticsearch, independent of when and how often it was sent."""

from typing import Any

from consumers.elastic import connect
from consumers.search.index import alias_of
from schemas.keys import digest
from schemas.settings import Settings
from schemas.terms import CaseStatus

MOST_CASES = 10_000
OF_THE_ARRIVAL = ("version", "updated_at")
"""Fields of a document that say when its messages came."""
NAMES = ("case_id", "matter", "petition_ids", "titles", "bodies", "story")
"""Fields that hold ids, or are compared petition by petition."""
OF_THE_PARTITION = ("home",)
"""Where a case lives: with whichever of its linked petitions came first. Place and unit do not follow from it."""
LEFT_OUT = frozenset((*OF_THE_ARRIVAL, *NAMES, *OF_THE_PARTITION))

Name = tuple[str, str, str]
"""Source, record number and a hash of the text: a number may stand for two petitions, and which of them gets the
plain id depends on which was seen first."""


def read_model(settings: Settings) -> dict[Name, dict[str, Any]]:
    """All petitions of live cases by name, each with its verdict and all that is found about its case."""
    with connect(settings) as client:
        alias = alias_of(settings)
        client.indices.refresh(index=alias)
        hits = client.search(index=alias, size=MOST_CASES).body["hits"]["hits"]
    documents = [hit["_source"] for hit in hits if hit["_source"]["status"] != CaseStatus.MERGED]
    names = {p["petition_id"]: _name(document, p) for document in documents for p in document["story"]["petitions"]}
    found: dict[Name, dict[str, Any]] = {}
    for document in documents:
        shown = {key: value for key, value in document.items() if key not in LEFT_OUT}
        members = [names[p["petition_id"]] for p in document["story"]["petitions"]]
        for member in document["story"]["petitions"]:
            matched = names.get(member["matched_petition_id"], member["matched_petition_id"])
            own = {"verdict": member["verdict"], "matched": matched, "clocks": member["clocks"]}
            found[names[member["petition_id"]]] = shown | own | {"members": members}
    return found


def unequal(one: dict[Name, dict[str, Any]], other: dict[Name, dict[str, Any]]) -> list[str]:
    """Where two read models differ, by source, record number and field; texts are not repeated."""
    told = [f"{name[:2]} only in one of them" for name in one.keys() ^ other.keys()]
    for name in one.keys() & other.keys():
        fields = sorted(key for key in one[name] if one[name][key] != other[name][key])
        told += [f"{name[:2]} {key}: {one[name][key]} / {other[name][key]}" for key in fields]
    return sorted(told)


def _name(document: dict[str, Any], petition: dict[str, Any]) -> Name:
    text = f"{document['titles'][petition['text']]}\n{document['bodies'][petition['text']]}"
    return petition["source"], petition["record_no"], digest("text", text)
