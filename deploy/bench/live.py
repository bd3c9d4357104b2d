"""Latency of one live petition: from the push to the gateway until a search finds it."""

import json
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

from consumers.elastic import connect
from consumers.search.finder import NoSuchCase, find_cases
from consumers.search.reader import IndexReader, all_cases
from schemas.settings import Settings

COUNTY = "411302"
POLL_S = 0.02
LIMIT_S = 60.0


def probes(settings: Settings, key: str) -> Iterator[float]:
    """Seconds from the push until the hit, one petition after the other, for as long as it is asked."""
    address = json.loads((settings.folder / "gateway.json").read_text())["address"]
    with connect(settings) as client:
        reader = all_cases(client, settings)
        yield from (_one(reader, address, key, number) for number in count())


def percentile(values: list[float], share: float) -> float:
    """The value that this share of all does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(share * 1000) * len(ordered) // 1000) - 1)]


def _one(reader: IndexReader, address: str, key: str, number: int) -> float:
    record_no = f"LIVE-{number}"
    began = time.monotonic()
    _push(address, key, record_no, number)
    while True:
        try:
            find_cases(reader, record_no)
        except NoSuchCase:
            if time.monotonic() - began > LIMIT_S:
                raise
            time.sleep(POLL_S)
        else:
            return time.monotonic() - began


def _push(address: str, key: str, record_no: str, number: int) -> None:
    content = {
        "record_no": record_no,
        "received_at": (datetime.now(UTC) - timedelta(minutes=1)).isoformat(),
        "channel": "online",
        "title": f"反映第{number}号路灯损坏",
        "body": f"我是社区居民，门前第{number}号路灯已经坏了{number + 2}天，晚上出行不便，请求尽快安排维修。",
        "name": f"测试甲{number}",
        "phone": f"1200000{number:04d}",
    }
    request = urllib.request.Request(
        f"{address}/v1/counties/{COUNTY}/petitions",
        data=json.dumps(content).encode(),
        headers={"content-type": "application/json", "x-source-key": key},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        answer.read()
