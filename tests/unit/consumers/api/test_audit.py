"""Who supervises learns from the audit of no case that is hidden; auditors see what was done about all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from consumers.api.backend import Backend
from consumers.audit.queries import document_bytes
from schemas.audit_events import AuditRecord
from schemas.events import Case
from schemas.keys import founding_petition
from schemas.settings import Settings
from schemas.terms import AuditKind, Role
from tests.fakes_consumers import petition
from tests.officials import ACCUSING, LABOUR, LOST, Audit, Visible, backend, browser, without_index


class Records:
    """Stands for the index of audit records."""

    def __init__(self, records: Sequence[AuditRecord]) -> None:
        self._records = [orjson.loads(document_bytes(one)) for one in records]

    def search(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """See `IndexReader.search`."""
        found = [one for one in self._records if all(fits(one, part) for part in body["query"]["bool"]["filter"])]
        cases = dict.fromkeys(one["case_id"] for one in found) if "aggs" in body else ()
        return {
            "hits": {"total": {"value": len(found)}, "hits": [{"_source": one} for one in found[: body["size"]]]},
            "aggregations": {"cases": {"buckets": [{"key": one} for one in cases]}},
        }


def fits(record: Mapping[str, Any], part: Mapping[str, Any]) -> bool:
    ((kind, wanted),) = part.items()
    ((field, value),) = wanted.items()
    return record[field] == value if kind == "term" else record[field] in value


def record(case_id: str) -> AuditRecord:
    return AuditRecord(
        audit_id="U" + case_id,
        kind=AuditKind.DECIDED if case_id else AuditKind.EXPORTED,
        at=datetime(2026, 3, 2, tzinfo=UTC),
        by="city",
        role=Role.SUPERVISOR,
        unit="4110-petition",
        territory="4110",
        case_id=case_id,
    )


@pytest.fixture
def console(tmp_path: Path) -> Backend:
    made = without_index(backend(tmp_path, None, Settings(), Audit()))
    records = Records([record(one) for one in (LABOUR.case_id, ACCUSING.case_id, LOST.case_id, "")])
    return replace(made, audits=lambda viewer: records)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("official", "cases"),
    [
        ("accused", {LABOUR.case_id, ""}),
        ("city", {LABOUR.case_id, ACCUSING.case_id, ""}),
        ("west", {""}),
        ("auditor", {LABOUR.case_id, ACCUSING.case_id, LOST.case_id, ""}),
    ],
)
def test_records_about_a_hidden_case_are_neither_shown_nor_counted(
    console: Backend, official: str, cases: set[str]
) -> None:
    told = browser(console, official).get("/api/v1/audit").json()
    assert (told["total"], {one["case_id"] for one in told["records"]}) == (len(cases), cases)
    page = browser(console, official).get("/audit").text
    assert (ACCUSING.case_id in page) is (ACCUSING.case_id in cases)


def test_records_about_a_merged_case_are_shown_to_who_sees_what_took_it_over(console: Backend) -> None:
    heir = ACCUSING.with_changes(petitions=(*ACCUSING.petitions, petition("E-8", row=8)))
    assert founding_petition(LOST.case_id) in {one.petition_id for one in heir.petitions}

    def told(official: str, *cases: Case) -> set[str]:
        made: Any = replace(console, cases=lambda viewer: Visible(*cases))
        return {one["case_id"] for one in browser(made, official).get("/api/v1/audit").json()["records"]}

    assert told("city", LABOUR, heir) == {LABOUR.case_id, ACCUSING.case_id, LOST.case_id, ""}
    assert told("accused", LABOUR) == {LABOUR.case_id, ""}


def test_asking_for_the_records_of_a_hidden_case_tells_nothing(console: Backend) -> None:
    where = f"/api/v1/audit?case={ACCUSING.case_id}"
    assert browser(console, "accused").get(where).json() == {"total": 0, "records": []}
    assert browser(console, "east").get(where).json()["total"] == 1
