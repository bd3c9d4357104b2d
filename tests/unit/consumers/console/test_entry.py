"""Signing in and out by forms, language and colours, and files. No server: nothing here reaches the index."""

import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from consumers.api.backend import Backend
from consumers.console.assets import FOR_EVER, address, assets
from consumers.rights.users import User
from schemas.settings import Settings
from schemas.terms import Role
from tests.officials import HOST_HEADERS, Audit, backend, browser


@pytest.fixture
def console(tmp_path: Path) -> Backend:
    return backend(tmp_path, None, Settings(), Audit())


@pytest.fixture
def password(console: Backend) -> str:
    return console.users.put(User(name="clerk", role=Role.HANDLER, unit="411002-hrss", territory="411002"))


def sign_in(client: TestClient, password: str, **fields: str) -> Any:
    return client.post("/sign-in", data={"name": "clerk", "password": password, **fields}, headers=HOST_HEADERS)


def test_who_signs_in_is_led_to_what_was_wanted(console: Backend, password: str) -> None:
    client = browser(console)
    asked = client.get("/search?q=路&sort=due")
    assert asked.status_code == 303
    form = client.get(asked.headers["location"]).text
    assert 'name="next" value="/search?q=%E8%B7%AF&amp;sort=due"' in form
    answer = sign_in(client, password, next="/search?q=路")
    assert (answer.status_code, answer.headers["location"]) == (303, "/search?q=%E8%B7%AF")
    assert client.get("/").headers["location"] == "/today"


@pytest.mark.parametrize(
    "target", ["https://elsewhere.test/", "//elsewhere.test", "/\\elsewhere.test", "x", "/\r\nx"]
)
def test_nobody_is_led_to_another_site(console: Backend, password: str, target: str) -> None:
    client = browser(console)
    assert sign_in(client, password, next=target).headers["location"] == "/"
    chosen = client.get("/preferences", params={"language": "en", "back": target})
    assert chosen.headers["location"] == "/"


def test_a_wrong_password_is_told_in_words_and_begins_nothing(console: Backend, password: str) -> None:
    answer = sign_in(browser(console), password + "x")
    assert (answer.status_code, "set-cookie" in answer.headers) == (401, False)
    assert "用户名或密码不正确" in answer.text
    assert password not in answer.text


def test_a_form_of_another_site_signs_nobody_in(console: Backend, password: str) -> None:
    fields = {"name": "clerk", "password": password}
    answer = browser(console).post("/sign-in", data=fields, headers={"Origin": "https://elsewhere.test"})
    assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)


def test_signing_out_needs_the_token_of_the_page(console: Backend, password: str) -> None:
    client = browser(console)
    sign_in(client, password)
    assert client.post("/sign-out").status_code == 403
    token = client.get("/api/v1/session").json()["csrf"]
    assert client.post("/sign-out", data={"csrf": token}).headers["location"] == "/sign-in"
    assert client.get("/").headers["location"].startswith("/sign-in")


@pytest.mark.parametrize(("official", "first"), [("auditor", "/audit"), ("root", "/users"), ("city", "/today")])
def test_every_role_has_a_first_page(console: Backend, official: str, first: str) -> None:
    assert browser(console, official).get("/").headers["location"] == first


def test_language_and_colours_stay_chosen(console: Backend) -> None:
    client = browser(console)
    assert '<html lang="zh-CN" data-theme="auto">' in client.get("/sign-in").text
    client.get("/preferences", params={"language": "en"})
    client.get("/preferences", params={"theme": "dark"})
    page = client.get("/sign-in").text
    assert '<html lang="en" data-theme="dark">' in page
    assert "Sign in" in page
    client.get("/preferences", params={"language": "xx", "theme": "<"})
    assert '<html lang="zh-CN" data-theme="auto">' in client.get("/sign-in").text


def test_a_page_that_may_not_be_seen_is_a_page_and_a_request_of_a_script_is_led_to_the_form(console: Backend) -> None:
    refused = browser(console, "auditor").get("/search")
    assert (refused.status_code, refused.headers["content-type"]) == (403, "text/html; charset=utf-8")
    assert "您的角色没有这项权限" in refused.text
    led = browser(console).get("/search?cursor=x", headers={"HX-Request": "true"})
    assert (led.status_code, led.headers["hx-redirect"]) == (204, "/sign-in?next=%2Fsearch%3Fcursor%3Dx")


def test_pages_are_not_kept_and_files_are_kept_for_ever(console: Backend) -> None:
    client = browser(console)
    page = client.get("/sign-in")
    assert page.headers["cache-control"] == "no-store"
    assert "unsafe" not in page.headers["content-security-policy"]
    for name, asset in assets().items():
        answer = client.get(address(name))
        assert (answer.status_code, answer.headers["cache-control"]) == (200, FOR_EVER)
        assert answer.headers["content-type"].startswith(asset.media_type)
    assert client.get("/assets/pages.py").status_code == 404


def test_no_template_holds_a_script_or_a_style_of_its_own() -> None:
    for one in (files("consumers.console") / "templates").iterdir():
        text = one.read_text("utf-8")
        assert "style=" not in text and "<style" not in text and not re.search(r"\son[a-z]+=[\"']", text)
        assert text.count("<script") == text.count('<script src="{{ asset(')
