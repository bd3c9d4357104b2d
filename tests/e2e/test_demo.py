"""`petitions demo --exit` on real servers: it comes from nothing to an account that adds up, and leaves nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path

from deploy.servers.addresses import Servers

SIZE = 400


def test_the_demo_accounts_for_every_record_and_stops_what_it_started(servers: Servers, tmp_path: Path) -> None:
    home = tmp_path / "demo"
    addresses = {
        "PETITIONS_KAFKA": servers.addresses.kafka,
        "PETITIONS_ELASTICSEARCH": servers.addresses.elasticsearch,
    }
    command = [sys.executable, "-c", "from deploy.cli import main; main()", "demo", "--exit"]
    done = subprocess.run(
        [*command, "--size", str(SIZE), "--home", str(home)],
        env=dict(os.environ) | addresses,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    account = json.loads((home / "account.json").read_text("utf-8"))
    proof = account["verification"]
    assert account["adds_up"] and proof["is_complete"]
    assert proof["received"] == proof["registered"] + proof["resent"] + proof["revised"] + proof["rejected"]
    assert proof["registered"] == SIZE
    assert account["quality"]["missing"] == account["quality"]["surplus"] == 0
    assert account["quality"]["cases_b_cubed"]["f1"] > 0.9
    assert account["alerts"]["county_silent"] == 1
    assert len(account["searches"]) == 4 and sum(account["searches"].values()) > 0
    assert account["searches"]["same_answer:yes place:唐河县"] > 1
    assert not (home / "processes.json").exists()


def test_a_folder_that_the_demo_did_not_make_is_left_alone(tmp_path: Path) -> None:
    kept = tmp_path / "letter.txt"
    kept.write_text("mine")
    command = [sys.executable, "-c", "from deploy.cli import main; main()", "demo", "--exit", "--home", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert kept.read_text() == "mine"
