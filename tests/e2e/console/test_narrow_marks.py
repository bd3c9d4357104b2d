"""A mark that tells a whole sentence stays within a phone's screen; that needs the styles alone, and no console."""

from pathlib import Path

from playwright.sync_api import Browser

from consumers import console
from tests.chromium import PHONE

STYLES = Path(console.__file__).parent / "assets" / "console.css"
WIDTHS = "[document.documentElement.scrollWidth, innerWidth]"


def test_a_mark_with_a_long_sentence_is_wrapped_on_a_phone(browser: Browser) -> None:
    page = browser.new_page()
    page.set_viewport_size(PHONE)
    mark = f'<span class="pill warn">sent to {"南阳市宛城区城市管理局" * 3}, which has not accepted yet</span>'
    head = '<meta name="viewport" content="width=device-width">'
    page.set_content(
        f'{head}<style>{STYLES.read_text("utf-8")}</style><main><div class="case-head">{mark}</div></main>'
    )
    needed, there = page.evaluate(WIDTHS)
    page.close()
    assert needed <= there
