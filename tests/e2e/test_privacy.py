"""Marked names, numbers, phones and homes go in on every way, right and wrong; none comes out anywhere.

Exempt is only what is guarded: the raw bytes of dead letters, and the sealed identities, which are opened once here
to show that the marks did go in.
"""

import json
import os
import subprocess
import sys
from base64 import b64decode
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

import httpx

from consumers.elastic import connect
from consumers.search.index import alias_of
from producers.gateway_keys import create_key, gateway_keys_path
from producers.keyring import key_path, load_keyring
from schemas.identity import SealedIdentity
from schemas.topics import Topic
from tests.e2e.odd_ledgers import csv_ledger, json_ledger, profile_of, row
from tests.e2e.pipeline import Pipeline
from tests.integration.fleet import until

NAME, ID_NUMBER, PHONE, HOME = "钟离无忌", "411399197702308888", "13977778888", "暗记巷七十七号"
MARKS = (NAME, ID_NUMBER, PHONE, HOME)
PERSON = {"name": NAME, "id_number": ID_NUMBER, "phone": PHONE, "residence": HOME}
CSV = profile_of("411325")
JSONL = profile_of("411321")
COMMAND = [sys.executable, "-c", "from deploy.cli import main; main()"]
DEAD = (Topic.INTAKE_DEAD, Topic.STAGE_DEAD, Topic.INDEX_DEAD)


def ledgers() -> dict[str, dict[str, bytes]]:
    """Right rows, and every way in which a value of a person can turn up where it does not belong."""
    good = row(CSV, record_no="M-1", **PERSON)
    shifted = dict(zip(good, [*list(good.values())[1:], ""], strict=True))
    cut = csv_ledger(CSV, good | {CSV.columns["record_no"][0]: "M-2"})
    strange = row(JSONL, record_no="M-3", **PERSON)
    return {
        CSV.code: {
            "good.csv": csv_ledger(
                CSV, good, row(CSV, record_no="M-4", **PERSON, body="另一件事：水渠堵了，田里没水。")
            ),
            "bad.csv": csv_ledger(
                CSV,
                row(CSV, record_no="M-5", **PERSON, received_at="9999-99-99"),
                row(CSV, record_no="M-6", **PERSON | {"received_at": NAME}),
                row(CSV, record_no="M-7", **PERSON, channel=NAME),
                row(CSV, record_no="M-8", **PERSON, people=PHONE),
                row(CSV, record_no="M-9", **PERSON, status=ID_NUMBER),
                shifted,
            ),
            "headless.csv": csv_ledger(CSV, good, good, with_header=False),
            "broken.csv": cut[:-3] + b"\xff\xfe\xff" + cut[-3:],
            "half.csv": cut[: cut.rindex(NAME.encode()) + 20],
            f"{NAME}.csv": csv_ledger(CSV, row(CSV, record_no="M-10", **PERSON, body="")),
        },
        JSONL.code: {
            "good.jsonl": json_ledger(row(JSONL, record_no="M-11", **PERSON)),
            "types.jsonl": json_ledger(
                strange | {"userName": [NAME]},
                strange | {"persons": {NAME: PHONE}},
                strange | {"content": {HOME: [ID_NUMBER]}},
                strange | {"source": NAME},
                strange | {"submitTime": PHONE},
                [NAME, PHONE],
                NAME,
            ),
        },
    }


def test_no_personal_value_leaves_by_any_way_but_the_sealed_one(odd: Pipeline, tmp_path: Path) -> None:
    outputs = fed_by_file(odd, tmp_path) | pushed(odd)
    odd.settle()
    until(lambda: bool(odd.read(Topic.ALERTS)), "alerts are raised")
    outputs |= {f"log {path.name}": path.read_bytes() for path in odd.folder.glob("*.log")}
    outputs |= {f"metrics {port}": metrics(port) for port in odd.metrics_ports}
    outputs |= topics(odd)
    outputs |= documents(odd)
    assert len(odd.metrics_ports) == len(odd.names) and all(b"petitions_" in metrics(p) for p in odd.metrics_ports)
    leaks = [f"{name}: {kind}" for name, said in outputs.items() for kind in leaking(said)]
    assert not leaks, "\n".join(leaks)
    assert_marks_went_in(odd)


