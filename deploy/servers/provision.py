"""The one place that decides where servers come from, for use and for tests.

The environment's addresses come first; then the servers that this home had before, because they hold its data; then
a Docker engine that answers and has the images; then servers of our own.
"""

import contextlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from deploy.servers.account import Account, data_folder, unprivileged_account
from deploy.servers.addresses import Origin, Servers, ServersUnavailable
from deploy.servers.artifacts import distribution, file_lock
from deploy.servers.broker import Broker
from deploy.servers.containers import compose_servers, docker_is_usable, throwaway_containers
from deploy.servers.embedded import Runtime
from deploy.servers.given import GivenElasticsearch, GivenKafka
from deploy.servers.instance import Instance, is_given
from deploy.servers.java import find_java
from deploy.servers.ports import free_ports
from deploy.servers.search_node import SearchNode
from schemas.settings import Settings

TEST_HEAP_MB = {"kafka": 384, "elasticsearch": 640}


def provide(settings: Settings, *, for_tests: bool = False) -> Servers:
    """Servers that answer: found or started, and remembered under the instance's home."""
    home = settings.folder
    home.mkdir(parents=True, exist_ok=True)
    with file_lock(home / "instance.lock"):
        known = Instance.read(home) or _new_instance(settings, for_tests)
        servers = _handles(settings, known, for_tests)
        _start(servers)
        if servers.origin is not Origin.ENVIRONMENT:
            known.write(home)
        return servers


def prepare(settings: Settings) -> Origin:
    """Fetch what a start would need, so that it is quick and what is missing is said early."""
    if is_given(settings):
        return Origin.ENVIRONMENT
    if docker_is_usable(needs_compose=True):
        return Origin.DOCKER
    runtime_for(unprivileged_account())()
    return Origin.EMBEDDED


def find(settings: Settings) -> Servers | None:
    """The servers of this instance, running or not; None where there never were any."""
    known = Instance.read(settings.folder)
    if known is None and not is_given(settings):
        return None
    return _handles(settings, known or _given(settings), for_tests=False)


@contextlib.contextmanager
def running_servers(settings: Settings, *, for_tests: bool = False) -> Iterator[Servers]:
    """Servers for as long as the block lasts."""
    servers = provide(settings, for_tests=for_tests)
    try:
        yield servers
    finally:
        servers.stop()


def _given(settings: Settings) -> Instance:
    return Instance(origin=Origin.ENVIRONMENT, kafka=settings.kafka, elasticsearch=settings.elasticsearch)


def _new_instance(settings: Settings, for_tests: bool) -> Instance:
    """Decide for a home that has no servers yet."""
    if is_given(settings):
        return _given(settings)
    is_docker = docker_is_usable(needs_compose=not for_tests)
    ports = free_ports(4)
    return Instance(
        origin=Origin.DOCKER if is_docker else Origin.EMBEDDED,
        kafka=f"127.0.0.1:{ports[0]}",
        elasticsearch=f"http://127.0.0.1:{ports[2]}",
        kafka_ports=ports[:2],
        elasticsearch_ports=ports[2:],
        folder=None if is_docker else data_folder(settings.folder, unprivileged_account()),
    )


def _handles(settings: Settings, known: Instance, for_tests: bool) -> Servers:
    """The handles for what was decided."""
    if is_given(settings):
        return Servers(Origin.ENVIRONMENT, GivenKafka(settings), GivenElasticsearch(settings))
    if known.origin is Origin.DOCKER:
        kafka_port, elasticsearch_port = known.kafka_ports[0], known.elasticsearch_ports[0]
        if for_tests:
            return throwaway_containers(kafka_port, elasticsearch_port)
        return compose_servers(settings, kafka_port, elasticsearch_port)
    if known.folder is None:
        raise ServersUnavailable("instance.json names no data folder: remove it and run `petitions up`")
    return _embedded(settings, known, known.folder, for_tests)


def _embedded(settings: Settings, known: Instance, folder: Path, for_tests: bool) -> Servers:
    account = unprivileged_account()
    heaps = {"kafka": settings.kafka_heap_mb, "elasticsearch": settings.elasticsearch_heap_mb}
    if for_tests:
        heaps = TEST_HEAP_MB
    runtime = runtime_for(account)
    return Servers(
        Origin.EMBEDDED,
        Broker(runtime, folder / "kafka", known.kafka_ports, heaps["kafka"], account, for_tests),
        SearchNode(
            runtime,
            folder / "elasticsearch",
            known.elasticsearch_ports,
            heaps["elasticsearch"],
            account,
            for_tests,
        ),
    )


def runtime_for(account: Account | None) -> Callable[[], Runtime]:
    """Java and the unpacked servers; looked for, and fetched where they are missing, when first asked."""

    @cache
    def runtime() -> Runtime:
        java = find_java(account)
        unpacked = distribution(account, java)
        return Runtime(java, unpacked.kafka_jars, unpacked.elasticsearch)

    return runtime


def _start(servers: Servers) -> None:
    """Start both at once; if one fails, leave neither running."""
    with ThreadPoolExecutor(2) as pool:
        starts = [pool.submit(server.start) for server in (servers.elasticsearch, servers.kafka)]
    failures = [error for start in starts if (error := start.exception()) is not None]
    if failures:
        servers.stop()
        raise failures[0]
