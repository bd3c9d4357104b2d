"""The console that is asked, with its cases on the real index."""

from collections.abc import Iterator

import pytest

from consumers.api.backend import Backend
from deploy.servers.addresses import Servers
from schemas.settings import Settings
from tests.integration.rights.matrix import guarded_console
from tests.servers_fixture import fresh_instance


@pytest.fixture(scope="module")
def settings(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An instance of the file's own."""
    return fresh_instance(servers, tmp_path_factory.mktemp("rights"))


@pytest.fixture(scope="module")
def console(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    """All cases and alerts, and a session for every official."""
    with guarded_console(settings, tmp_path_factory.mktemp("users")) as made:
        yield made
