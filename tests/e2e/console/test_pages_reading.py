"""What officials read at the console, in a real browser, at a desk and on a phone."""

import re

from playwright.sync_api import expect

from tests.chromium import PHONE, SCREENS, Visit
from tests.console_served import MANY, lamp
from tests.officials import ACCUSING, LABOUR


@SCREENS
def test_a_supervisor_finds_a_case_and_reads_why_it_is_so(visit: Visit, screen: dict[str, int]) -> None:
    window = visit("east", "/search?q=工资", screen)
    page = window.page
    expect(page.locator(".hit h3")).to_have_text(["拖欠工资"])
    expect(page.locator(".hit mark").first).to_have_text("工资")
    window.fits()
    page.click(".hit h3 a")
    expect(page.locator("h1")).to_have_text("拖欠工资")
    expect(page.locator(".accountable")).to_contain_text("魏都区人力资源和社会保障局")
    expect(page.locator(".time-line .moment")).to_have_count(2)
    expect(page.locator("article.petition")).to_have_count(2)
    window.looks_well()
    page.go_back()
    expect(page.locator("#q")).to_have_value("工资")


@SCREENS
def test_facets_narrow_and_the_next_page_comes_in_place(visit: Visit, screen: dict[str, int]) -> None:
    window = visit("east", "/search?q=路灯&sort=newest", screen)
    page = window.page
    expect(page.locator("#total")).to_contain_text(str(MANY))
    expect(page.locator(".hit")).to_have_count(20)
    page.click(".more a")
    expect(page.locator(".hit")).to_have_count(MANY)
    expect(page.locator(".hit a").nth(20)).to_be_focused()
    if screen is PHONE:
        page.click(".facets > summary")
    count = page.locator(".facets a", has_text="已办结").locator(".count").inner_text()
    page.click(".facets a:has-text('已办结')")
    expect(page.locator("#total")).to_contain_text(count)
    expect(page.locator(".chips a")).to_contain_text("已办结")
    page.click(".chips a")
    expect(page.locator("#total")).to_contain_text(str(MANY))
    window.looks_well()


def test_a_wrong_query_is_marked_and_an_empty_result_helps(visit: Visit) -> None:
    window = visit("east", "/today")
    window.go("/search?q=路灯 plaec:41")
    expect(window.page.locator(".query .wrong")).to_have_text("plaec:41")
    assert [problem for problem in window.problems if "400" not in problem] == []
    window.problems.clear()
    window.looks_well()
    window.go("/search?q=路灯 状态:依法终结")
    window.page.click(".empty a")
    expect(window.page.locator("#total")).to_contain_text(str(MANY))
    window.fits()


def test_a_number_leads_to_its_case(visit: Visit) -> None:
    window = visit("east", f"/search?q={LABOUR.petitions[1].petition_id}")
    expect(window.page.locator("h1")).to_have_text("拖欠工资")
    window.go(f"/search?q={LABOUR.petitions[0].record_no}")
    expect(window.page.locator(".hit h3")).to_have_text(["拖欠工资"])
    window.go("/search?q=W-10000")
    expect(window.page.locator(".empty")).to_be_visible()


@SCREENS
def test_today_shows_a_handler_what_is_late_and_each_number_leads_to_its_cases(
    visit: Visit, screen: dict[str, int]
) -> None:
    window = visit("labour", "/", screen)
    page = window.page
    expect(page.locator(".tile")).to_have_count(6)
    window.looks_well()
    for name in ("overdue", "near_due", "open"):
        window.go("/today")
        count = page.locator(f".tile.{name} .tile-value").inner_text()
        assert int(count) > 0
        page.click(f".tile.{name} a")
        expect(page.locator("#total")).to_contain_text(f" {count} ")
    assert "审计" not in page.locator("nav").inner_text()


@SCREENS
def test_today_leads_to_what_is_to_be_judged_and_to_the_reports_and_claims_nothing_about_them(
    visit: Visit, screen: dict[str, int]
) -> None:
    window = visit("city", "/today", screen)
    page = window.page
    link = page.locator(".tile.unsure p a")
    expect(link).to_be_visible()
    assert link.evaluate("one => getComputedStyle(one).textDecorationLine") == "underline"
    expect(page.locator("main")).not_to_contain_text("报送正常")
    page.click(".bar a[href='/feeds']")
    expect(page.locator("#feeds")).to_contain_text("未报送")


