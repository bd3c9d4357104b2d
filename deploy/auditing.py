"""Known weaknesses of the packages of the image, by pip-audit. Without its service nothing is said but that."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

LOCK = Path("deploy/requirements.lock")
TIMEOUT_S = 5


def audit(lock: Path = LOCK) -> int:
    """Name every package with a known weakness; 1 where there is one, 0 where there is none or nobody could say."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(lock), "--disable-pip", "--require-hashes"]
    options = ["--format", "json", "--progress-spinner", "off", "--timeout", str(TIMEOUT_S)]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    lines, is_weak = judged(done.stdout)
    sys.stdout.write("\n".join(lines) + "\n")
    return int(is_weak)


def judged(told: str) -> tuple[list[str], bool]:
    """What to say about pip-audit's answer, and whether it names a weakness; no answer is no judgement."""
    try:
        found: list[dict[str, Any]] = json.loads(told)["dependencies"]
    except (ValueError, KeyError):
        found = []
    asked = [one for one in found if "skip_reason" not in one]
    if not asked:
        return ["pip-audit: its service cannot be reached from here, nothing was audited"], False
    weak = [f"{one['name']} {one['version']}: {weakness['id']}" for one in asked for weakness in one["vulns"]]
    return [*weak, f"pip-audit: {len(asked)} of {len(found)} packages asked for, {len(weak)} weaknesses"], bool(weak)
