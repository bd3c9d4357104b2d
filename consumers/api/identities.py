"""A petitioner's identity: shown for a purpose, to who has the right for that case, and never without a record."""

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel

from consumers.api.access import Needs
from consumers.api.audit import keep
from consumers.api.backend import Backend, Identity
from consumers.api.cases import case_named
from consumers.api.errors import ApiProblem, not_found
from consumers.api.limits import IDENTITIES
from consumers.api.record_numbers import Document, bearers
from consumers.rights.viewer import Right, Viewer
from schemas.terms import AuditKind, Purpose


class Asked(BaseModel):
    """Why the identity is needed."""

    purpose: Purpose


class IdentityBody(BaseModel):
    """Who petitioned, as the county wrote it."""

    name: str
    id_number: str
    phone: str
    residence: str


def identity_routes(backend: Backend) -> APIRouter:
    """The one route that shows who petitioned."""
    routes = APIRouter()

    @routes.post("/cases/{name}/petitions/{petition_id}/identity", response_model=IdentityBody)
    def identity(
        name: str,
        petition_id: str,
        asked: Asked,
        viewer: Annotated[Viewer, Depends(Needs(backend, Right.CASES))],
    ) -> Response:
        """Who wrote one petition of a visible case; the attempt without the right is recorded as well."""
        return JSONResponse(dict(identity_of(backend, viewer, name, petition_id, asked.purpose)))

    return routes


def identity_of(backend: Backend, viewer: Viewer, name: str, petition_id: str, purpose: Purpose) -> Identity:
    """Who wrote one petition; recorded before it is opened. Raises `ApiProblem` where it is not shown."""
    backend.limits.take("identities", viewer.name, IDENTITIES)
    case = case_named(backend.cases(viewer), name)
    petition = next((one for one in case["story"]["petitions"] if one["petition_id"] == petition_id), None)
    if petition is None:
        raise not_found()
    about = {"case_id": case["case_id"], "petition_id": petition_id, "purpose": purpose}
    if Right.IDENTITY not in viewer.rights:
        keep(backend, viewer, AuditKind.IDENTITY_REFUSED, **about)
        raise ApiProblem(403, "forbidden", "you may not see who petitioned")
    if petition["number_reused"] or not _is_alone(backend, petition):
        raise ApiProblem(409, "ambiguous", "the county used the number for several matters; ask the county")
    keep(backend, viewer, AuditKind.IDENTITY_SHOWN, **about)
    found = backend.open_identity(petition["source"], petition["record_no"])
    if found is None:
        raise ApiProblem(404, "no_identity", "no identity was reported with this petition")
    return found


def _is_alone(backend: Backend, petition: Document) -> bool:
    """Whether nobody else's petition bears the number: the identity that is kept under it is that of the last one.

    The first petition does not say that its number was used again, and the second may lie where the viewer
    sees nothing.
    """
    found = bearers(backend, petition["source"], petition["record_no"])
    return {one["petition_id"] for _, one in found} == {petition["petition_id"]}