@SCREENS
def test_numbers_lead_to_their_cases_and_to_their_meaning(visit: Visit, screen: dict[str, int]) -> None:
    window = visit("city", "/statistics?by=unit", screen)
    page = window.page
    expect(page.locator("[data-chart-of] canvas")).to_have_count(1)
    expect(page.locator("tr.total th")).to_contain_text("不完整")
    expect(page.locator(".incomplete")).to_contain_text("411023（连续 31 天）")
    window.looks_well()
    page.locator("thead a").nth(2).click()
    assert page.url.endswith("#meaning-overdue")
    number = page.locator("tr[data-group] td a").first
    count = number.inner_text()
    number.click()
    expect(page.locator("#total")).to_contain_text(f" {count} ")


@SCREENS
def test_a_map_leads_from_the_province_down_to_the_cases_and_back(visit: Visit, screen: dict[str, int]) -> None:
    window = visit("whole", "/statistics?by=city", screen)
    page = window.page
    expect(page.locator(".tile-map li")).to_have_count(4)
    expect(page.locator(".tile-map li", has_text="4110")).to_contain_text("不完整")
    expect(page.locator(".tile-legend li").first).to_have_text("0")
    window.looks_well()
    page.select_option("#measure", "overdue_share")
    page.wait_for_url("**measure=overdue_share**")
    expect(page.locator(".tile-map li", has_text="4110")).to_contain_text(re.compile(r"\d%"))
    window.looks_well()
    page.get_by_role("link", name="4110", exact=True).click()
    expect(page.locator("#map-title")).to_contain_text("4110 · 超期占比")
    expect(page.locator("#q")).to_have_value("place:4110")
    number = page.locator(".tile-map li", has_text="411002").locator(".tile-count a")
    count = number.inner_text().rpartition("\n")[2].rpartition(" ")[2]
    number.click()
    expect(page.locator("#total")).to_contain_text(f" {count} ")
    page.go_back()
    page.click(".map .up")
    expect(page.locator(".tile-map li")).to_have_count(4)
    expect(page.locator("#q")).to_have_value("")


def test_the_map_can_be_read_in_the_dark_on_paper_and_without_scripts(visit: Visit) -> None:
    visit("whole", "/statistics?measure=overdue", is_dark=True).looks_well()
    paper = visit("whole", "/statistics", media="print").page
    expect(paper.locator(".tile-map li").first).to_be_visible()
    expect(paper.locator(".map form")).to_be_hidden()
    plain = visit("city", "/statistics", has_scripts=False).page
    plain.select_option("#measure", "cases")
    plain.click(".map form button")
    expect(plain.locator("#map-title")).to_contain_text("事项")


def test_periods_are_told_day_by_day(visit: Visit) -> None:
    window = visit("east", f"/cases/{lamp(0).case_id}/clocks")
    expect(window.page.locator(".days li")).to_have_text([re.compile("起算日不计入"), re.compile("第 1 日")])
    window.looks_well()


@SCREENS
def test_the_accused_unit_finds_nothing_of_the_case_on_any_page(visit: Visit, screen: dict[str, int]) -> None:
    window = visit("accused", "/search?q=乱收费", screen)
    expect(window.page.locator(".empty")).to_be_visible()
    window.looks_well()
    window.go(f"/cases/{ACCUSING.case_id}")
    expect(window.page.locator("h1")).to_have_text("未能完成")
    for path in ("/search", "/today", "/alerts", "/statistics"):
        window.go(path)
        assert ACCUSING.case_id not in window.page.content()


def test_paper_shows_the_case_and_not_the_controls(visit: Visit) -> None:
    page = visit("east", f"/cases/{LABOUR.case_id}", media="print").page
    expect(page.locator(".text").first).to_be_visible()
    for control in (".top", ".identity", ".print-button"):
        expect(page.locator(control).first).to_be_hidden()


@SCREENS
def test_the_reports_of_the_counties_are_told_silent_ones_first(visit: Visit, screen: dict[str, int]) -> None:
    window = visit("city", "/feeds", screen)
    rows = window.page.locator("#feeds tbody tr")
    expect(rows.locator("th")).to_have_text([re.compile("411023 未报送"), "411002"])
    one_day = re.compile("^1")
    told = [re.compile("20"), re.compile("20"), "30", "29", "0", one_day, one_day, "0", "9", "1"]
    expect(rows.nth(1).locator("td")).to_have_text(told)
    rows.nth(1).locator("summary").first.click()
    expect(rows.nth(1).locator("li").first).to_be_visible()
    window.looks_well()
