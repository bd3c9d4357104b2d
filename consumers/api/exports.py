"""A whole result as CSV or XLSX. Each export leaves an audit record with its count before its first row is sent."""

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import xlsxwriter
from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response, StreamingResponse

from consumers.api.access import Needs
from consumers.api.audit import keep
from consumers.api.backend import Backend
from consumers.api.errors import ApiProblem
from consumers.api.limits import EXPORTS
from consumers.api.narrowing import narrower
from consumers.api.table import COLUMNS, csv_lines, row
from consumers.rights.viewer import Right, Viewer
from consumers.search import finder
from consumers.search.days import today
from consumers.search.query_language import MOST_CHARACTERS
from schemas.terms import AuditKind

MOST_CASES = 1_000_000
"""A sheet of Excel holds little more."""
CHUNK = 256 * 1024
LINES_TOGETHER = 500
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


def export_routes(backend: Backend) -> APIRouter:
    """The routes of exports."""
    routes = APIRouter()

    @routes.get("/exports/cases.{form}", response_class=StreamingResponse)
    def export(
        form: Literal["csv", "xlsx"],
        viewer: Annotated[Viewer, Depends(Needs(backend, Right.EXPORT))],
        q: Annotated[str, Query(max_length=MOST_CHARACTERS)] = "",
        within: Annotated[str, Query(max_length=MOST_CHARACTERS)] = "",
    ) -> Response:
        """All cases of a search, as of one moment."""
        backend.limits.take("exports", viewer.name, EXPORTS)
        query, reader = backend.query(q), backend.cases_at_length(viewer)
        options: dict[str, Any] = {"today": today(), "words": backend.spelling.words}
        options["within"] = narrower(backend, within)
        total = finder.search(reader, query, size=0, **options).total
        if total > MOST_CASES:
            raise ApiProblem(413, "too_large", f"an export holds at most {MOST_CASES} cases", field="q")
        keep(backend, viewer, AuditKind.EXPORTED, count=total)
        cases = finder.walk(reader, query, **options)
        content = _together(csv_lines(cases)) if form == "csv" else _workbook(cases)
        headers = {"Content-Disposition": f'attachment; filename="cases-{today()}.{form}"'}
        return StreamingResponse(content, media_type=TYPES[form], headers=headers)

    return routes


def _together(lines: Iterable[str]) -> Iterator[bytes]:
    kept: list[str] = []
    for line in lines:
        kept.append(line)
        if len(kept) == LINES_TOGETHER:
            yield "".join(kept).encode()
            kept.clear()
    yield "".join(kept).encode()


def _workbook(cases: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """Written to disk row by row, because a workbook is whole only at its end; memory stays flat."""
    with tempfile.TemporaryDirectory(prefix="petitions-export-") as folder:
        path = Path(folder) / "cases.xlsx"
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(str(path), options | {"tmpdir": folder}) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, list(COLUMNS.values()))
            for number, case in enumerate(cases, 1):
                sheet.write_row(number, 0, row(case))
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk
