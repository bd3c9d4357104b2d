"""Sign-in, sessions, CSRF and limits. No server: nothing here reaches the index."""

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from consumers.api.backend import Backend
from consumers.api.errors import ApiProblem
from consumers.api.limits import Limits, Rate
from consumers.api.sessions import IDLE_S, LONGEST_S, RENEW_AFTER_S, Sessions
from consumers.rights.users import User
from schemas.settings import Settings
from schemas.terms import Role
from tests.officials import HOST_HEADERS, Audit, Clock, backend, browser

SESSION = "/api/v1/session"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def console(tmp_path: Path, clock: Clock) -> Backend:
    return backend(tmp_path, None, Settings(), Audit(), clock=clock)


@pytest.fixture
def password(console: Backend) -> str:
    return console.users.put(User(name="clerk", role=Role.HANDLER, unit="411002-hrss", territory="411002"))


def sign_in(client: TestClient, password: str, name: str = "clerk", **headers: str) -> Any:
    return client.post(SESSION, json={"name": name, "password": password}, headers=HOST_HEADERS | headers)


def test_the_right_password_begins_a_session_that_knows_its_rights(console: Backend, password: str) -> None:
    client = browser(console)
    told = sign_in(client, password)
    assert told.status_code == 201
    assert (told.json()["name"], told.json()["rights"]) == ("clerk", ["alerts", "cases", "decide"])
    assert client.get(SESSION).json()["csrf"] == told.json()["csrf"]
    cookie = told.headers["set-cookie"]
    assert cookie.startswith("__Host-session=")
    assert all(mark in cookie for mark in ("HttpOnly", "SameSite=Lax", "Secure", "Path=/", f"Max-Age={IDLE_S}"))


@pytest.mark.parametrize(("name", "typed"), [("clerk", "wrong"), ("nobody", "wrong"), ("east", ""), ("clerk", "")])
def test_a_wrong_password_an_unknown_user_and_one_without_password_look_alike(
    console: Backend, password: str, name: str, typed: str
) -> None:
    answer = sign_in(browser(console), typed, name)
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "wrong_password"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("headers", [{"Origin": "https://elsewhere.test"}, {"Sec-Fetch-Site": "cross-site"}])
def test_another_site_cannot_sign_anybody_in(console: Backend, password: str, headers: dict[str, str]) -> None:
    assert sign_in(browser(console), password, **headers).json()["error"]["code"] == "foreign_origin"


def test_passwords_cannot_be_tried_for_long(console: Backend, clock: Clock) -> None:
    client = browser(console)
    answers = [sign_in(client, "wrong") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert int(answers[-1].headers["retry-after"]) == 10
    clock.now += 10
    assert sign_in(client, "wrong").status_code == 401


def test_what_changes_something_needs_the_token_of_the_session(console: Backend) -> None:
    client = browser(console, "east")
    for wrong in ("", "other"):
        answer = client.delete(SESSION, headers={"X-CSRF-Token": wrong})
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "csrf")
    assert client.get(SESSION).status_code == 200


def test_after_signing_out_the_cookie_is_worth_nothing(console: Backend) -> None:
    client = browser(console, "east")
    cookie = client.cookies[console.sessions.cookie]
    assert client.delete(SESSION).status_code == 204
    client.cookies.set(console.sessions.cookie, cookie, domain="console.test")
    assert client.get(SESSION).status_code == 401


def test_a_session_ends_when_it_is_not_used(console: Backend, clock: Clock) -> None:
    client = browser(console, "east")
    clock.now += IDLE_S - 1
    assert client.get(SESSION).status_code == 200
    clock.now += IDLE_S - 1
    assert client.get(SESSION).status_code == 200, "use prolongs it"
    clock.now += IDLE_S
    assert client.get(SESSION).status_code == 401


def test_a_session_ends_after_a_working_day_however_much_it_is_used(console: Backend, clock: Clock) -> None:
    client = browser(console, "east")
    for _ in range(LONGEST_S // 1_000):
        clock.now += 1_000
        assert client.get(SESSION).status_code == 200
    clock.now += LONGEST_S % 1_000
    assert client.get(SESSION).status_code == 401


def test_a_right_that_was_taken_away_is_gone_at_once(console: Backend) -> None:
    client = browser(console, "east")
    assert client.get(SESSION).status_code == 200
    console.users.deactivate("east")
    assert client.get(SESSION).status_code == 401


def test_an_official_of_a_unit_that_the_register_does_not_know_sees_nothing(console: Backend) -> None:
    console.users.put(User(name="lost", role=Role.HANDLER, unit="419999-none", territory="41"))
    assert browser(console, "lost").get("/api/v1/cases").json()["error"]["code"] == "unknown_unit"


@pytest.mark.parametrize("value", ["", "forged", "eyJuYW1lIjoicm9vdCJ9.x"])
def test_a_forged_cookie_is_no_session(value: str, clock: Clock) -> None:
    assert Sessions("key", clock, is_https=True).read(value) is None


def test_a_cookie_of_another_key_is_no_session(clock: Clock) -> None:
    mine, other = Sessions("key", clock, is_https=True), Sessions("another", clock, is_https=True)
    value = other.header(other.begin("root")).partition("=")[2].partition(";")[0]
    assert other.read(value) is not None
    assert mine.read(value) is None


def test_a_fresh_cookie_is_not_written_again(clock: Clock) -> None:
    sessions = Sessions("key", clock, is_https=False)
    session = sessions.begin("east")
    assert sessions.renewal(session) is None
    clock.now += RENEW_AFTER_S
    assert "Secure" not in str(sessions.renewal(session))


def test_limits_refill_and_forget_nobody_too_early(clock: Clock) -> None:
    limits, rate = Limits(clock), Rate(burst=2, a_minute=60)
    limits.take("x", "a", rate)
    limits.take("x", "a", rate)
    limits.take("x", "b", rate)
    limits.take("y", "a", rate)
    with pytest.raises(ApiProblem) as caught:
        limits.take("x", "a", rate)
    assert caught.value.retry_after_s == 1
    clock.now += 1
    limits.take("x", "a", rate)
