"""Alerts to other systems: signed, in order, tried again until they are taken, and never in the way of the feed.

A webhook has the eyes of one user: it gets what that official may see at the moment of sending. What is sent bears
`X-Petitions-Signature: t=<seconds>,v1=<hex>`, the HMAC-SHA256 of `<seconds>.<body>` under the webhook's secret, and
`X-Petitions-Delivery`, by which a repetition is known while the console runs. What was taken just before it ended
comes again with what has come since, as another delivery: receivers know an alert by its `alert_id`.
"""

import hmac
import json
import logging
import random
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from itertools import takewhile
from pathlib import Path
from threading import Event
from typing import Final, Protocol

import httpx2
import orjson
from pydantic import Field, SecretStr, TypeAdapter, ValidationError

from consumers.api.alert_log import Entry
from consumers.api.alert_views import AT_ONCE, shown, visible_entries
from consumers.api.backend import Backend
from consumers.health import WEBHOOKS
from consumers.search.reader import IndexUnavailable
from schemas.contract import Contract
from schemas.office_time import office_day

log = logging.getLogger(__name__)

TIMEOUT_S: Final = 10.0
FIRST_PAUSE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 900.0
QUIET_S: Final = 0.5
GIVEN_UP_AFTER_S: Final = 24 * 3600.0
"""A receiver that has taken nothing for a day loses that delivery, so that it gets the later ones."""


class WebhooksFileError(RuntimeError):
    """The file of webhooks cannot be used; says why, never what is in it."""


class When(StrEnum):
    """When alerts are sent."""

    AT_ONCE = "at_once"
    DAILY = "daily"


class Webhook(Contract):
    """One receiver."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{0,40}$")
    url: str = Field(pattern=r"^(https:|http:..127[.]0[.]0[.]1[:/])")
    secret: SecretStr = Field(min_length=24)
    user: str
    """The official whose rights it has."""
    when: When = When.AT_ONCE


class Places(Protocol):
    """Remembers how far a webhook got, over restarts."""

    def read(self) -> int:
        """The offset of the last alert that was sent or passed over; -1 for none."""
        ...

    def write(self, offset: int) -> None:
        """Keep it."""
        ...


Post = Callable[[str, bytes, dict[str, str]], int]
"""Address, body and headers → status; 0 where nobody answered."""


def read_webhooks(path: Path | None) -> Sequence[Webhook]:
    """The webhooks of a file of mode 600; none without a file."""
    if path is None:
        return ()
    try:
        if path.stat().st_mode & 0o077:
            raise WebhooksFileError(f"{path}: readable for others; set its mode to 600")
        return TypeAdapter(tuple[Webhook, ...]).validate_python(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, ValidationError) as error:
        raise WebhooksFileError(f"{path}: not a file of webhooks ({type(error).__name__})") from None


def signature(secret: str, seconds: int, body: bytes) -> str:
    """The header that proves who sent a body, and when."""
    signed = hmac.new(secret.encode(), b"%d." % seconds + body, sha256).hexdigest()
    return f"t={seconds},v1={signed}"


def post(url: str, body: bytes, headers: dict[str, str]) -> int:
    """Send without following redirections, which could lead anywhere."""
    try:
        return httpx2.post(url, content=body, headers=headers, timeout=TIMEOUT_S, follow_redirects=False).status_code
    except httpx2.HTTPError:
        return 0


class Deliveries:
    """Sends the alerts of one webhook, in order. Runs in a thread of its own."""

    def __init__(self, hook: Webhook, backend: Backend, places: Places, stop: Event, post: Post = post) -> None:
        """Goes on where it was."""
        self._hook, self._backend, self._places, self._stop, self._post = hook, backend, places, stop, post
        self._at = places.read()

    def run(self) -> None:
        """Until told to stop."""
        while not self._stop.is_set():
            if not self.turn():
                self._stop.wait(QUIET_S)

    def turn(self) -> bool:
        """Send what is there; False where nothing is, or it is not the time yet."""
        part = self._due(self._backend.alerts.after(self._at))[:AT_ONCE]
        if not part:
            return False
        try:
            visible = self._visible(part)
        except IndexUnavailable:
            return False
        if visible and not self._delivered(visible, part[-1][0]):
            return True  # told to stop: the same again after the next start
        self._at = part[-1][0]
        self._places.write(self._at)
        return True

    def _due(self, unsent: Sequence[Entry]) -> Sequence[Entry]:
        """What is to be sent now; a digest holds what was raised before today, whenever the console was down."""
        if self._hook.when is When.AT_ONCE:
            return unsent
        today = office_day(self._now)
        return list(takewhile(lambda entry: office_day(entry[1].raised_at) < today, unsent))

    @property
    def _now(self) -> datetime:
        return self._backend.sessions.now

    def _visible(self, part: Sequence[Entry]) -> list[Entry]:
        viewer = self._backend.viewer_named(self._hook.user)
        if viewer is None:
            return []
        return visible_entries(viewer, self._backend.cases(viewer), part, self._now)

    def _delivered(self, entries: Sequence[Entry], last: int) -> bool:
        """Try until it is taken, or a day has passed; False when told to stop."""
        alerts = [shown(entry, self._backend.alerts.action_on(entry[1].alert_id)) for entry in entries]
        body = orjson.dumps({"webhook": self._hook.name, "alerts": alerts})
        pause, waited = FIRST_PAUSE_S, 0.0
        while True:
            status = self._post(self._hook.url, body, self._headers(body, last))
            is_taken = 200 <= status < 300
            WEBHOOKS.labels(self._hook.name, "taken" if is_taken else "refused").inc()
            if is_taken:
                return True
            if waited >= GIVEN_UP_AFTER_S:
                log.error("a webhook was given up", extra={"worker": self._hook.name, "count": len(alerts)})
                return True
            if self._stop.wait(pause * random.uniform(0.5, 1.0)):
                return False
            waited += pause
            pause = min(LONGEST_PAUSE_S, pause * 2)

    def _headers(self, body: bytes, last: int) -> dict[str, str]:
        return {
            "Content-Type": "application/json",
            "X-Petitions-Delivery": f"{self._hook.name}-{last}",
            "X-Petitions-Signature": signature(
                self._hook.secret.get_secret_value(), int(self._now.timestamp()), body
            ),
        }
