"""HTTP push: county systems send records one by one or a few at a time.

    POST /v1/counties/{county}/petitions      one JSON object, or a list of at most 200
    POST /v1/counties/{county}/statuses       {"record_no", "kind", "at", "unit", "article"}, or a list of at most 200
    POST /v1/counties/{county}/zero-reports   {"on": "2024-05-06"}
    POST /v1/counties/{county}/questions      {"text": "...", "on": "2024-05-06"}: which unit would be accountable
    GET  /health

202 means safe: acknowledged by Kafka, or on the gateway's disk (`"spooled": true`) while Kafka is away. The same push
again has the same receipts, so it changes nothing. Each push carries its own report, in the same parcel as its
records: what was pushed adds up even after SIGKILL.
"""

import asyncio
import hashlib
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import Annotated, Any

import orjson
from fastapi import FastAPI, Header, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from producers.batching import Batcher
from producers.counting import count_from_zero, count_records
from producers.entering import NotYet, Tally, enter, report, zero_report
from producers.formats.columns import MAX_NAME
from producers.formats.json_lines import MAX_SIGNALS, object_row, unknown_keys
from producers.formats.validation import Delivery, delivery
from producers.gateway_keys import SourceKeys
from producers.keyring import Keyring
from producers.outbox import Taken
from producers.profiles import Profile, Profiles
from producers.publisher import Entry
from producers.spool import SpoolFull
from producers.status_push import enter_status, verdicts
from schemas.events import DeadLetter
from schemas.keys import digest
from schemas.petition import IntakeRecord

log = logging.getLogger(__name__)

MOST_BODY_BYTES = 2 * 1024 * 1024
MOST_RECORDS = 200
RETRY_AFTER_S = 30
"""How long a county waits when neither Kafka nor the disk takes more."""

Clock = Callable[[], datetime]
Ask = Callable[[str, bytes], dict[str, Any]]
"""Answers a county's question by the rules, which are not ours; `ValueError` where it cannot be read."""


class Gateway:
    """What the routes do, apart from HTTP."""

    def __init__(
        self, profiles: Profiles, keys: SourceKeys, keyring: Keyring, batcher: Batcher, clock: Clock
    ) -> None:
        self._profiles = profiles
        self._keys = keys
        self._keyring = keyring
        self._batcher = batcher
        self._clock = clock

    @property
    def waiting_bytes(self) -> int:
        """Bytes that wait on disk for Kafka."""
        return self._batcher.waiting_bytes

    def admitted(self, county: str, key: str) -> Profile:
        """The county's profile, where the key is its own; an unknown county looks like a wrong key."""
        profile = self._profiles.get(county)
        if not self._keys.fits(county, key) or profile is None:
            raise HTTPException(401, "no such county, or not its key")
        return profile

    async def push(self, profile: Profile, body: bytes, idempotency_key: str) -> dict[str, Any]:
        """Publish the records of one push with their report; says of each what became of it."""
        records = _records(body)
        at = self._clock()
        content = hashlib.sha256(body).hexdigest()
        delivery_id = digest("push", profile.code, profile.version, idempotency_key, content)
        in_words = delivery(profile, delivery_id, at)
        in_codes = delivery(profile.canonical, delivery_id, at)
        found = [
            self._entered(number, record, in_codes if _is_canonical(record, profile) else in_words)
            for number, record in enumerate(records, start=1)
        ]
        entries = [entry for entry in found if isinstance(entry, Entry)]
        letters = [entry for entry in found if isinstance(entry, DeadLetter)]
        tally = Tally().plus(entries, letters)
        on = at.astimezone(profile.zone).date()
        taken = await self._batcher.deliver(
            entries, letters, [report(profile.code, delivery_id, at, on, tally, "push")]
        )
        count_records(profile.code, len(entries), Counter(letter.reason.value for letter in letters))
        return {
            "delivery_id": delivery_id,
            "received": len(found),
            "published": tally.published,
            "rejected": tally.rejected,
            "spooled": taken is Taken.SPOOLED,
            "records": [self._verdict(entry) for entry in found],
            "unknown_fields": _unknown(records, profile),
        }

    async def push_statuses(self, profile: Profile, body: bytes) -> dict[str, Any]:
        """Publish what became of records that were sent before, or that are still to come."""
        at = self._clock()
        delivery_id = digest("statuses", profile.code, hashlib.sha256(body).hexdigest())
        found = [
            enter_status(number, row, profile.code, delivery_id, at) for number, row in enumerate(_records(body), 1)
        ]
        entries = [one for one in found if isinstance(one, Entry)]
        letters = [one for one in found if isinstance(one, DeadLetter)]
        taken = await self._batcher.deliver(entries, letters, [])
        return {"delivery_id": delivery_id, "spooled": taken is Taken.SPOOLED, "statuses": verdicts(found)}

    async def report_nothing(self, profile: Profile, on: date) -> dict[str, Any]:
        """Publish the county's word that there was nothing on that day (零报告)."""
        taken = await self._batcher.deliver([], [], [zero_report(profile.code, on, self._clock())])
        return {"county": profile.code, "on": on.isoformat(), "spooled": taken is Taken.SPOOLED}

    def _entered(self, number: int, record: dict[str, Any], to: Delivery) -> Entry[IntakeRecord] | DeadLetter:
        return enter(object_row(number, record, orjson.dumps(record), to.profile), to, self._keyring)

    def _verdict(self, found: Entry[IntakeRecord] | DeadLetter) -> dict[str, Any]:
        """What became of a row; with the code for the petitioner's receipt where it was taken."""
        if isinstance(found, DeadLetter):
            return {"row": found.row, "outcome": "rejected", "reason": found.reason.value, "field": found.field}
        record = found.record
        code = self._keyring.receipt_code(record.source, record.record_no)
        return {"row": record.row, "outcome": "accepted", "receipt": record.receipt, "receipt_code": code}


