"""The benchmark of the state fills it as the stages would, and measures letters that are not in it."""

import json
from datetime import date
from pathlib import Path

import pytest

from deploy.bench import state_cost
from deploy.bench.matter import measure_matter
from deploy.bench.state_cost import measure
from processors import volumes
from schemas.topics import Topic


def test_each_size_is_filled_and_measured_with_all_stages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(state_cost, "MEASURED", 60)
    monkeypatch.setattr(state_cost, "WARM_UP", 20)
    monkeypatch.setattr(state_cost, "PART", 20)
    said: list[str] = []
    none, some = measure([0, 500], tmp_path, date(2026, 10, 31), said.append)
    assert (none["petitions"], some["petitions"]) == (0, 500)
    assert set(some["cpu_us"]) == {Topic.INTAKE, Topic.REGISTERED, Topic.LINKED}
    assert all(spent > 0 for spent in (*some["cpu_us"].values(), some["linking_us"]))
    assert some["linking_us"] < sum(some["cpu_us"].values())
    assert some["disk_mb"] > none["disk_mb"]
    assert [one for one in said if not one.startswith("{")] == [
        "measuring",
        "filling the state: 0 of 500 petitions",
        "measuring",
    ]
    assert [json.loads(one) for one in said if one.startswith("{")] == [none, some]


def test_a_matter_of_many_people_is_measured_with_its_volumes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(volumes, "MOST_PETITIONS", 30)
    found = measure_matter(100, date(2026, 10, 31), tmp_path)
    assert (found["petitioners"], sorted(found["volumes"])) == (100, [10, 30, 30, 30])
    assert found["cpu_us"] > 0
