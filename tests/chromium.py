"""A real browser that watches what it is given: no errors, nothing from elsewhere, nothing that axe objects to."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
DESKTOP: Final = {"width": 1280, "height": 800}
PHONE: Final = {"width": 390, "height": 844}
SCREENS: Final = pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
PATIENCE_MS: Final = 20_000
"""A busy machine takes its time; what is expected is waited for, never slept for."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser of the system; where there is none the test is skipped."""
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("no Chromium on this machine (Debian: apt install chromium)")
    # Chromium refuses its sandbox to root.
    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=options)
        yield browser
        browser.close()


class Window:
    """One page, before which visitors take turns: a new page for each would take longer than the tests."""

    def __init__(self, page: Page, address: str) -> None:
        """`address` is where the console lies."""
        self.page = page
        self._address = address
        self.problems: list[str] = []
        page.on("console", lambda said: self._note(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self._note(str(error)))
        page.on("request", self._check_host)

    def leave(self) -> None:
        """Nothing stays of the visitor before: no session, no choice of language or colours, no note, no problem."""
        if self.page.url.startswith(self._address):
            self.page.evaluate("sessionStorage.clear()")
        self.page.goto("about:blank")
        self.page.context.clear_cookies()
        self.problems.clear()

    def go(self, path: str) -> None:
        """Open a page of the console."""
        self.page.goto(f"{self._address}{path}")

    def sign_in(self, name: str, password: str) -> None:
        """By the form, wherever that is shown."""
        self.page.fill("#name", name)
        self.page.fill("#password", password)
        self.page.click("main button[type=submit]")
        self.page.wait_for_load_state("load")

    def looks_well(self) -> None:
        """Nothing that axe objects to, nothing beside the screen, no error, nothing from elsewhere.

        Axe takes a second: each kind of page is shown to it once at each width.
        """
        found = Axe().run(self.page).response["violations"]
        assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == []
        self.fits()

    def fits(self) -> None:
        """The same without axe."""
        width = self.page.evaluate("document.documentElement.scrollWidth")
        assert width <= self.page.evaluate("window.innerWidth")
        assert not self.problems, self.problems

    def _note(self, problem: str) -> None:
        self.problems.append(problem)

    def _check_host(self, request: Request) -> None:
        if not request.url.startswith((f"{self._address}/", "data:", "about:")):
            self.problems.append("a request to another host")


Visit = Callable[..., Window]
"""Who (nobody without a name), the path, the screen: the window in which that official has opened a page."""
