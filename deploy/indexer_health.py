"""What the indexer of an instance says of itself: how long ago it wrote."""

import json
from http.client import HTTPConnection, HTTPException

from deploy.processes import process_states
from schemas.settings import Settings

INDEXER = "search"
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}
"""A process that listens on every address is asked on that of this machine."""
ANSWER_S = 2.0


def last_write_age_s(settings: Settings) -> float | None:
    """Seconds since the indexer's last write; None where it has written nothing since its start or cannot be asked.

    It is asked at its `/health`: where `PETITIONS_METRICS_PORT` is set and this instance's supervisor runs it.
    """
    port = _port(settings)
    if port is None:
        return None
    host = ANYWHERE.get(settings.metrics_host, settings.metrics_host)
    connection = HTTPConnection(host, port, timeout=ANSWER_S)
    try:
        connection.request("GET", "/health")
        age = json.loads(connection.getresponse().read()).get("last_write_age_s")
    except (OSError, HTTPException, ValueError, AttributeError):  # away, or something else listens there
        return None
    finally:
        connection.close()
    return float(age) if isinstance(age, int | float) else None


def _port(settings: Settings) -> int | None:
    """Each process takes the next port, in the order in which the supervisor names them."""
    names = [state.name for state in process_states(settings) if settings.metrics_port]
    return settings.metrics_port + names.index(INDEXER) if INDEXER in names else None
