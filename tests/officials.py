"""Officials of an invented city with two counties, the cases there, and a console for tests."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import httpx2
import orjson
from argon2 import PasswordHasher
from elasticsearch import Elasticsearch
from fastapi import FastAPI
from fastapi.testclient import TestClient

from consumers.api.application import create_application
from consumers.api.backend import AuditUnavailable, Backend, Identity
from consumers.api.limits import Limits
from consumers.api.openid import OpenId
from consumers.api.sessions import Sessions
from consumers.audit.index import audit_index, ensure_audit_index
from consumers.audit.queries import document_bytes as audit_bytes
from consumers.bulk import ElasticsearchSink, Item
from consumers.message import Message
from consumers.rights.scope import of_receipt, visible_audit, visible_cases
from consumers.rights.users import User, Users
from consumers.rights.viewer import Viewer
from consumers.search.documents import document_bytes
from consumers.search.index import alias_of, ensure_index
from consumers.search.reader import IndexReader
from schemas.audit_events import AuditRecord
from schemas.events import Case, Question
from schemas.life import JurisdictionDecision
from schemas.petition import Place
from schemas.settings import Settings
from schemas.terms import Confidence, Ground, Level, Role
from tests.fakes_consumers import case, merged, petition

URL: Final = "https://console.test"
HOST_HEADERS: Final = {"Origin": URL}
SUPERIORS: Final = {
    "41-government": "",
    "41-petition": "41-government",
    "4110-government": "41-government",
    "4110-petition": "4110-government",
    "411002-government": "4110-government",
    "411002-petition": "411002-government",
    "411002-hrss": "411002-government",
    "411002-housing": "411002-government",
    "411023-government": "4110-government",
    "411023-petition": "411023-government",
    "411023-transport": "411023-government",
}
TILES: Final = {
    "41": {"4101": (0, 0), "4110": (1, 0), "4113": (2, 0), "419001": (0, 1)},
    "4110": {"411002": (0, 1), "411023": (1, 0)},
}
"""The map of the province and of the city."""
OFFICIALS: Final = (
    User(name="east", role=Role.SUPERVISOR, unit="411002-petition", territory="411002", may_see_identities=True),
    User(name="west", role=Role.SUPERVISOR, unit="411023-petition", territory="411023"),
    User(name="city", role=Role.SUPERVISOR, unit="4110-petition", territory="4110"),
    User(name="whole", role=Role.PROVINCE, unit="41-petition", territory="41", may_see_identities=True),
    User(name="labour", role=Role.HANDLER, unit="411002-hrss", territory="411002", may_see_identities=True),
    User(name="roads", role=Role.HANDLER, unit="411023-transport", territory="411023"),
    User(name="housing", role=Role.HANDLER, unit="411002-housing", territory="411002"),
    User(name="accused", role=Role.SUPERVISOR, unit="411002-housing", territory="411002", may_see_identities=True),
    User(name="auditor", role=Role.AUDITOR, territory="4110"),
    User(name="root", role=Role.ADMINISTRATOR),
)
CHEAP: Final = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def _unit(code: str, name: str, division: str, **accused: Any) -> JurisdictionDecision:
    return JurisdictionDecision(
        accountable_unit=code,
        unit_name=name,
        unit_level=Level.COUNTY,
        unit_division=division,
        ground=Ground.COMPETENCE,
        article="6",
        reason="由主管部门负责。",
        register_version="test",
        **accused,
    )


def _place(code: str, name: str) -> Place:
    return Place(code=code, name=name, level=Level.TOWNSHIP, confidence=Confidence.CERTAIN, reason="全名")


_EAST = _place("411002100", "河南省许昌市魏都区西大街道")
_WEST = _place("411023101", "河南省许昌市建安区将官池镇")
LABOUR: Final = case(
    petition("E-1", title="拖欠工资", body="云栖工地拖欠工资，工人多次催要。"),
    petition("E-2", row=2, title="再次反映工资", body="云栖工地仍拖欠工资。"),
    place=_EAST,
    jurisdiction=_unit("411002-hrss", "魏都区人力资源和社会保障局", "411002"),
)
ROADS: Final = case(
    petition("W-1", row=3, source="411023", title="道路塌陷", body="云栖村道路塌陷，拖欠修缮。"),
    place=_WEST,
    jurisdiction=_unit("411023-transport", "建安区交通运输局", "411023"),
    questions=(
        Question(
            petition_id=petition("W-1", source="411023").petition_id,
            other_id=LABOUR.petitions[0].petition_id,
            score=0.4,
        ),
    ),
    kept_from=(LABOUR.case_id,),
)
ACCUSING: Final = case(
    petition("E-9", row=9, title="住建局乱收费", body="云栖小区办证时住建局工作人员乱收费。"),
    place=_EAST,
    jurisdiction=_unit("411002-government", "魏都区人民政府", "411002", accused_unit="411002-housing"),
)
LOST: Final = merged(
    case(
        petition("E-8", row=8, title="办证", body="云栖小区办证难。"),
        place=_EAST,
        jurisdiction=_unit("411002-hrss", "魏都区人力资源和社会保障局", "411002"),
    ),
    ACCUSING,
)
UNPLACED: Final = case(
    petition("N-1", row=7, title="反映问题", body="云栖公司集资未还。"),
    place=Place(),
    jurisdiction=_unit("4110-petition", "许昌市信访局", "4110"),
)
CASES: Final[dict[str, Case]] = {
    "labour": LABOUR,
    "roads": ROADS,
    "accusing": ACCUSING,
    "lost": LOST,
    "unplaced": UNPLACED,
}
VISIBLE: Final[dict[str, frozenset[str]]] = {
    "east": frozenset({"labour", "accusing"}),
    "west": frozenset({"roads"}),
    "city": frozenset({"labour", "roads", "accusing", "unplaced"}),
    "whole": frozenset({"labour", "roads", "accusing", "unplaced"}),
    "labour": frozenset({"labour"}),
    "roads": frozenset({"roads"}),
    "housing": frozenset(),
    "accused": frozenset({"labour"}),
    "auditor": frozenset(),
    "root": frozenset(),
}
"""What each official may see; `accusing` accuses the unit of `accused` and `housing`."""


class Audit:
    """Audit records in a list, and in the index where there is one."""

    def __init__(self, write: Callable[[AuditRecord], None] = lambda record: None) -> None:
        self.records: list[AuditRecord] = []
        self.is_away = False
        self._write = write

    def keep(self, record: AuditRecord) -> None:
        """See `AuditLog`."""
        if self.is_away:
            raise AuditUnavailable
        self.records.append(record)
        self._write(record)


def filled(client: Elasticsearch, settings: Settings) -> Audit:
    """The index with all cases, an empty one for audit records, and the log that writes there."""
    ensure_index(client, settings)
    ensure_audit_index(client, settings)
    items = [Item(one.case_id, one.version, document_bytes(one)) for one in CASES.values()]
    ElasticsearchSink(client.transport, alias_of(settings), bulk_bytes=settings.bulk_bytes).write(items)
    client.indices.refresh(index=alias_of(settings))

    def write(record: AuditRecord) -> None:
        sink = ElasticsearchSink(client.transport, audit_index(settings), bulk_bytes=10_000, is_alias=False)
        sink.write([Item(record.audit_id, 1, audit_bytes(record))])
        client.indices.refresh(index=audit_index(settings))

    return Audit(write)


def backend(
    folder: Path,
    client: Any,
    settings: Settings,
    audit: Audit,
    *,
    clock: Callable[[], float] = time.time,
    openid: OpenId | None = None,
    identities: Mapping[tuple[str, str], Identity] | None = None,
    sent: list[Message] | None = None,
) -> Backend:
    """A console's backend with all officials; decisions go to the list `sent`, where one is given."""
    users = Users(_users_file(folder), CHEAP)
    known = identities or {}
    return Backend(
        users=users,
        sessions=Sessions("key", clock, is_https=True),
        limits=Limits(clock),
        cases=lambda viewer: IndexReader(client, alias_of(settings), visible_cases(viewer)),
        audits=lambda viewer: IndexReader(client, audit_index(settings), visible_audit(viewer)),
        audit_log=audit,
        open_identity=lambda source, record_no: known.get((source, record_no)),
        superiors=lambda: SUPERIORS,
        of_receipt=lambda county, number: IndexReader(client, alias_of(settings), of_receipt(county, number)),
        offices=lambda: {code: code.partition("-")[0] for code in SUPERIORS},
        tiles=lambda area: TILES.get(area, {}),
        **({} if sent is None else {"send": sent.extend}),
        partitions=4,
        cursor_key="key",
        url=URL,
        openid=openid,
    )


