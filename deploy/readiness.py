"""When the processes of an instance are ready: the gateway listens, and every group has its members."""

import json
import socket
import time

from kafka.errors import KafkaError

from deploy.processes import process_states
from deploy.topics import administration
from schemas.settings import Settings

READY_LIMIT_S = 120.0
MOST_STARTS = 3
LISTENING = ("gateway", "console")
"""Processes that write where they listen to `<home>/<name>.json`."""
GROUPS = ("linking", "cases", "search")


class NotReady(RuntimeError):
    """Processes did not become ready in time; the text names them."""


def wait_for_processes(settings: Settings, limit_s: float = READY_LIMIT_S) -> None:
    """Return when all are ready; raise with the names of those that are not, at once where one keeps ending."""
    deadline = time.monotonic() + limit_s
    while True:
        waiting = waiting_for(settings)
        if not waiting:
            return
        ending = [state.name for state in process_states(settings) if state.starts > MOST_STARTS]
        if ending or time.monotonic() > deadline:
            names = ", ".join(_with_reason(settings, name) for name in ending or waiting)
            raise NotReady(f"not ready: {names}; see {settings.folder / 'logs'}")
        time.sleep(0.2)


def waiting_for(settings: Settings) -> list[str]:
    """Names of processes and groups that are not ready yet."""
    waiting = [state.name for state in process_states(settings) if not state.is_running]
    waiting += [name for name in LISTENING if name not in waiting and not announced(settings, name)]
    return waiting + [group for group in GROUPS if not _has_members(settings, f"{settings.prefix}.{group}")]


def announced(settings: Settings, name: str) -> str:
    """Where a process of this instance that listens can be reached; empty while it does not."""
    try:
        told = json.loads((settings.folder / f"{name}.json").read_text("ascii"))
    except FileNotFoundError:
        return ""
    is_own = any(state.pid == told["pid"] and state.is_running for state in process_states(settings))
    return str(told["address"]) if is_own and _listens(told["host"], told["port"]) else ""


def _with_reason(settings: Settings, name: str) -> str:
    """The name, and what stands in its way where that can be seen."""
    if name not in LISTENING or announced(settings, name):
        return name
    host, port = getattr(settings, f"{name}_host"), getattr(settings, f"{name}_port")
    if not port or not _listens(host, port):
        return name
    return f"{name} (port {port} is taken, choose another: PETITIONS_{name.upper()}_PORT)"


def _listens(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def _has_members(settings: Settings, group: str) -> bool:
    try:
        with administration(settings) as admin:
            described = admin.describe_groups([group])[group]
    except KafkaError:
        return False
    return described["group_state"] == "Stable" and bool(described["members"])
