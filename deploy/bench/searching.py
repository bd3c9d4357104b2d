"""How long officials wait for a search, beside the same requests put to Elasticsearch alone, by turns in one run."""

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from itertools import cycle, islice
from typing import Any, Final

from elasticsearch import Elasticsearch

from consumers.elastic import connect
from consumers.rights.scope import visible_cases
from consumers.rights.users import User
from consumers.rights.viewer import Viewer, units_above
from consumers.search.days import today
from consumers.search.index import alias_of, ensure_index
from consumers.search.reader import IndexReader
from consumers.search.words import WordList, load_words
from deploy.bench.asked import ByApi, ByElasticsearch, Timed
from deploy.bench.bare import packed, send_bulk
from deploy.bench.letters import invented_cases
from deploy.bench.live import percentile
from deploy.bench.many_cases import Material
from deploy.bench.questions import Question, questions
from deploy.console import superior_units
from deploy.instance import bring_up
from deploy.official_users import users_of
from deploy.processes import process_specs, spawn
from deploy.servers.pids import ProcessMark
from deploy.servers.ready import wait_until
from processors.register_files import load_register
from processors.rules.register import Register
from schemas.settings import Settings
from schemas.terms import Role

LETTERS = 6_000
"""Invented petitions that the documents are put together from."""
ASKED = 420
WARM_UP = 70
SEED: Final = 7
CLIENTS = 2
LIMIT_S = 600.0
OFFICIALS: Final = tuple(
    User(name=f"{of.name}-{number}", role=of.role, unit=of.unit, territory=of.territory)
    for number in range(3)
    for of in (
        User(name="province", role=Role.PROVINCE, unit="41-petition"),
        User(name="city", role=Role.SUPERVISOR, unit="4113-petition", territory="4113"),
        User(name="county", role=Role.SUPERVISOR, unit="411302-petition", territory="411302"),
    )
)
"""Several of each, because of the limit on the requests of one."""

Samples = Mapping[str, Sequence[tuple[float, float]]]
"""Kind of question → seconds by the interface and by Elasticsearch alone, for each request."""


def run(settings: Settings, cases: int, say: Callable[[str], None], *, asked: int = ASKED) -> dict[str, Any]:
    """Measure with so many cases in the index of an empty home; the servers are left running."""
    say("starting servers")
    placed = bring_up(settings, workers=0)
    register, words = load_register(settings.register_dir), load_words(settings)
    material = _material(settings, register, words)
    with connect(placed, timeout_s=LIMIT_S) as client:
        say(f"filling the index with {cases:,} cases")
        filled_s = _fill(placed, client, material, cases)
        say("asking by turns")
        with _console(placed) as address:
            asking = questions(material.texts(), WARM_UP + asked, SEED)
            samples = _ask(placed, client, address, register, asking)
        store = client.indices.stats(index=alias_of(placed), metric=["store"]).body
    return {
        "cases": cases,
        "filled_s": round(filled_s, 1),
        "index_mb": round(store["_all"]["total"]["store"]["size_in_bytes"] / 1e6),
        "all": told([one for of_kind in samples.values() for one in of_kind]),
        "kinds": {kind: told(of_kind) for kind, of_kind in samples.items()},
    }


def told(samples: Sequence[tuple[float, float]]) -> dict[str, Any]:
    """Percentiles of both in milliseconds, and their ratio."""
    ways = [sorted(way) for way in zip(*samples, strict=True)]
    p50, p95 = ([percentile(way, share) for way in ways] for share in (0.5, 0.95))
    return {
        "requests": len(samples),
        "api_ms": {"p50": round(1000 * p50[0], 1), "p95": round(1000 * p95[0], 1)},
        "elasticsearch_ms": {"p50": round(1000 * p50[1], 1), "p95": round(1000 * p95[1], 1)},
        "ratio_p50": round(p50[0] / p50[1], 3),
        "ratio_p95": round(p95[0] / p95[1], 3),
    }


def _material(settings: Settings, register: Register, words: WordList) -> Material:
    until: date = today() - timedelta(days=1)
    return Material(invented_cases(LETTERS, register, until, settings.folder / "letters"), words, SEED)


def _fill(settings: Settings, client: Elasticsearch, material: Material, count: int) -> float:
    """Seconds until all documents are searchable and no merge is left to be done."""
    began = time.monotonic()
    ensure_index(client, settings)
    index = alias_of(settings)

    with ThreadPoolExecutor(CLIENTS) as pool:
        bodies = packed(material.documents(count), settings.bulk_bytes)
        while part := list(islice(bodies, CLIENTS)):
            list(pool.map(partial(send_bulk, client, index), part))
    client.indices.refresh(index=index)
    while client.indices.stats(index=index, metric=["merge"]).body["_all"]["total"]["merges"]["current"]:
        time.sleep(1)
    return time.monotonic() - began


@contextmanager
def _console(settings: Settings) -> Iterator[str]:
    """A console process; its address."""
    (spec,) = (one for one in process_specs() if one.name == "console")
    process = spawn(spec, settings, 0)
    note = settings.folder / "console.json"
    try:
        wait_until(note.exists, lambda: process.poll() is None, "the console")
        yield json.loads(note.read_text("ascii"))["address"]
    finally:
        ProcessMark.of(process.pid).stop()


def _ask(
    settings: Settings, client: Elasticsearch, address: str, register: Register, asking: Sequence[Question]
) -> Samples:
    """Each question by both ways, now this one first and now the other: who comes second finds the caches filled."""
    samples: dict[str, list[tuple[float, float]]] = defaultdict(list)
    users, superiors = users_of(settings), superior_units(register, today())
    interface, alone, index = Timed(address), Timed(settings.elasticsearch), alias_of(settings)
    ways = []
    for user in OFFICIALS:
        viewer = Viewer(user.name, user.role, user.unit, user.territory, units_above(user.unit, superiors))
        reader = IndexReader(client, index, visible_cases(viewer))
        bare = ByElasticsearch(alone, index, reader, load_words(settings), today())
        ways.append((ByApi(interface, user.name, users.put(user)), bare))
    for number, (question, (api, bare)) in enumerate(zip(asking, cycle(ways), strict=False)):
        if number % 2:
            by_api, by_elasticsearch = list(api.seconds(question)), list(bare.seconds(question))
        else:
            by_elasticsearch, by_api = list(bare.seconds(question)), list(api.seconds(question))
        if number >= WARM_UP:
            samples[question.kind] += zip(by_api, by_elasticsearch, strict=True)
    return samples
