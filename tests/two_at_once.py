"""How `make test` divides files among its two processes: what takes long first, what shares a pipeline together."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

END_TO_END = Path(__file__).parent / "e2e"
PARAMETERS = ("fed: Fed", "odd: Pipeline")
"""Fixtures of tests/e2e/conftest.py: where two processes need them, they are made twice."""
GROUPS = {
    f"tests/e2e/{file.name}": parameter
    for file in END_TO_END.glob("test_*.py")
    for parameter in PARAMETERS
    if parameter in file.read_text("utf-8")
}


class ByFixture(LoadScopeScheduling):
    """A file, or all files of one fixture, stay in one process."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        return GROUPS.get(file, file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Callable[..., Any]) -> ByFixture | None:
    """Stands in for `--dist loadfile`; files go out in the order of collection, not by their number of tests."""
    if config.getvalue("dist") != "loadfile":
        return None
    config.option.loadscopereorder = False
    return ByFixture(config, log)
