"""Free ports below the range of outgoing connections, so that a stopped server finds its own again."""

import random
import socket

LOWEST, HIGHEST = 18_000, 32_000


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen there now."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def free_ports(count: int) -> tuple[int, ...]:
    """So many different free ports, drawn at random so that instances started together rarely meet."""
    drawn = random.SystemRandom().sample(range(LOWEST, HIGHEST), 200)
    found = [port for port in drawn if is_free(port)]
    return tuple(found[:count])
