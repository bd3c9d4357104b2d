"""The report that an office sends upwards (article 41), as a workbook or on paper. It leaves an audit record."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from consumers.api.access import Needs
from consumers.api.alert_views import alerts_by_rule
from consumers.api.audit import keep
from consumers.api.backend import Backend
from consumers.api.completeness import known_reporting
from consumers.api.errors import ApiProblem
from consumers.api.exports import TYPES
from consumers.api.limits import EXPORTS
from consumers.rights.scope import concerns
from consumers.rights.viewer import Right, Viewer
from consumers.search.days import today
from consumers.statistics.compiling import Form, Sources, compiled, counted, printed
from consumers.statistics.periods import Period, PeriodKind, period_of
from schemas.terms import AuditKind


def report_routes(backend: Backend) -> APIRouter:
    """The route of reports."""
    routes = APIRouter()

    @routes.get("/reports/{period}.{form}", response_class=Response)
    def report(
        period: PeriodKind,
        form: Form,
        viewer: Annotated[Viewer, Depends(Needs(backend, Right.EXPORT))],
        on: date | None = None,
    ) -> Response:
        """The week, month or year in which `on` lies (today without it), of what the viewer may see."""
        backend.limits.take("exports", viewer.name, EXPORTS)
        asked = _period(period, on or today())
        numbers = counted(backend.cases_at_length(viewer), asked)
        made = compiled(asked, numbers, _sources(backend, viewer, asked))
        keep(backend, viewer, AuditKind.EXPORTED, count=numbers["total"][0]["value"])
        headers = {"Content-Disposition": f'attachment; filename="report-{period}-{asked.first}.{form}"'}
        return Response(printed(made, form), media_type=TYPES[form], headers=headers)

    return routes


def _period(kind: PeriodKind, on: date) -> Period:
    try:
        return period_of(kind, on)
    except OverflowError:
        raise ApiProblem(422, "invalid", "a day of a period that has an end", field="on") from None


def _sources(backend: Backend, viewer: Viewer, period: Period) -> Sources:
    alerts, since = alerts_by_rule(backend, viewer, period.first, period.last)
    return Sources(
        scope=backend.names().get(viewer.territory, viewer.territory),
        reporting=known_reporting(backend).of(lambda county: concerns(viewer, county)),
        alerts=alerts,
        alerts_since=since,
        names=backend.names(),
    )