def fed_by_file(odd: Pipeline, folder: Path) -> dict[str, bytes]:
    """What the command line says while it feeds, for people and for programs."""
    outputs = {}
    for county, files in ledgers().items():
        (folder / county).mkdir()
        for name, content in files.items():
            (folder / county / name).write_bytes(content)
    for option in ((), ("--again", "--json")):
        done = subprocess.run(
            [*COMMAND, "feed", str(folder), *option], env=os.environ | odd.settings.to_env(), capture_output=True
        )
        assert done.returncode == 3, done.stderr[-2_000:]
        said = done.stdout.replace(f"{NAME}.csv".encode(), b"").replace(
            json.dumps(NAME)[1:-1].encode() + b".csv", b""
        )
        outputs |= {f"stdout {option}": said, f"stderr {option}": done.stderr}
    return outputs


def pushed(odd: Pipeline) -> dict[str, bytes]:
    """What the gateway answers to right and wrong pushes."""
    until((odd.settings.folder / "gateway.json").exists, "the gateway listens")
    address = json.loads((odd.settings.folder / "gateway.json").read_text())["address"]
    key = create_key(gateway_keys_path(odd.settings), JSONL.code)
    right = row(JSONL, record_no="M-12", **PERSON)
    body = json.dumps(right, ensure_ascii=False).encode()
    path = f"/v1/counties/{JSONL.code}/petitions"
    told = {"record_no": "M-12", "kind": "accept", "at": "2026-03-05T09:00:00+08:00"}
    statuses = [
        told,
        told | {"kind": NAME},
        told | {"at": PHONE},
        told | {"record_no": [ID_NUMBER]},
        told | {"unit": NAME},
        told | {"article": HOME * 40},
        told | {HOME: PHONE},
    ]
    wrong: list[tuple[str, bytes, dict[str, str]]] = [
        (f"/v1/counties/{JSONL.code}/statuses", json.dumps(statuses).encode(), {}),
        (path, body, {}),
        (path, json.dumps([right | {"submitTime": NAME}, right | {"persons": PHONE}]).encode(), {}),
        (path, json.dumps([right | {"userName": {NAME: 1}, "content": [HOME]}]).encode(), {}),
        (path, body[:-5], {}),
        (path, json.dumps([NAME, PHONE]).encode(), {}),
        (path, body, {"X-Source-Key": quote(NAME)}),
        (path, body, {"Idempotency-Key": PHONE * 40}),
        (f"/v1/counties/{quote(NAME)}/petitions", body, {}),
        (f"/v1/counties/{JSONL.code}/zero-reports", json.dumps({"on": NAME}).encode(), {}),
        (f"/{PHONE}", body, {}),
    ]
    found = {}
    with httpx.Client(base_url=address, headers={"X-Source-Key": key}) as client:
        for number, (where, content, headers) in enumerate(wrong):
            answer = client.post(where, content=content, headers=headers)
            assert (answer.status_code == 202) == (number < 4), (number, answer.status_code)
            found[f"answer {number}"] = answer.content
    return found


def topics(odd: Pipeline) -> dict[str, bytes]:
    """Keys and values of every topic; of dead letters all but the raw bytes."""
    found = {}
    for topic in Topic:
        for number, (key, value) in enumerate(odd.read(topic)):
            if topic in DEAD:
                value = json.dumps(json.loads(value) | {"raw": ""}).encode()
            found[f"{topic} {number}"] = key + b"\n" + value
    return found


def documents(odd: Pipeline) -> dict[str, bytes]:
    """The documents of the index as they are stored."""
    with connect(odd.settings) as client:
        client.indices.refresh(index=alias_of(odd.settings))
        hits = client.search(index=alias_of(odd.settings), size=10_000).body["hits"]["hits"]
    return {f"document {hit['_id']}": json.dumps(hit, ensure_ascii=False).encode() for hit in hits}


def metrics(port: int) -> bytes:
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        found: bytes = answer.read()
    return found


def leaking(said: bytes) -> list[str]:
    """Which marks occur, however they are written; by kind, not by value."""
    kinds = dict(zip(("name", "id number", "phone", "home"), MARKS, strict=True))
    forms = {
        kind: (mark.encode(), json.dumps(mark)[1:-1].encode(), mark.encode("gb18030")) for kind, mark in kinds.items()
    }
    return [kind for kind, written in forms.items() if any(form in said for form in written)]


def assert_marks_went_in(odd: Pipeline) -> None:
    ring = load_keyring(key_path(odd.settings))
    opened = [ring.unseal(SealedIdentity.from_bytes(value)) for _, value in odd.read(Topic.IDENTITY)]
    assert any((one.name, one.phone, one.residence) == (NAME, PHONE, HOME) for one in opened)
    raw = b"".join(b64decode(json.loads(value)["raw"]) for _, value in odd.read(Topic.INTAKE_DEAD))
    assert set(leaking(raw)) == {"name", "id number", "phone", "home"}
