"""`petitions takeover`, killed in its midst together with a worker: run again, it goes on, and nothing is missing."""

import json
import os
import subprocess
import sys
from pathlib import Path

from deploy.demo.generator import Ledgers
from deploy.servers.addresses import Servers
from schemas.events import Alert
from schemas.settings import Settings
from schemas.topics import Topic
from tests.e2e.pipeline import STAGES, Pipeline, new_instance, pipeline

WITH_REJECTED = 3
COMMAND = [sys.executable, "-c", "from deploy.cli import main; main()", "takeover", "--json"]


def test_a_takeover_goes_on_where_it_was_killed_and_raises_no_alert_about_a_case(
    servers: Servers, ledgers: Ledgers, tmp_path: Path
) -> None:
    ledgers.write(tmp_path / "ledgers")
    settings = new_instance(servers, tmp_path)
    with pipeline(settings, tmp_path, *STAGES, "alerts") as running:
        first = take_over(settings, tmp_path)
        running.until_more(0, Topic.CASES)
        first.kill()
        running.kill("cases")
        running.restart("cases")
        assert first.wait() == -9
        second = take_over(settings, tmp_path)
        told, _ = second.communicate(timeout=240)
        assert second.returncode == WITH_REJECTED
        done = json.loads(told)
        assert done["verification"]["is_complete"]
        assert (done["received"], done["rejected"]) == (ledgers.expected.received, ledgers.expected.rejected)
        assert done["verification"]["received"] == ledgers.expected.received
        assert all(case.takeover for case in running.cases())
        assert about_cases(running) == []


def take_over(settings: Settings, folder: Path) -> subprocess.Popen[str]:
    """The command on the ledgers."""
    with (folder / "takeover.log").open("a") as log:
        return subprocess.Popen(
            [*COMMAND, str(folder / "ledgers")],
            env=dict(os.environ) | settings.to_env(),
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )


def about_cases(running: Pipeline) -> list[Alert]:
    """Alerts that name a case."""
    found = [Alert.from_bytes(value) for _, value in running.read(Topic.ALERTS)]
    return [alert for alert in found if alert.subject.startswith("C")]
