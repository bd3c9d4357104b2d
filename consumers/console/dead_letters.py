"""Dead letters as a page, each of which may be sent back."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from consumers.api.access import Needs
from consumers.api.backend import Backend
from consumers.api.dead_letters import ReplayAsked, letters_of, send_back
from consumers.console.deciding import as_asked, request_id
from consumers.console.entry import SEE_OTHER
from consumers.console.forms import Form, FormNeeds, read_form
from consumers.console.pages import Pages
from consumers.console.refused import Refused
from consumers.rights.viewer import Right, Viewer


def dead_letter_page_routes(backend: Backend, pages: Pages) -> APIRouter:
    """The page of dead letters, and where its forms are sent."""
    routes = APIRouter()

    def shown(
        request: Request, viewer: Viewer, *, done: bool = False, refused: Refused | None = None, about: str = ""
    ) -> Response:
        """The letters; at the one that was not sent back why."""
        return pages.page(
            request,
            "dead_letters.html",
            viewer,
            status=refused.problem.status if refused else 200,
            here="/dead-letters",
            found=letters_of(backend, viewer),
            done=done,
            refused=refused,
            about=about,
            request_id=request_id,
        )

    def again(request: Request, viewer: Viewer, refused: Refused) -> Response:
        """The letters with one that was not sent back."""
        return shown(request, viewer, refused=refused, about=request.path_params["letter_id"])

    @routes.get("/dead-letters")
    def dead_letters_page(
        request: Request, viewer: Annotated[Viewer, Depends(Needs(backend, Right.REPLAY))], done: bool = False
    ) -> Response:
        """What could not be processed, by reason; the latest one by one. `done`: one was sent back."""
        return shown(request, viewer, done=done)

    @routes.post("/dead-letters/{letter_id}/replay")
    def send_back_by_form(
        letter_id: str,
        form: Annotated[Form, Depends(read_form)],
        viewer: Annotated[Viewer, Depends(FormNeeds(backend, Right.REPLAY, again))],
    ) -> Response:
        """Send one back; then the list again."""
        send_back(backend, viewer, letter_id, as_asked(ReplayAsked, form))
        return RedirectResponse("/dead-letters?done=true", SEE_OTHER)

    return routes
