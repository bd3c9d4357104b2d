"""Sign-in by a small provider of OpenID Connect: who it names is a user here or nobody."""

import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from consumers.api.backend import Backend
from consumers.api.openid import OpenId, OpenIdSettings
from schemas.settings import Settings
from tests.officials import URL, Audit, backend, browser

ISSUER = "https://provider.test"
START, CALLBACK = "/api/v1/openid/start", "/api/v1/openid/callback"
KEY = ECKey.generate_key("P-256", {"kid": "one", "use": "sig", "alg": "ES256"})
FOREIGN = ECKey.generate_key("P-256", {"kid": "one", "use": "sig", "alg": "ES256"})


class Provider:
    """Answers as a provider does; says what it is told to."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {}
        self.key, self.issuer = KEY, ISSUER
        self.challenge = ""
        self.refuses = False

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        match request.url.path:
            case "/.well-known/openid-configuration":
                return httpx2.Response(
                    200,
                    json={
                        "issuer": self.issuer,
                        "authorization_endpoint": f"{ISSUER}/authorize",
                        "token_endpoint": f"{ISSUER}/token",
                        "jwks_uri": f"{ISSUER}/keys",
                    },
                )
            case "/keys":
                return httpx2.Response(200, json=KeySet([KEY]).as_dict(private=False))
            case _:
                return self._token(parse_qs(request.content.decode()))

    def _token(self, form: dict[str, list[str]]) -> httpx2.Response:
        if self.refuses or not form.get("code_verifier"):
            return httpx2.Response(400, json={"error": "invalid_grant"})
        token = jwt.encode({"alg": "ES256", "kid": "one"}, self.claims, self.key)
        return httpx2.Response(200, json={"access_token": "a", "token_type": "Bearer", "id_token": token})


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
def console(tmp_path: Path, provider: Provider) -> Backend:
    settings = OpenIdSettings(ISSUER, "console", "secret", "preferred_username", f"{URL}{CALLBACK}")
    openid = OpenId(settings, "key", httpx2.MockTransport(provider))
    return backend(tmp_path, None, Settings(), Audit(), openid=openid)


def come_back(console: Backend, provider: Provider, **claims: Any) -> tuple[Any, Any]:
    """Go to the provider and back with these claims changed: the browser, and the last answer."""
    client = browser(console)
    sent = parse_qs(urlsplit(client.get(START).headers["location"]).query)
    now = int(time.time())
    provider.claims = {
        "iss": ISSUER,
        "aud": "console",
        "sub": "1",
        "iat": now,
        "exp": now + 60,
        "nonce": sent["nonce"][0],
        "preferred_username": "east",
    } | claims
    provider.claims = {name: value for name, value in provider.claims.items() if value is not None}
    return client, client.get(CALLBACK, params={"state": sent["state"][0], "code": "c"})


def test_who_the_provider_names_is_signed_in_with_the_rights_of_our_file(
    console: Backend, provider: Provider
) -> None:
    client, answer = come_back(console, provider)
    assert (answer.status_code, answer.headers["location"]) == (302, "/")
    assert client.get("/api/v1/session").json()["territory"] == "411002"


def test_the_way_to_the_provider_carries_state_nonce_and_a_challenge(console: Backend) -> None:
    answer = browser(console).get(START)
    sent = parse_qs(urlsplit(answer.headers["location"]).query)
    assert sent["code_challenge_method"] == ["S256"]
    assert all(sent[name][0] for name in ("state", "nonce", "code_challenge"))
    assert sent["redirect_uri"] == [f"{URL}{CALLBACK}"]
    assert all(mark in answer.headers["set-cookie"] for mark in ("HttpOnly", "Secure", "SameSite=lax"))


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://elsewhere.test"},
        {"aud": "another"},
        {"exp": 1},
        {"exp": None},
        {"nonce": "another"},
        {"nonce": None},
        {"preferred_username": None},
        {"preferred_username": 7},
    ],
)
def test_a_token_that_was_not_made_for_this_sign_in_is_refused(
    console: Backend, provider: Provider, claims: dict[str, Any]
) -> None:
    client, answer = come_back(console, provider, **claims)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "openid_refused")
    assert client.get("/api/v1/session").status_code == 401


def test_a_token_with_a_foreign_signature_is_refused(console: Backend, provider: Provider) -> None:
    provider.key = FOREIGN
    assert come_back(console, provider)[1].status_code == 401


def test_a_provider_that_calls_itself_otherwise_is_refused(console: Backend, provider: Provider) -> None:
    provider.issuer = "https://elsewhere.test"
    assert browser(console).get(START).status_code == 503


def test_a_code_that_the_provider_refuses_signs_nobody_in(console: Backend, provider: Provider) -> None:
    provider.refuses = True
    assert come_back(console, provider)[1].status_code == 401


def test_whom_the_provider_knows_and_our_file_does_not_is_nobody_here(console: Backend, provider: Provider) -> None:
    answer = come_back(console, provider, preferred_username="stranger")[1]
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "no_user")


def test_an_answer_without_the_own_state_is_refused(console: Backend, provider: Provider) -> None:
    client = browser(console)
    client.get(START)
    assert client.get(CALLBACK, params={"state": "x", "code": "c"}).status_code == 401
    assert browser(console).get(CALLBACK, params={"state": "x", "code": "c"}).status_code == 401


def test_without_a_provider_there_is_no_such_way(tmp_path: Path) -> None:
    client = browser(backend(tmp_path, None, Settings(), Audit()))
    assert [client.get(path).status_code for path in (START, CALLBACK)] == [404, 404]
