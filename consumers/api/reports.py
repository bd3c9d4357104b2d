"""The report that an office sends upwards (article 41), as a workbook or on paper. It leaves an audit record."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from consumers.api.access import Needs
from consumers.api.alert_views import alerts_by_rule
from consumers.api.audit import keep
from consumers.api.backend import Backend
from consumers.api.completeness import known_reporting
from consumers.api.exports import TYPES
from consumers.api.limits import EXPORTS
from consumers.rights.scope import concerns
from consumers.rights.viewer import Right, Viewer
from consumers.search.days import today
from consumers.statistics.numbers import grouped, statistics, statistics_body
from consumers.statistics.periods import Period, PeriodKind, period_of
from consumers.statistics.reports import SECTIONS, Contents, Report, report_of
from consumers.statistics.silence import silences
from consumers.statistics.workbook import workbook
from schemas.terms import AuditKind


def report_routes(backend: Backend) -> APIRouter:
    """The route of reports."""
    routes = APIRouter()

    @routes.get("/reports/{period}.{form}", response_class=Response)
    def report(
        period: PeriodKind,
        form: Literal["xlsx", "pdf"],
        viewer: Annotated[Viewer, Depends(Needs(backend, Right.EXPORT))],
        on: date | None = None,
    ) -> Response:
        """The week, month or year in which `on` lies (today without it), of what the viewer may see."""
        backend.limits.take("exports", viewer.name, EXPORTS)
        asked = period_of(period, on or today())
        numbers = _numbers(backend, viewer, asked)
        made = _report(backend, viewer, asked, numbers)
        keep(backend, viewer, AuditKind.EXPORTED, count=numbers["total"][0]["value"])
        content = workbook(made) if form == "xlsx" else _on_paper(made)
        headers = {"Content-Disposition": f'attachment; filename="report-{period}-{asked.first}.{form}"'}
        return Response(content, media_type=TYPES[form], headers=headers)

    return routes


def _on_paper(made: Report) -> bytes:
    from consumers.statistics.paper import paper  # a quarter of a second to import, for a few reports a week

    return paper(made)


def _report(backend: Backend, viewer: Viewer, period: Period, numbers: dict[str, Any]) -> Report:
    reporting = known_reporting(backend).of(lambda county: concerns(viewer, county))
    alerts, since = alerts_by_rule(backend, viewer, period.first, period.last)
    return report_of(
        Contents(
            period=period,
            made_on=today(),
            scope=backend.names.get(viewer.territory, viewer.territory),
            total=numbers["total"],
            groups=numbers,
            alerts=alerts,
            alerts_since=since,
            counties=len(reporting.counties),
            silent=list(silences(reporting, period.first, min(period.last, today()))),
            names=backend.names,
        )
    )


def _numbers(backend: Backend, viewer: Viewer, period: Period) -> dict[str, Any]:
    """The statistics of a period's cases, in all and split up in each way, as of one moment."""
    reader = backend.cases(viewer)
    point = reader.open_point()

    def counted(by: str) -> dict[str, Any]:
        return reader.search(statistics_body(period.query, by, today(), with_total=not by), point=point)

    try:
        return statistics(counted(""), "") | {by: grouped(counted(by), by) for by in SECTIONS}
    finally:
        reader.close_point(point)
