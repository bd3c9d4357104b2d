"""One console for all tests of the pages that run in one process, one browser for those of a file."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from consumers.api.backend import Backend
from consumers.message import Message
from deploy.servers.addresses import Servers
from tests.chromium import DESKTOP, Visit, Window, chromium
from tests.console_served import served_console
from tests.servers_fixture import fresh_instance

_SENT: list[Message] = []


@pytest.fixture(scope="session")
def console(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    folder = tmp_path_factory.mktemp("pages")
    with served_console(fresh_instance(servers, folder / "home"), folder, _SENT) as made:
        yield made


@pytest.fixture
def sent(console: Backend) -> list[Message]:
    """What the pages of one test send to Kafka."""
    _SENT.clear()
    return _SENT


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Gone with its file: while Playwright runs, no other test of the process can run an event loop of its own."""
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def windows(browser: Browser, console: Backend) -> Callable[[bool], Window]:
    """The window with scripts, and the one without."""
    made: dict[bool, Window] = {}

    def window(has_scripts: bool) -> Window:
        if has_scripts not in made:
            context = browser.new_context(locale="zh-CN", java_script_enabled=has_scripts)
            made[has_scripts] = Window(context.new_page(), console.url)
        return made[has_scripts]

    return window


@pytest.fixture
def visit(windows: Callable[[bool], Window], console: Backend) -> Visit:
    """A window in which a signed-in official has opened a page; nobody is signed in without a name."""

    def opened(
        official: str,
        path: str,
        screen: dict[str, int] = DESKTOP,
        *,
        is_dark: bool = False,
        has_scripts: bool = True,
        media: str = "screen",
    ) -> Window:
        window = windows(has_scripts)
        window.leave()
        window.page.set_viewport_size(screen)
        window.page.emulate_media(media=media, color_scheme="dark" if is_dark else "light")
        if official:
            header = console.sessions.header(console.sessions.begin(official))
            value = header.partition("=")[2].partition(";")[0]
            cookie = {"name": console.sessions.cookie, "value": value, "url": console.url}
            window.page.context.add_cookies([cookie])
        window.go(path)
        return window

    return opened
