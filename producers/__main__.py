"""`python -m producers gateway`: the process that takes pushes."""

import json
import logging
import os
import socket
import sys

import uvicorn
from fastapi import FastAPI
from prometheus_client import start_http_server

from producers.batching import Batcher
from producers.counting import REGISTRY
from producers.gateway import Ask, create_gateway
from producers.gateway_keys import SourceKeys, gateway_keys_path
from producers.instance_keys import keyring_of
from producers.kafka_publisher import KafkaPublisher
from producers.outbox import Outbox
from producers.packing import packer
from producers.profiles import load_profiles
from producers.spool import Spool
from schemas.logs import configure_logs
from schemas.settings import Settings

log = logging.getLogger("producers.gateway")

KAFKA_TIMEOUT_S = 5.0
GRACE_S = 20
USAGE = 2


def main(arguments: list[str], ask: Ask | None = None) -> int:
    """Run the process that is named; 2 where there is none of that name. `ask` answers questions about units."""
    if arguments != ["gateway"]:
        sys.stderr.write("usage: python -m producers gateway\n")
        return USAGE
    settings = Settings.from_env()
    configure_logs(settings.log_level)
    if not settings.kafka:
        sys.stderr.write("PETITIONS_KAFKA is not set\n")
        return USAGE
    if settings.metrics_port:
        start_http_server(settings.metrics_port, settings.metrics_host, REGISTRY)
    publisher = KafkaPublisher(settings, timeout_s=KAFKA_TIMEOUT_S)
    spool = Spool(settings.folder / "spool", settings.spool_bytes)
    try:
        _serve(settings, _gateway(settings, publisher, spool, ask))
    finally:
        publisher.close()
        spool.close()
    return 0


def _gateway(settings: Settings, publisher: KafkaPublisher, spool: Spool, ask: Ask | None) -> FastAPI:
    batcher = Batcher(Outbox(publisher, spool), packer(settings), settings.batch_linger_ms / 1000)
    keys, keyring = SourceKeys(gateway_keys_path(settings)), keyring_of(settings)
    return create_gateway(load_profiles(settings.profiles_dir), keys, keyring, batcher, ask=ask)


def _serve(settings: Settings, app: FastAPI) -> None:
    """Serve until SIGTERM or SIGINT. The address that was taken is written to `gateway.json` under home."""
    config = uvicorn.Config(
        app,
        host=settings.gateway_host,
        port=settings.gateway_port,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=GRACE_S,
    )
    listening = config.bind_socket()
    # uvicorn's socket names no protocol, so asyncio leaves small packets waiting: each answer took 40 ms more
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    host, port = listening.getsockname()[:2]
    address = f"http://{host}:{port}"
    note = settings.folder / "gateway.json"
    note.with_suffix(".new").write_text(
        json.dumps({"address": address, "host": host, "port": port, "pid": os.getpid()}), "ascii"
    )
    note.with_suffix(".new").replace(note)
    log.info("gateway listens", extra={"address": address})
    try:
        uvicorn.Server(config).run(sockets=[listening])
    finally:
        note.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
