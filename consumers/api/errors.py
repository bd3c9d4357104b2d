"""Errors in one form: `{"error": {"code", "message", "field", "at"}}`. A message never repeats what was sent."""

import logging
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from consumers.search.query_language import QueryError
from consumers.search.reader import IndexUnavailable

log = logging.getLogger(__name__)

RETRY_AFTER_S = 10
_CODES = {400: "bad_request", 404: "not_found", 405: "method_not_allowed", 413: "too_large", 415: "bad_request"}


class ErrorDetail(BaseModel):
    """What went wrong."""

    code: str
    """Stable; programs decide by it."""
    message: str
    field: str | None
    """The parameter that is wrong."""
    at: int | None
    """The character of a query that is wrong; the first is 1."""


class ErrorBody(BaseModel):
    """The body of every answer that is not a success."""

    error: ErrorDetail


class ApiProblem(Exception):
    """An answer that is not a success."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        field: str | None = None,
        at: int | None = None,
        retry_after_s: int = 0,
    ) -> None:
        """`message` names fields and limits, never a value."""
        super().__init__(code)
        self.status, self.code, self.message = status, code, message
        self.field, self.at, self.retry_after_s = field, at, retry_after_s


Answer = Callable[[Request, ApiProblem], Response]
"""A problem as a response to what was asked."""


def not_found() -> ApiProblem:
    """The same for what does not exist and for what the viewer may not see."""
    return ApiProblem(404, "not_found", "there is no such thing, or it is not yours to see")


def answer_errors(app: FastAPI, answer: Answer) -> None:
    """Every error of the application in the form that `answer` gives it."""

    @app.exception_handler(ApiProblem)
    def problem(request: Request, error: ApiProblem) -> Response:
        return answer(request, error)

    @app.exception_handler(QueryError)
    def bad_query(request: Request, error: QueryError) -> Response:
        return answer(request, ApiProblem(400, "bad_query", error.problem, field="q", at=error.at))

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        first: dict[str, Any] = dict(error.errors()[0])
        field = ".".join(str(part) for part in first["loc"][1:]) or None
        return answer(request, ApiProblem(422, "invalid", f"not valid: {first['type']}", field=field))

    @app.exception_handler(HTTPException)
    def refused(request: Request, error: HTTPException) -> Response:
        code = _CODES.get(error.status_code, "error")
        return answer(request, ApiProblem(error.status_code, code, code.replace("_", " ")))

    @app.exception_handler(IndexUnavailable)
    def unavailable(request: Request, _error: IndexUnavailable) -> Response:
        message = "the index does not answer; come again"
        return answer(request, ApiProblem(503, "unavailable", message, retry_after_s=RETRY_AFTER_S))

    @app.exception_handler(Exception)
    def failed(request: Request, error: Exception) -> Response:
        log.error("a request failed", extra={"error": type(error).__name__})
        return answer(request, ApiProblem(500, "internal", "internal error"))


def as_json(problem: ApiProblem) -> JSONResponse:
    """The problem as a response."""
    told = {"code": problem.code, "message": problem.message, "field": problem.field, "at": problem.at}
    headers = {"Retry-After": str(problem.retry_after_s)} if problem.retry_after_s else None
    return JSONResponse({"error": told}, problem.status, headers)
