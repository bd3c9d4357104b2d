"""A folder of rubbish, fed on the command line into the running pipeline: it stops nothing and adds up."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

from tests.e2e.odd_ledgers import csv_ledger, json_ledger, profile_of, row
from tests.e2e.pipeline import Pipeline

CSV = profile_of("411325")
JSONL = profile_of("411321")
XLSX = "411303"
UNKNOWN = "999999"
COMMAND = [sys.executable, "-c", "from deploy.cli import main; main()"]
WITH_REJECTED = 3
BINARY = random.Random(3).randbytes(100_000)
ENDLESS = b"x" * 200_000_000

RUBBISH: dict[str, bytes] = {
    "empty": b"",
    "binary": BINARY,
    "endless": csv_ledger(CSV) + ENDLESS,
    "columns": b"a,b\n1,2\n",
    "half": csv_ledger(CSV, row(CSV, record_no="Z-2"))[:-90],
    "date": csv_ledger(CSV, row(CSV, record_no="Z-3", received_at="9999-99-99")),
    "long": csv_ledger(
        CSV, row(CSV, record_no="Z-4", body="长" * 100_000), row(CSV, record_no="Z-5", body="长" * 100_001)
    ),
    "control": csv_ledger(CSV, row(CSV, record_no="Z-6", body="路\x01\x1b[31m坏了\x7f很久，请尽快修理好。")),
    "emoji": csv_ledger(CSV, row(CSV, record_no="Z-7", body="😡" * 300)),
    "formulas": csv_ledger(CSV, row(CSV, record_no="=1+1", title="=cmd|'/c calc'!A1", body="@SUM(1+1)*cmd|'x'!A0")),
    "types": json_ledger(row(JSONL, record_no="Z-8") | {"content": {"a": [1]}}, [1, 2], "text", 7, None),
}
OF_EACH_FORMAT = {CSV.code: tuple(RUBBISH), JSONL.code: ("types", "binary", "columns"), XLSX: ("empty", "binary")}
ACCEPTED = {"Z-4", "Z-6", "Z-7", "=1+1"}


def test_a_folder_of_rubbish_stops_nothing_and_each_record_is_accounted_for(odd: Pipeline, tmp_path: Path) -> None:
    before = odd.settle()
    for county, names in (*OF_EACH_FORMAT.items(), (UNKNOWN, ("columns",))):
        (tmp_path / county).mkdir()
        for name in names:
            (tmp_path / county / name).write_bytes(RUBBISH[name])
    done = subprocess.run(
        [*COMMAND, "feed", str(tmp_path), "--json"], env=os.environ | odd.settings.to_env(), capture_output=True
    )
    assert done.returncode == WITH_REJECTED, done.stderr[-2_000:]
    results = json.loads(done.stdout)
    assert len(results) == sum(len(names) for names in OF_EACH_FORMAT.values()) + 1
    assert all(result["received"] == result["published"] + result["rejected"] for result in results)
    proof = odd.settle()
    assert proof.received == before.received + sum(result["received"] for result in results)
    assert proof.rejected == before.rejected + sum(result["rejected"] for result in results)
    assert proof.by_county[UNKNOWN].rejected == 1
    numbers = {member.record_no for case in odd.cases() for member in case.petitions if member.source == CSV.code}
    assert numbers >= ACCEPTED
    assert not odd.exits
