"""How everybody gets in, and around: sign-in, petitioners, language, colours, keyboard, without scripts."""

import pytest
from playwright.sync_api import expect

from consumers.api.backend import Backend
from tests.chromium import PHONE, SCREENS, Visit
from tests.console_served import MANY, RECEIPT_CODE
from tests.officials import LABOUR, OFFICIALS

EVERYTHING = ("/today", "/search?q=路灯", f"/cases/{LABOUR.case_id}", "/alerts", "/statistics", "/audit")

LINES = "one => { const all = new Range(); all.selectNodeContents(one); return all.getClientRects().length; }"


@SCREENS
def test_one_signs_in_and_is_led_to_what_was_wanted(visit: Visit, console: Backend, screen: dict[str, int]) -> None:
    password = console.users.put(next(user for user in OFFICIALS if user.name == "west"))
    window = visit("", "/search?q=路", screen)
    window.looks_well()
    window.sign_in("west", password + "x")
    expect(window.page.locator(".narrow [role=alert]")).to_contain_text("不正确")
    window.sign_in("west", password)
    expect(window.page.locator("#q")).to_have_value("路")


@SCREENS
def test_a_petitioner_needs_what_stands_on_the_receipt(visit: Visit, screen: dict[str, int]) -> None:
    window = visit("", "/my-petition", screen)
    window.looks_well()
    for name, value in {"county": "411002", "number": "E-1", "code": "WRONG"}.items():
        window.page.fill(f"#{name}", value)
    window.page.click("main button.strong")
    expect(window.page.locator(".narrow [role=alert]")).to_contain_text("不正确")
    window.problems.clear()  # a browser calls the answer 404 an error
    window.page.fill("#code", RECEIPT_CODE)
    window.page.click("main button.strong")
    expect(window.page.locator(".facts")).to_contain_text("魏都区人力资源和社会保障局")
    window.looks_well()


def test_an_administrator_sees_users_and_no_case(visit: Visit) -> None:
    window = visit("root", "/")
    expect(window.page.locator("tbody tr")).to_have_count(len(OFFICIALS))
    assert window.page.locator("nav a").all_inner_texts() == ["用户"]
    window.looks_well()


@pytest.mark.parametrize(("official", "path"), [("city", "/feeds"), ("city", "/today"), ("root", "/users")])
def test_on_a_phone_the_present_page_is_in_sight_and_words_of_tables_stay_whole(
    visit: Visit, official: str, path: str
) -> None:
    window = visit(official, path, PHONE)
    expect(window.page.locator(".pages [aria-current]")).to_be_in_viewport(ratio=1)
    for cell in window.page.locator("td", has_text="4110-petition").all():
        assert cell.evaluate(LINES) <= len(["4110-", "petition"])
    window.fits()


def test_the_keyboard_goes_everywhere(visit: Visit) -> None:
    page = visit("east", "/today").page
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("/")
    page.wait_for_url("**/search")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("工资")
    page.keyboard.press("Enter")
    expect(page.locator(".hit")).to_have_count(1)


def test_everything_is_there_in_english_and_in_the_dark(visit: Visit) -> None:
    window = visit("east", "/today", is_dark=True)
    window.page.click(".tools > a")
    expect(window.page.locator("h1")).to_have_text("What needs you today")
    for path in EVERYTHING:
        window.go(path)
        window.looks_well()


def test_english_fits_on_a_phone(visit: Visit) -> None:
    window = visit("east", "/today", PHONE)
    window.page.click(".tools > a")
    expect(window.page.locator("h1")).to_have_text("What needs you today")
    for path in EVERYTHING:
        window.go(path)
        window.fits()


def test_without_scripts_one_pages_and_signs_out(visit: Visit) -> None:
    page = visit("east", "/search?q=路灯", has_scripts=False).page
    page.click(".more a")
    expect(page.locator(".hit")).to_have_count(MANY - 20)
    page.click(".menu summary")
    page.click(".menu button")
    expect(page.locator("#password")).to_be_visible()


def test_who_is_no_longer_signed_in_is_asked_to_also_by_a_script(visit: Visit) -> None:
    page = visit("east", "/search?q=路灯").page
    page.context.clear_cookies()
    page.click(".more a")
    expect(page.locator("#password")).to_be_visible()
