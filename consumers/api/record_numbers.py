"""Who bears a record number: what is known under the number alone may belong to another petition."""

from typing import Any

from consumers.api.backend import Backend

MOST_CASES = 100
Document = dict[str, Any]
_READ = [
    "case_id", "home", "status", "unit_name", "ground", "reason", "article", "joining_count", "volume_of",
    "story.petitions", "story.clocks", "story.notes", "story.reason_en",
]  # fmt: skip


def bearers(backend: Backend, source: str, record_no: str) -> list[tuple[Document, Document]]:
    """Each petition of all cases that bears a number, with its case, whoever may see it; raises `IndexUnavailable`.

    The index finds cases that have the source with one petition and the number with another as well: of too many to
    read none is named, because one that was left out could bear the number, too.
    """
    body = {"query": {"match_all": {}}, "size": MOST_CASES, "_source": _READ}
    cases = [hit["_source"] for hit in backend.of_receipt(source, record_no).search(body)["hits"]["hits"]]
    if len(cases) == MOST_CASES:
        return []
    return [
        (case, petition)
        for case in cases
        for petition in case["story"]["petitions"]
        if (petition["source"], petition["record_no"]) == (source, record_no)
    ]
