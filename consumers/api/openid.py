"""OpenID Connect by Authlib: authorization code with PKCE. The provider says who somebody is; rights are ours."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx2
from authlib.common.security import generate_token
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from itsdangerous import BadSignature, URLSafeTimedSerializer
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

TIMEOUT_S = 10.0
STATE_S = 600
"""How long a sign-in at the provider may take."""
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
"""Signatures that a provider may use: by its own key, never by a shared secret and never none."""
KEYS_KEPT_S = 3600.0
_FAULTS = (BadSignature, OAuthError, JoseError, httpx2.HTTPError, KeyError, TypeError, ValueError)
"""All that a provider, or somebody in its place, can do wrong."""


class OpenIdRefused(RuntimeError):
    """The provider did not confirm who it is, or what it sent cannot be trusted."""


@dataclass(frozen=True)
class OpenIdSettings:
    """How the provider is reached."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    claim: str
    """The claim that holds the sign-in name."""
    redirect_url: str


class OpenId:
    """The two steps of a sign-in by a provider."""

    def __init__(
        self, settings: OpenIdSettings, state_key: str, transport: httpx2.BaseTransport | None = None
    ) -> None:
        """Nothing is asked of the provider before somebody signs in. `transport` stands for the network in tests."""
        self._settings = settings
        self._states = URLSafeTimedSerializer(state_key, salt="openid")
        self._transport = transport
        self._provider: tuple[float, dict[str, Any], KeySet] | None = None

    def start(self) -> tuple[str, str]:
        """The address to go to, and what the browser keeps until it comes back; raises `OpenIdRefused`."""
        verifier, nonce = generate_token(48), generate_token(24)
        try:
            endpoint = self._metadata()["authorization_endpoint"]
        except _FAULTS as error:
            raise OpenIdRefused(type(error).__name__) from None
        with self._client() as client:
            url, state = client.create_authorization_url(endpoint, code_verifier=verifier, nonce=nonce)
        return url, self._states.dumps({"state": state, "verifier": verifier, "nonce": nonce})

    def finish(self, kept: str, state: str, code: str) -> str:
        """The sign-in name that the provider confirms; raises `OpenIdRefused`."""
        try:
            mine = self._states.loads(kept, max_age=STATE_S)
            if not code or state != mine["state"]:
                raise OpenIdRefused("state")
            with self._client() as client:
                token = client.fetch_token(
                    self._metadata()["token_endpoint"], code=code, code_verifier=mine["verifier"]
                )
            claims = self._claims(token["id_token"], mine["nonce"])
        except _FAULTS as error:
            raise OpenIdRefused(type(error).__name__) from None
        name = claims.get(self._settings.claim)
        if not isinstance(name, str) or not name:
            raise OpenIdRefused("claim")
        return name

    def _claims(self, id_token: str, nonce: str) -> dict[str, Any]:
        claims = jwt.decode(id_token, self._keys(), algorithms=ALGORITHMS).claims
        jwt.JWTClaimsRegistry(
            leeway=60,
            iss={"essential": True, "value": self._settings.issuer},
            aud={"essential": True, "value": self._settings.client_id},
            exp={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(claims)
        return dict(claims)

    def _client(self) -> OAuth2Client:
        options: dict[str, Any] = {"timeout": TIMEOUT_S}
        if self._transport is not None:
            options["transport"] = self._transport
        return OAuth2Client(
            self._settings.client_id,
            self._settings.client_secret,
            scope="openid profile",
            redirect_uri=self._settings.redirect_url,
            code_challenge_method="S256",
            **options,
        )

    def _metadata(self) -> dict[str, Any]:
        return self._known()[0]

    def _keys(self) -> KeySet:
        return self._known()[1]

    def _known(self, clock: Callable[[], float] = time.monotonic) -> tuple[dict[str, Any], KeySet]:
        """What the provider says of itself; asked for again after an hour, because its keys change."""
        if self._provider is None or clock() - self._provider[0] > KEYS_KEPT_S:
            with httpx2.Client(timeout=TIMEOUT_S, transport=self._transport) as client:
                told = _json(client, f"{self._settings.issuer.rstrip('/')}/.well-known/openid-configuration")
                if told.get("issuer") != self._settings.issuer:
                    raise OpenIdRefused("issuer")
                keys = KeySet.import_key_set(_json(client, told["jwks_uri"]))  # type: ignore[arg-type]
            self._provider = (clock(), told, keys)
        return self._provider[1], self._provider[2]


def _json(client: httpx2.Client, url: str) -> dict[str, Any]:
    answer = client.get(url)
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found
