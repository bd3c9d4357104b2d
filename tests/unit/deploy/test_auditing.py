"""A known weakness fails the check; a service that is away does not, and is never taken for a clean bill."""

import json

import pytest

from deploy.auditing import judged

CLEAN = {"name": "a", "version": "1", "vulns": []}
WEAK = {"name": "b", "version": "2", "vulns": [{"id": "CVE-1", "fix_versions": []}]}
UNKNOWN = {"name": "c", "skip_reason": "not found"}


def told(*packages: dict[str, object]) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


def test_a_weakness_is_named_and_fails() -> None:
    lines, is_weak = judged(told(CLEAN, WEAK))
    assert is_weak
    assert lines == ["b 2: CVE-1", "pip-audit: 2 of 2 packages asked for, 1 weaknesses"]


def test_no_weakness_passes_and_says_how_many_were_asked_for() -> None:
    assert judged(told(CLEAN, UNKNOWN)) == (["pip-audit: 1 of 2 packages asked for, 0 weaknesses"], False)


@pytest.mark.parametrize("answer", ["", "no such host", "{}", told(UNKNOWN), told()])
def test_a_service_that_is_away_is_said_in_one_line(answer: str) -> None:
    (line,), is_weak = judged(answer)
    assert "cannot be reached" in line
    assert not is_weak
