"""The process of the console: makes the application and serves it until SIGTERM."""

import json
import logging
import os
import secrets
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from threading import Event, Thread
from typing import Any

import uvicorn

from consumers.api.alert_log import follow_alerts
from consumers.api.application import PREFIX, create_application
from consumers.api.backend import (
    AuditUnavailable,
    Backend,
    DaysOf,
    Moved,
    Names,
    Offices,
    OpenIdentity,
    Superiors,
    Tiles,
)
from consumers.api.limits import Limits
from consumers.api.older_alerts import alerts_of
from consumers.api.openid import OpenId, OpenIdSettings
from consumers.api.sessions import Sessions
from consumers.api.webhook_places import GroupPlaces
from consumers.api.webhooks import Deliveries, read_webhooks
from consumers.audit.index import audit_index, follow
from consumers.dead_letters.known import KnownLetters
from consumers.elastic import connect
from consumers.health import Health, serve
from consumers.message import Message
from consumers.rights.scope import of_receipt, visible_audit, visible_cases
from consumers.rights.users import Users, users_path
from consumers.saved import follow as searches
from consumers.saved.found import follow_finds
from consumers.saved.watcher import Watcher
from consumers.search.index import alias_of
from consumers.search.reader import IndexReader, all_cases
from consumers.search.spelling import Spelling
from consumers.search.words import load_words
from consumers.sending import Sender, Unsent
from consumers.statistics.contests import follow_contests
from consumers.statistics.reported import Reported
from schemas.audit_events import AuditRecord
from schemas.connections import secret
from schemas.settings import Settings
from schemas.topics import Topic

log = logging.getLogger(__name__)

GRACE_S = 20
PAGE_LIMIT_S = 8.0
"""How long a page or an answer waits for an index that takes requests and gives none back; searches take
milliseconds (`docs/search.md`)."""
CRASHED = 70


class NotConfigured(RuntimeError):
    """Settings under which the console would not be safe."""


@dataclass(frozen=True, slots=True)
class KafkaAuditLog:
    """Audit records in their topic, acknowledged by all replicas."""

    sender: Sender

    def keep(self, record: AuditRecord) -> None:
        """See `AuditLog`."""
        try:
            self.sender.send([Message(Topic.AUDIT, 0, record.audit_id.encode(), record.to_bytes())])
        except Unsent:
            raise AuditUnavailable from None


@dataclass(frozen=True)
class Provided:
    """What the console is given by the packages that it does not know."""

    superiors: Superiors
    carried_on: Mapping[str, frozenset[str]]
    offices: Offices
    moved: Moved
    names: Names
    open_identity: OpenIdentity
    days_of: DaysOf
    receipt_code: Callable[[str, str], str]
    tiles: Tiles


def run(settings: Settings, provided: Provided, announce: Callable[[str], None] | None) -> None:
    """Serve until SIGTERM or SIGINT. Where nobody is told the address it is written to `console.json` under home."""
    check_address(settings)
    config = _server_config(settings)
    listening = config.bind_socket()
    # uvicorn's socket names no protocol, so asyncio leaves small packets waiting: each answer took 40 ms more
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    host, port = listening.getsockname()[:2]
    address = settings.console_url or f"http://{host}:{port}"
    stop, health = Event(), Health()
    serve(health, settings)
    with connect(settings) as client:
        backend = _backend(settings, client, address, provided)
        config.app = create_application(backend)
        followers = [
            Thread(target=_insist, args=(work,), name=name, daemon=True)
            for name, work in (
                ("audit", lambda: follow(settings, stop)),
                ("alerts", lambda: follow_alerts(settings, backend.alerts, stop)),
                ("contests", lambda: follow_contests(settings, backend.contests, stop)),
                ("finds", lambda: follow_finds(settings, backend.finds, stop)),
                ("searches", lambda: _kept_searches(settings, client, backend, stop)),
                *_deliveries(settings, backend, stop),
            )
        ]
        for follower in followers:
            follower.start()
        try:
            with announced(settings, address, (host, port), announce):
                uvicorn.Server(config).run(sockets=[listening])
        finally:
            stop.set()
            for follower in followers:
                follower.join(GRACE_S)


