"""Errors in one form: `{"error": {"code", "message", "field", "at"}}`. A message never repeats what was sent."""

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
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


def not_found() -> ApiProblem:
    """The same for what does not exist and for what the viewer may not see."""
    return ApiProblem(404, "not_found", "there is no such thing, or it is not yours to see")


def answer_errors(app: FastAPI) -> None:
    """Every error of the application in the one form."""

    @app.exception_handler(ApiProblem)
    def problem(_request: Request, error: ApiProblem) -> JSONResponse:
        return answer(error)

    @app.exception_handler(QueryError)
    def bad_query(_request: Request, error: QueryError) -> JSONResponse:
        return answer(ApiProblem(400, "bad_query", error.problem, field="q", at=error.at))

    @app.exception_handler(RequestValidationError)
    def invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        first: dict[str, Any] = dict(error.errors()[0])
        field = ".".join(str(part) for part in first["loc"][1:]) or None
        return answer(ApiProblem(422, "invalid", f"not valid: {first['type']}", field=field))

    @app.exception_handler(HTTPException)
    def refused(_request: Request, error: HTTPException) -> JSONResponse:
        code = _CODES.get(error.status_code, "error")
        return answer(ApiProblem(error.status_code, code, code.replace("_", " ")))

    @app.exception_handler(IndexUnavailable)
    def unavailable(_request: Request, _error: IndexUnavailable) -> JSONResponse:
        return answer(
            ApiProblem(503, "unavailable", "the index does not answer; come again", retry_after_s=RETRY_AFTER_S)
        )

    @app.exception_handler(Exception)
    def failed(_request: Request, error: Exception) -> JSONResponse:
        log.error("a request failed", extra={"error": type(error).__name__})
        return answer(ApiProblem(500, "internal", "internal error"))


def answer(problem: ApiProblem) -> JSONResponse:
    """The problem as a response."""
    told = {"code": problem.code, "message": problem.message, "field": problem.field, "at": problem.at}
    headers = {"Retry-After": str(problem.retry_after_s)} if problem.retry_after_s else None
    return JSONResponse({"error": told}, problem.status, headers)
