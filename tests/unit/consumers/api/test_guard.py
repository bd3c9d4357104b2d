"""Every answer leaves through the guard, and every error has the one form."""

from pathlib import Path

import pytest

from consumers.api.backend import Backend
from consumers.api.guard import HEADERS, MOST_BODY_BYTES
from consumers.api.process import NotConfigured, check_address
from consumers.health import REGISTRY
from consumers.search.reader import IndexUnavailable
from schemas.settings import Settings
from tests.officials import HOST_HEADERS, Audit, backend, browser

COUNT = "petitions_console_requests_total"


@pytest.fixture
def console(tmp_path: Path) -> Backend:
    return backend(tmp_path, None, Settings(), Audit())


class Broken:
    """An index that fails as told."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def search(self, *_: object, **__: object) -> None:
        raise self.error


def failing(console: Backend, error: Exception) -> Backend:
    return Backend(**{**vars(console), "cases": lambda viewer: Broken(error)})


@pytest.mark.parametrize(
    ("path", "status"), [("/health", 200), ("/nothing", 404), ("/api/v1/cases", 401), ("/api/v1/openapi.json", 200)]
)
def test_every_answer_has_the_security_headers(console: Backend, path: str, status: int) -> None:
    answer = browser(console).get(path)
    assert answer.status_code == status
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert "max-age" in answer.headers["strict-transport-security"]


def test_requests_are_counted_by_route_and_status_never_by_what_was_asked(console: Backend) -> None:
    before = REGISTRY.get_sample_value(COUNT, {"route": "case", "status": "401"}) or 0
    browser(console).get("/api/v1/cases/C00112233445566aa?q=工资")
    assert REGISTRY.get_sample_value(COUNT, {"route": "case", "status": "401"}) == before + 1
    labels = {value for metric in REGISTRY.collect() for one in metric.samples for value in one.labels.values()}
    assert not any("C00112233445566aa" in value or "工资" in value for value in labels)


def test_an_unforeseen_error_tells_nothing_and_has_the_headers_too(console: Backend) -> None:
    answer = browser(failing(console, RuntimeError("拖欠工资")), "east").get("/api/v1/cases?q=工资")
    assert answer.status_code == 500
    assert answer.json() == {"error": {"code": "internal", "message": "internal error", "field": None, "at": None}}
    assert "content-security-policy" in answer.headers


def test_an_index_that_is_away_says_when_to_come_again(console: Backend) -> None:
    answer = browser(failing(console, IndexUnavailable("x")), "east").get("/api/v1/cases")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "unavailable")
    assert answer.headers["retry-after"]


@pytest.mark.parametrize(
    ("query", "status", "code", "field", "at"),
    [
        ({"q": '噪音 "没有结束'}, 400, "bad_query", "q", 4),
        ({"q": "噪音 plaec:41"}, 400, "bad_query", "q", 4),
        ({"q": "repeats:many"}, 400, "bad_query", "q", 1),
        ({"q": "字" * 1_001}, 422, "invalid", "q", None),
        ({"size": "0"}, 422, "invalid", "size", None),
        ({"sort": "best"}, 422, "invalid", "sort", None),
        ({"cursor": "forged"}, 400, "bad_cursor", "cursor", None),
    ],
)
def test_a_wrong_request_says_what_and_where(
    console: Backend, query: dict[str, str], status: int, code: str, field: str, at: int | None
) -> None:
    answer = browser(console, "east").get("/api/v1/cases", params=query)
    told = answer.json()["error"]
    assert (answer.status_code, told["code"], told["field"], told["at"]) == (status, code, field, at)


def test_an_error_does_not_repeat_what_was_sent(console: Backend) -> None:
    client = browser(console)
    answer = client.post("/api/v1/session", json={"name": "张" * 65, "password": "p"}, headers=HOST_HEADERS)
    assert answer.status_code == 422
    assert "张" not in answer.text


def test_a_body_that_is_large_or_of_unknown_length_is_not_read(console: Backend) -> None:
    client = browser(console)
    assert client.post("/api/v1/session", content=b"x" * (MOST_BODY_BYTES + 1)).status_code == 413
    assert client.post("/api/v1/session", content=iter([b"x"])).status_code == 413


@pytest.mark.parametrize(
    ("settings", "is_safe"),
    [
        ({}, True),
        ({"console_host": "localhost"}, True),
        ({"console_host": "::1"}, True),
        ({"console_host": "0.0.0.0"}, False),
        ({"console_host": "10.0.0.1", "console_url": "http://e"}, False),
        ({"console_host": "10.0.0.1", "console_url": "https://e"}, True),
        ({"openid_issuer": "http://e"}, False),
        ({"openid_issuer": "https://e"}, True),
    ],
)
def test_beyond_this_machine_everything_goes_over_https(settings: dict[str, str], is_safe: bool) -> None:
    given = Settings.model_validate(settings)
    if is_safe:
        check_address(given)
    else:
        with pytest.raises(NotConfigured):
            check_address(given)
