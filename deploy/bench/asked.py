"""One question put in two ways: to the interface, and as the same bodies to Elasticsearch alone."""

import http.client
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson

from consumers.api.application import PREFIX
from consumers.api.views import MARK_OFF, MARK_ON
from consumers.search.queries import search_body
from consumers.search.query_language import parse_query
from consumers.search.reader import KEEP_ALIVE, IndexReader
from consumers.search.words import WordList
from deploy.bench.questions import Question

AS_JSON = {"content-type": "application/json"}
IDLE_S = 1.0
"""A server closes a connection that is not used; what lay idle for so long is opened anew."""


class Refused(RuntimeError):
    """A request was not answered with a success."""


class Timed:
    """A connection that is kept, and what it has taken."""

    def __init__(self, address: str) -> None:
        """`address` as in a browser."""
        parts = urlsplit(address)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80)
        self._last = time.perf_counter()
        self.spent = 0.0

    def ask(self, method: str, path: str, content: bytes | None, headers: dict[str, str]) -> tuple[bytes, str]:
        """The answer and its cookie; the time from the request to the last byte is added to `spent`."""
        if time.perf_counter() - self._last > IDLE_S:
            self._connection.close()
        began = time.perf_counter()
        self._connection.request(method, path, content, headers)
        answer = self._connection.getresponse()
        told = answer.read()
        self._last = time.perf_counter()
        self.spent += self._last - began
        if answer.status >= 400:
            raise Refused(f"{method} was answered {answer.status}")
        return told, answer.headers.get("set-cookie", "").partition(";")[0]


class ByApi:
    """An official who is signed in."""

    def __init__(self, timed: Timed, name: str, password: str) -> None:
        """Signs in."""
        self._timed = timed
        credentials = orjson.dumps({"name": name, "password": password})
        _, self._cookie = self._timed.ask("POST", f"{PREFIX}/session", credentials, AS_JSON)

    def seconds(self, question: Question) -> Iterator[float]:
        """What each page of a question took, as far as there are pages."""
        asked: dict[str, Any] = asdict(question.search)
        for _ in range(question.pages):
            self._timed.spent = 0.0
            path = f"{PREFIX}/cases?{urlencode(asked)}"
            told, _ = self._timed.ask("GET", path, None, {"cookie": self._cookie})
            yield self._timed.spent
            asked["cursor"] = orjson.loads(told)["next"]
            if not asked["cursor"]:
                return


class ByElasticsearch:
    """The same bodies within the same scope, and the kept moment of whoever turns the page; nothing is made of it."""

    def __init__(self, timed: Timed, index: str, reader: IndexReader, words: WordList, today: date) -> None:
        """`reader` knows the scope."""
        self._timed = timed
        self._index = index
        self._reader = reader
        self._options: dict[str, Any] = {"today": today, "words": words, "marks": (MARK_ON, MARK_OFF)}

    def seconds(self, question: Question) -> Iterator[float]:
        """What each page of a question took, as far as there are pages."""
        point, after = "", None
        for number in range(question.pages):
            self._timed.spent = 0.0
            if number and not point:
                point = self._json("POST", f"/{self._index}/_pit?keep_alive={KEEP_ALIVE}", {})["id"]
            hits = self._page(question, point, after)["hits"]["hits"]
            yield self._timed.spent
            if len(hits) < question.search.size:
                break
            after = hits[-1]["sort"]
        if point:
            self._json("DELETE", "/_pit", {"id": point})

    def _page(self, question: Question, point: str, after: list[Any] | None) -> dict[str, Any]:
        asked = question.search
        options: dict[str, Any] = {
            "size": asked.size,
            "sort": asked.sort,
            "with_facets": asked.facets,
            "after": after,
        }
        body = self._reader.scoped(search_body(parse_query(asked.q), **options, **self._options))
        if not point:
            return self._json("POST", f"/{self._index}/_search", body)
        return self._json("POST", "/_search", body | {"pit": {"id": point, "keep_alive": KEEP_ALIVE}})

    def _json(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        told, _ = self._timed.ask(method, path, orjson.dumps(body), AS_JSON)
        found: dict[str, Any] = orjson.loads(told)
        return found
