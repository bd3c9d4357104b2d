"""Whether a server answers: asked, never waited for by the clock."""

import base64
import http.client
import json
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable

from deploy.servers.addresses import ServersUnavailable
from schemas.connections import kafka_python, secret, tls_context
from schemas.settings import Settings

START_LIMIT_S = 300.0
PAUSE_S = 0.1


def kafka_answers(settings: Settings) -> bool:
    """Whether a broker of the cluster takes requests and is registered."""
    from kafka.admin import KafkaAdminClient
    from kafka.errors import KafkaError

    if not any(_listens(one) for one in settings.kafka.split(",")):
        return False  # the client would warn about each attempt
    try:
        with KafkaAdminClient(**kafka_python(settings), bootstrap_timeout_ms=1_000) as admin:
            return bool(admin.describe_cluster()["brokers"])
    except (KafkaError, OSError):
        return False


def _listens(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=2).close()
    except OSError:
        return False
    return True


def elasticsearch_answers(settings: Settings) -> bool:
    """Whether the cluster has a master and its shards are assigned."""
    address = settings.elasticsearch.rstrip("/")
    request = urllib.request.Request(f"{address}/_cluster/health?wait_for_status=yellow&timeout=1s")
    if settings.elasticsearch_user:
        password = secret(settings.elasticsearch_password_file)
        token = base64.b64encode(f"{settings.elasticsearch_user}:{password}".encode()).decode()
        request.add_header("Authorization", f"Basic {token}")
    context = tls_context(settings.elasticsearch_ca_file) if address.startswith("https:") else None
    try:
        with urllib.request.urlopen(request, timeout=5, context=context) as response:
            return not json.load(response)["timed_out"]
    except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError):
        return False


def wait_until(
    is_ready: Callable[[], bool], is_alive: Callable[[], bool], name: str, limit_s: float = START_LIMIT_S
) -> None:
    """Return when ready; raise when the server ended or the limit passed."""
    deadline = time.monotonic() + limit_s
    while not is_ready():
        if not is_alive():
            raise ServersUnavailable(f"{name} ended while it started")
        if time.monotonic() > deadline:
            raise ServersUnavailable(f"{name} does not answer after {limit_s:.0f} s")
        time.sleep(PAUSE_S)