def create_gateway(
    profiles: Profiles,
    keys: SourceKeys,
    keyring: Keyring,
    batcher: Batcher,
    clock: Clock = lambda: datetime.now(UTC),
    ask: Ask | None = None,
) -> FastAPI:
    """The HTTP application; it sends what waits on disk while it runs. Without `ask` it takes no questions."""
    count_from_zero(profile.code for profile in profiles)
    gateway = Gateway(profiles, keys, keyring, batcher, clock)

    @asynccontextmanager
    async def running(_app: FastAPI) -> AsyncIterator[None]:
        async with batcher.running():
            yield

    app = FastAPI(title="Petition gateway", docs_url=None, redoc_url=None, lifespan=running)
    _answer_errors(app)

    @app.post("/v1/counties/{county}/petitions", status_code=202)
    async def push(
        county: str,
        request: Request,
        x_source_key: Annotated[str, Header()] = "",
        idempotency_key: Annotated[str, Header(max_length=200)] = "",
    ) -> JSONResponse:
        profile = gateway.admitted(county, x_source_key)
        return JSONResponse(await gateway.push(profile, await _body(request), idempotency_key), 202)

    @app.post("/v1/counties/{county}/statuses", status_code=202)
    async def push_statuses(
        county: str, request: Request, x_source_key: Annotated[str, Header()] = ""
    ) -> JSONResponse:
        profile = gateway.admitted(county, x_source_key)
        return JSONResponse(await gateway.push_statuses(profile, await _body(request)), 202)

    @app.post("/v1/counties/{county}/zero-reports", status_code=202)
    async def report_nothing(
        county: str, request: Request, x_source_key: Annotated[str, Header()] = ""
    ) -> JSONResponse:
        profile = gateway.admitted(county, x_source_key)
        try:
            return JSONResponse(await gateway.report_nothing(profile, _day(await _body(request))), 202)
        except NotYet as error:
            raise HTTPException(400, str(error)) from None

    if ask is not None:
        _take_questions(app, gateway, ask)

    @app.get("/health")
    async def health() -> JSONResponse:
        waiting = gateway.waiting_bytes
        return JSONResponse({"status": "ok" if not waiting else "spooling", "spooled_bytes": waiting})

    return app


def _take_questions(app: FastAPI, gateway: Gateway, ask: Ask) -> None:
    """A clerk asks before sending; nothing of the question is kept."""

    @app.post("/v1/counties/{county}/questions")
    async def question(county: str, request: Request, x_source_key: Annotated[str, Header()] = "") -> JSONResponse:
        gateway.admitted(county, x_source_key)
        body = await _body(request)
        try:
            return JSONResponse(await asyncio.to_thread(ask, county, body))
        except ValueError as error:
            raise HTTPException(400, str(error)) from None


async def _body(request: Request) -> bytes:
    """The body as far as it is small enough; the rest is never read."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BODY_BYTES:
            raise HTTPException(413, f"a push holds at most {MOST_BODY_BYTES} bytes")
    return bytes(body)


def _records(body: bytes) -> list[dict[str, Any]]:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise HTTPException(400, "the body is not JSON in UTF-8") from None
    records = found if isinstance(found, list) else [found]
    if not records:
        raise HTTPException(400, "the list is empty")
    if not all(isinstance(record, dict) for record in records):
        raise HTTPException(400, "the body is neither an object nor a list of objects")
    if len(records) > MOST_RECORDS:
        raise HTTPException(413, f"a push holds at most {MOST_RECORDS} records")
    return records


def _day(body: bytes) -> date:
    try:
        return date.fromisoformat(orjson.loads(body)["on"])
    except (ValueError, TypeError, KeyError):
        raise HTTPException(400, 'the body is not {"on": "YYYY-MM-DD"}') from None


def _is_canonical(record: dict[str, Any], profile: Profile) -> bool:
    """Whether the record uses our field names instead of the county's."""
    return "record_no" in record and "record_no" not in profile.known_columns


def _unknown(records: list[dict[str, Any]], profile: Profile) -> list[str]:
    """Fields that are neither mapped nor ignored, so that the county notices; not all of very many."""
    known = {True: profile.canonical, False: profile}
    found = {
        name[:MAX_NAME] for record in records for name in unknown_keys(record, known[_is_canonical(record, profile)])
    }
    return sorted(found)[:MAX_SIGNALS]


def _answer_errors(app: FastAPI) -> None:
    """Answers to wrong requests never repeat what was sent."""

    @app.exception_handler(RequestValidationError)
    async def invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        fields = sorted({".".join(map(str, problem["loc"])) for problem in error.errors()})
        return JSONResponse({"error": "invalid request", "fields": fields}, 422)

    @app.exception_handler(HTTPException)
    async def refused(_request: Request, error: HTTPException) -> JSONResponse:
        return JSONResponse({"error": error.detail}, error.status_code)

    @app.exception_handler(SpoolFull)
    async def full(_request: Request, _error: SpoolFull) -> JSONResponse:
        return JSONResponse({"error": "come again later"}, 503, {"Retry-After": str(RETRY_AFTER_S)})

    @app.exception_handler(Exception)
    async def failed(_request: Request, error: Exception) -> JSONResponse:
        log.error("a push failed", extra={"error": type(error).__name__})
        return JSONResponse({"error": "internal error"}, 500)
