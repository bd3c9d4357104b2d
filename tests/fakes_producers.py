"""Small stand-ins for what the producers talk to, and invented profiles and rows."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import httpx
from fastapi import FastAPI

from producers.formats.reading import parse
from producers.formats.rows import BadRow, Item, RawRow
from producers.keyring import Keyring
from producers.profiles import Profile
from producers.publisher import Message, Unavailable
from schemas.events import CountyReport, DeadLetter
from schemas.petition import IntakeBatch, IntakeRecord, StatusEvent
from schemas.topics import Topic

NOW = datetime(2024, 5, 6, 2, 0, tzinfo=UTC)
KEYRING = Keyring(b"p" * 32, b"i" * 32, "k1")

COLUMNS = {
    "record_no": "编号",
    "received_at": "日期",
    "channel": "形式",
    "title": "标题",
    "body": "内容",
    "place_text": "属地",
    "people": "人数",
    "status": "状态",
    "name": "姓名",
    "id_number": "证件",
    "phone": "电话",
    "residence": "住址",
}
HEADER = tuple(COLUMNS.values())
ROW = {
    "编号": "甲001",
    "日期": "2024/5/6 9:05:00",
    "形式": "来信",
    "标题": "反映村道损坏",
    "内容": "村口的水泥路塌了半边,一直没有人修。",
    "属地": "青禾县白石镇",
    "人数": "1",
    "状态": "办理中",
    "姓名": "石一山",
    "证件": "",
    "电话": "13900001234",
    "住址": "青禾县白石镇东头村8号",
}


def profile(**changes: Any) -> Profile:
    """The profile of the invented 青禾县 with some keys changed."""
    given: dict[str, Any] = {
        "code": "990101",
        "name": "青禾县",
        "ignored_columns": ["备注"],
        "file": {"format": "csv"},
        "columns": COLUMNS,
        "values": {
            "channel": {"来信": "letter", "来访": "visit", "热线": "hotline"},
            "status": {"办理中": "handling", "已办结": "concluded"},
        },
        "dates": {"formats": ["%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%d", "%Y年%m月%d日", "excel"]},
    }
    return Profile.model_validate(given | changes)


def row(**changes: str) -> dict[str, str]:
    """One invented row under the county's columns."""
    return ROW | changes


def csv_bytes(*rows: dict[str, str], header: Sequence[str] = HEADER, encoding: str = "utf-8") -> bytes:
    """A ledger as CSV, each field in quotes."""
    lines = [header, *([r.get(name, "") for name in header] for r in rows)]
    quoted = (",".join('"' + cell.replace('"', '""') + '"' for cell in cells) for cells in lines)
    return "".join(line + "\r\n" for line in quoted).encode(encoding)


def parsed(content: bytes | Iterable[bytes], of: Profile | None = None) -> list[Item]:
    """All that a parser yields for the content."""
    return list(parse([content] if isinstance(content, bytes) else content, of or profile()))


def outcomes(items: Iterable[Item]) -> list[str]:
    """`ok`, or the reason and field of each refused row, in order; signals left out."""
    return [_outcome(item) for item in items if isinstance(item, RawRow | BadRow)]


def _outcome(item: RawRow | BadRow) -> str:
    if isinstance(item, RawRow):
        return "ok"
    return f"{item.rejected.reason.value}:{item.rejected.field}".removesuffix(":")


class AsgiClient:
    """Asks an application without a socket; its background work goes on during each request."""

    def __init__(self, app: FastAPI, headers: dict[str, str]) -> None:
        self._loop = asyncio.new_event_loop()
        self._lifespan = app.router.lifespan_context(app)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self._client = httpx.AsyncClient(transport=transport, base_url="http://gateway", headers=headers)
        self._loop.run_until_complete(self._lifespan.__aenter__())

    def post(self, path: str, **given: Any) -> httpx.Response:
        """POST and wait for the answer."""
        return self._loop.run_until_complete(self._client.post(path, **given))

    def get(self, path: str) -> httpx.Response:
        """GET and wait for the answer."""
        return self._loop.run_until_complete(self._client.get(path))

    def close(self) -> None:
        """Stop the application as SIGTERM does."""
        self._loop.run_until_complete(self._client.aclose())
        self._loop.run_until_complete(self._lifespan.__aexit__(None, None, None))
        self._loop.close()


class _Done:
    def wait(self) -> None:
        """Acknowledged."""


class FakePublisher:
    """Keeps what was sent; while `is_away` it refuses, and `fails` lists sends that are to be refused."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.is_away = False
        self.fails: set[int] = set()
        self.sends = 0
        self.is_closed = False

    def send(self, messages: Sequence[Message]) -> _Done:
        """Take all or nothing."""
        self.sends += 1
        if self.is_away or self.sends in self.fails:
            raise Unavailable
        self.sent += messages
        return _Done()

    def close(self) -> None:
        """Remember it."""
        self.is_closed = True

    def on(self, topic: Topic) -> Iterator[Message]:
        """The messages of one topic."""
        return (message for message in self.sent if message.topic is topic)

    @property
    def records(self) -> list[IntakeRecord]:
        """All records that were published, message by message."""
        batches = (IntakeBatch.from_bytes(message.value) for message in self.on(Topic.INTAKE))
        return [record for batch in batches for record in batch.records]

    @property
    def statuses(self) -> list[StatusEvent]:
        """All status events."""
        batches = (IntakeBatch.from_bytes(message.value) for message in self.on(Topic.INTAKE))
        return [event for batch in batches for event in batch.statuses]

    @property
    def letters(self) -> list[DeadLetter]:
        """All dead letters."""
        return [DeadLetter.from_bytes(message.value) for message in self.on(Topic.INTAKE_DEAD)]

    @property
    def reports(self) -> list[CountyReport]:
        """All reports."""
        return [CountyReport.from_bytes(message.value) for message in self.on(Topic.REPORTS)]
