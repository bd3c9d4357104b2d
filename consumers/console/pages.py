"""Templates become pages: in the reader's language, with what the reader may go to."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from consumers.api.access import SAFE
from consumers.api.backend import Backend
from consumers.api.errors import ApiProblem
from consumers.console.assets import address
from consumers.console.preferences import THEMES, Preferences
from consumers.console.texts import LANGUAGES, term_name, texts
from consumers.console.time_line import day
from consumers.rights.viewer import Right, Viewer
from consumers.search.days import today
from consumers.search.english import in_english, note_in_english
from consumers.search.query_language import CLOSED, FLAGS, MAY_BE_NONE, NONE, YES
from schemas.office_time import OFFICE_TIME
from schemas.terms import Notice

if TYPE_CHECKING:
    from consumers.console.refused import Refused

NAVIGATION: Final = (
    ("/today", "today", Right.CASES),
    ("/search", "search", Right.CASES),
    ("/searches", "searches", Right.CASES),
    ("/reviews", "reviews", Right.JUDGE),
    ("/alerts", "alerts", Right.ALERTS),
    ("/statistics", "statistics", Right.CASES),
    ("/feeds", "feeds", Right.FEEDS),
    ("/dead-letters", "dead_letters", Right.REPLAY),
    ("/audit", "audit", Right.AUDIT),
    ("/users", "users", Right.USERS),
)
"""Path, name of its text, and the right that the role needs."""

VOCABULARIES: Final = {name: terms.__name__ for name, terms in CLOSED.items()}


@cache
def environment() -> Environment:
    """The templates; read once for all."""
    made = Environment(
        loader=PackageLoader("consumers.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"day": day, "moment": moment, "days_left": days_left, "number": "{:,}".format}
    made.globals |= {"asset": address, "languages": LANGUAGES, "themes": THEMES}
    made.globals |= {"in_english": in_english, "note_in_english": note_in_english}
    return made


class Pages:
    """The pages of one console."""

    def __init__(self, backend: Backend) -> None:
        """`backend` knows the names of units and who is signed in."""
        self._backend = backend

    def page(
        self,
        request: Request,
        template: str,
        viewer: Viewer | None = None,
        *,
        status: int = 200,
        here: str = "",
        **values: Any,
    ) -> HTMLResponse:
        """A page for who asks; `values` are what the template shows, and may say what it is `watching`.

        `here` is where the same page can be had again, where that is not what was asked for.
        """
        here = here or (address_of(request) if request.method in SAFE else "/")
        preferences = Preferences.of(request)
        session = request.state.session
        values = {"watching": watching(self._backend, viewer)} | values
        told = (
            environment()
            .get_template(template)
            .render(
                **_language(preferences.language, self._backend.names()),
                preferences=preferences,
                viewer=viewer,
                navigation=links(viewer),
                path=here.partition("?")[0],
                here=here,
                csrf=session.csrf if session and viewer else "",
                **values,
            )
        )
        return HTMLResponse(told, status)

    def problem(self, request: Request, problem: ApiProblem, refused: "Refused | None" = None) -> Response:
        """What went wrong, as a page; of what was asked for a form that may be sent again, and nothing else."""
        session = request.state.session
        viewer = self._backend.viewer_named(session.name) if session else None
        values: dict[str, Any] = {"told": told_of(problem), "refused": refused, "asked": address_of(request)}
        return self.later(self.page(request, "problem.html", viewer, status=problem.status, **values), problem)

    @staticmethod
    def later(answer: Response, problem: ApiProblem) -> Response:
        """The answer with when to come again, where the problem passes."""
        if problem.retry_after_s:
            answer.headers["Retry-After"] = str(problem.retry_after_s)
        return answer


def told_of(problem: ApiProblem) -> tuple[str, ...]:
    """Names of the texts that may say what is wrong; the first that there is counts."""
    return f"{problem.code}_{problem.field}", problem.code, "other"


def watching(backend: Backend, viewer: Viewer | None) -> int | None:
    """Behind which find the viewer wants to be told at once of more; None for who keeps no such search."""
    if viewer is None or Right.CASES not in viewer.rights:
        return None
    is_told = any(one.notice is Notice.AT_ONCE for one in backend.shelf.of(viewer.name))
    return backend.finds.newest if is_told else None


def address_of(request: Request) -> str:
    """Path and query of what is asked for."""
    return f"{request.url.path}?{request.url.query}".rstrip("?")


def links(viewer: Viewer | None) -> list[tuple[str, str]]:
    """The pages that a viewer may go to: path and name of its text."""
    return [(path, name) for path, name, right in NAVIGATION if viewer and right in viewer.rights]


def moment(at: str) -> str:
    """Day and time of a moment, where the offices are."""
    return datetime.fromisoformat(at).astimezone(OFFICE_TIME).strftime("%Y-%m-%d %H:%M")


def days_left(due_on: str) -> int:
    """Days until a last day; negative when it has passed."""
    return (date.fromisoformat(due_on) - today()).days


def _language(language: str, names: Mapping[str, str]) -> dict[str, Any]:
    known = texts()[language]

    def t(name: str, **values: object) -> str:
        """A text with its values."""
        return known[name].format(**values)

    def value_name(filtered: str, value: str) -> str:
        """What officials call the value of a filter or the key of a group."""
        if filtered in MAY_BE_NONE and value in ("", *NONE):
            return known["filter.none"]
        if filtered in VOCABULARIES:
            return term_name(VOCABULARIES[filtered], value, language)
        return known[f"filter.{value}"] if filtered in FLAGS and value in YES.values() else names.get(value, value)

    return {
        "language": language,
        "t": t,
        "value_name": value_name,
        "known_problems": {name.removeprefix("problem.") for name in known if name.startswith("problem.")},
        "term": lambda vocabulary, code: term_name(vocabulary, code, language),
        "names": names,
        "name_of": lambda code: names.get(code, code),
    }