@contextmanager
def announced(
    settings: Settings, address: str, listening: tuple[str, int], announce: Callable[[str], None] | None
) -> Iterator[None]:
    """A console that somebody started by hand leaves the note of the one that the supervisor keeps as it is."""
    if announce is not None:
        announce(address)
        yield
        return
    note = settings.folder / "console.json"
    told = {"address": address, "host": listening[0], "port": listening[1], "pid": os.getpid()}
    note.with_suffix(".new").write_text(json.dumps(told), "ascii")
    note.with_suffix(".new").replace(note)
    try:
        yield
    finally:
        note.unlink(missing_ok=True)


def _kept_searches(settings: Settings, client: Any, backend: Backend, stop: Event) -> None:
    searches.load(settings, backend.shelf)
    searches.follow(settings, Watcher(backend, all_cases(client, settings)), stop)


def _deliveries(settings: Settings, backend: Backend, stop: Event) -> Iterator[tuple[str, Callable[[], None]]]:
    """The work of each webhook, in a thread of its own: a receiver that is slow keeps nobody else waiting."""
    hooks = read_webhooks(settings.webhooks_file)
    places = GroupPlaces(settings) if hooks else None
    for hook in hooks:
        if places is not None:
            yield f"webhook-{hook.name}", Deliveries(hook, backend, places.of(hook.name), stop).run


def check_address(settings: Settings) -> None:
    """Sessions and petitions go over the network with https only; raises `NotConfigured`."""
    is_here = settings.console_host == "localhost" or ip_address(settings.console_host).is_loopback
    if not is_here and not settings.console_url.startswith("https://"):
        raise NotConfigured("PETITIONS_CONSOLE_HOST is not this machine, so PETITIONS_CONSOLE_URL must be https")
    issuer = settings.openid_issuer
    if issuer and not issuer.startswith(("https://", "http://127.0.0.1")):
        raise NotConfigured("PETITIONS_OPENID_ISSUER must be https")


def openid_settings(settings: Settings, url: str) -> OpenIdSettings | None:
    """The provider, where one is set."""
    if not settings.openid_issuer:
        return None
    return OpenIdSettings(
        issuer=settings.openid_issuer,
        client_id=settings.openid_client_id,
        client_secret=secret(settings.openid_client_secret_file),
        claim=settings.openid_claim,
        redirect_url=f"{url}{PREFIX}/openid/callback",
    )


def _backend(settings: Settings, client: Any, url: str, provided: Provided) -> Backend:
    # Made anew with each start: a restart ends all sessions, and no key has to be kept.
    key = secrets.token_urlsafe(32)
    provider = openid_settings(settings, url)
    sender, soon = Sender(settings), client.options(request_timeout=PAGE_LIMIT_S)
    return Backend(
        users=Users(users_path(settings)),
        sessions=Sessions(key, time.time, is_https=url.startswith("https://")),
        limits=Limits(time.monotonic),
        cases=lambda viewer: IndexReader(soon, alias_of(settings), visible_cases(viewer)),
        patient_cases=lambda viewer: IndexReader(client, alias_of(settings), visible_cases(viewer)),
        audits=lambda viewer: IndexReader(soon, audit_index(settings), visible_audit(viewer)),
        audit_log=KafkaAuditLog(sender),
        open_identity=provided.open_identity,
        superiors=provided.superiors,
        carried_on=provided.carried_on,
        offices=provided.offices,
        moved=provided.moved,
        send=sender.send,
        partitions=settings.partitions,
        reporting=Reported(settings),
        older_alerts=lambda on: alerts_of(settings, on),
        letters=KnownLetters(settings),
        names=provided.names,
        tiles=provided.tiles,
        days_of=provided.days_of,
        receipt_code=provided.receipt_code,
        of_receipt=lambda county, number: IndexReader(soon, alias_of(settings), of_receipt(county, number)),
        cursor_key=key,
        spelling=Spelling(load_words(settings)),
        url=url,
        openid=OpenId(provider, key) if provider else None,
    )


def _insist(work: Callable[[], None]) -> None:
    """Without it the console would tell half of it: the process ends, and its supervisor starts it again."""
    try:
        work()
    except Exception as error:
        log.error("the console cannot go on", extra={"error": type(error).__name__})
        os._exit(CRASHED)


def _server_config(settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        app="",
        host=settings.console_host,
        port=settings.console_port,
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=bool(settings.console_url),
        timeout_graceful_shutdown=GRACE_S,
    )
