"""The benchmark of the state fills it as the stages would, and measures letters that are not in it."""

from datetime import date
from pathlib import Path

import pytest

from deploy.bench import state_cost
from deploy.bench.state_cost import measure
from schemas.topics import Topic


def test_each_size_is_filled_and_measured_with_all_stages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(state_cost, "MEASURED", 60)
    monkeypatch.setattr(state_cost, "WARM_UP", 20)
    said: list[str] = []
    none, some = measure([0, 500], tmp_path, date(2026, 10, 31), said.append)
    assert (none["petitions"], some["petitions"]) == (0, 500)
    assert set(some["cpu_us"]) == {Topic.INTAKE, Topic.REGISTERED, Topic.LINKED}
    assert all(spent > 0 for spent in some["cpu_us"].values())
    assert some["disk_mb"] > none["disk_mb"]
    assert said == [
        "filling the state up to 0 petitions",
        "measuring",
        "filling the state up to 500 petitions",
        "measuring",
    ]
