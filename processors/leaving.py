"""How a worker leaves at once: what it has sent and Kafka has not received goes with it."""

import logging
import os
import socket
import struct
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

_OPEN_FILES = Path("/dev/fd")
_AT_ONCE = struct.pack("ii", 1, 0)
"""On, and no second of waiting: closing drops what was not received."""


def leave_at_once(code: int) -> NoReturn:
    """End the process without acknowledging or finishing anything; nothing of it reaches Kafka later."""
    try:
        _drop_unsent()
        logging.shutdown()
    finally:
        os._exit(code)


def _drop_unsent() -> None:
    """The kernel would go on sending for minutes after the process has ended, while another worker writes already."""
    for file in _OPEN_FILES.iterdir():
        with suppress(OSError):  # no socket, or closed since
            found = socket.socket(fileno=int(file.name))
            if found.family != socket.AF_UNIX:
                found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
            found.detach()
