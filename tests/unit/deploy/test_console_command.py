"""`petitions console`: a port that is taken is told with what to do."""

import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli import build_app
from deploy.servers.ports import is_free


@pytest.mark.enable_socket
def test_a_port_that_is_taken_is_told_with_the_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        given = {
            "KAFKA": "127.0.0.1:1",
            "ELASTICSEARCH": "http://127.0.0.1:1",
            "CONSOLE_PORT": port,
            "HOME": tmp_path,
        }
        for name, value in given.items():
            monkeypatch.setenv(f"PETITIONS_{name}", str(value))
        told = CliRunner().invoke(build_app(), ["console"])
    assert told.exit_code == 1
    assert f"port {port} is taken, choose another: PETITIONS_CONSOLE_PORT" in told.output
    assert is_free(port, "127.0.0.1")
