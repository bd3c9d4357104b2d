"""Unit, conformance and document tests reach no network; tests marked `integration` get real servers."""

import gc
from pathlib import Path

import pytest
import pytest_socket

pytest_plugins = ["tests.servers_fixture", "tests.two_at_once"]

WITH_SERVERS = ("integration", "e2e")
gc.set_threshold(50_000, 20, 50)  # the register is a million objects; do not walk through them after every few tests


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Everything under integration/ and e2e/ needs servers.

    Cheap tests run first; where processes share the work they run last, so that none ends long after the others.
    """
    for item in items:
        if _folder(item) in WITH_SERVERS:
            item.add_marker(pytest.mark.integration)
    is_shared = hasattr(config, "workerinput")
    items.sort(key=lambda item: (item.get_closest_marker("integration") is not None) is not is_shared)


def pytest_collection_finish() -> None:
    """Modules and tests stay until the end: nothing among them to collect."""
    gc.freeze()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Sockets are blocked unless the test is marked `integration`; a unit test that needs one is no unit test."""
    if item.get_closest_marker("integration") is None:
        pytest_socket.disable_socket(allow_unix_socket=True)
    else:
        pytest_socket.enable_socket()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tests that run on whatever is there say what it was."""
    for report in terminalreporter.stats.get("passed", ()):
        for name, value in report.user_properties:
            terminalreporter.write_line(f"{report.nodeid}: {name}: {value}")


def _folder(item: pytest.Item) -> str:
    return Path(item.path).relative_to(Path(__file__).parent).parts[0]