class Clock:
    """Time that a test moves."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


class Following:
    """Stands for an object that changes: each attribute is that of the one that counts now."""

    def __init__(self, find: Callable[[], Any]) -> None:
        self._find = find

    def __getattr__(self, name: str) -> Any:
        return getattr(self._find(), name)


class Browser(TestClient):
    """Asks the one application of the run, which is slow to make, on behalf of a backend."""

    of_request: Backend

    def __init__(self, made: Backend) -> None:
        super().__init__(_application(), base_url=URL, raise_server_exceptions=False, follow_redirects=False)
        self._made = made

    def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        """See `httpx.Client.send`."""
        Browser.of_request = self._made
        return super().send(request, **options)


@cache
def _application() -> FastAPI:
    backend: Any = Following(lambda: Browser.of_request)
    backend.sessions = Following(lambda: Browser.of_request.sessions)
    backend.url = URL
    backend.cursor_key = "key"
    return create_application(backend)


def _users_file(folder: Path) -> Path:
    """All officials, none with a password; written at once, which is quicker than one by one."""
    path = folder / "users.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps([user.model_dump(mode="json") for user in OFFICIALS]), "utf-8")
    return path


def browser(made: Backend, name: str = "") -> TestClient:
    """A browser in which that official is signed in; nobody without a name."""
    client = Browser(made)
    if name:
        session = made.sessions.begin(name)
        header = made.sessions.header(session)
        client.cookies.set(made.sessions.cookie, header.partition("=")[2].partition(";")[0], domain="console.test")
        client.headers["X-CSRF-Token"] = session.csrf
    return client


class Visible:
    """An index in memory that finds cases by the names in a search, among those that one official may see."""

    def __init__(self, *cases: Case) -> None:
        self.documents = [orjson.loads(document_bytes(one)) for one in cases]

    def search(self, body: Mapping[str, Any], *, point: str = "") -> dict[str, Any]:
        """See `IndexReader.search`."""
        asked = json.dumps(body)
        names = {one["case_id"]: {one["case_id"], *one["petition_ids"]} for one in self.documents}
        found = [one for one in self.documents if any(f'"{name}"' in asked for name in names[one["case_id"]])]
        return {"hits": {"hits": [{"_source": asked_of(one, body)} for one in found]}}


class Bearing(Visible):
    """The cases in memory with a petition of one source and number, whoever may see them."""

    def __init__(self, source: str, record_no: str, *cases: Case) -> None:
        super().__init__(
            *(one for one in cases if (source, record_no) in {(p.source, p.record_no) for p in one.petitions})
        )

    def search(self, body: Mapping[str, Any], *, point: str = "") -> dict[str, Any]:
        """See `IndexReader.search`."""
        return {"hits": {"hits": [{"_source": asked_of(one, body)} for one in self.documents]}}


def asked_of(document: dict[str, Any], body: Mapping[str, Any]) -> dict[str, Any]:
    """Of a document the fields that are asked for, as the index gives them; all where none are named."""
    wanted = body.get("_source")
    if not isinstance(wanted, list):
        return document
    whole = {name: document[name] for name in wanted if name in document}
    parts: dict[str, Any] = {}
    for outer, _, name in (name.partition(".") for name in wanted if "." in name):
        parts.setdefault(outer, {})[name] = document[outer][name]
    return whole | parts


def without_index(made: Backend, **more: Case) -> Backend:
    """The backend over cases in memory: each official reads those of `VISIBLE`, and all of `more`."""

    def cases(viewer: Viewer) -> Any:
        return Visible(*(CASES[name] for name in VISIBLE[viewer.name]), *more.values())

    def borne(county: str, number: str) -> Any:
        return Bearing(county, number, *CASES.values(), *more.values())

    return replace(made, cases=cases, of_receipt=borne)
