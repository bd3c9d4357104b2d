"""What officials do at the console, in a real browser: each act is recorded, or becomes an event."""

from datetime import UTC, date, datetime, timedelta

from playwright.sync_api import expect

from consumers.api.backend import Backend
from consumers.message import Message
from schemas.alert_events import AlertAction
from schemas.events import Alert, Case, Decision, Judgement
from schemas.office_time import office_day
from schemas.replay_events import ReplayRequest
from schemas.search_events import SavedSearch, SearchHit
from schemas.statistics_events import NumberContest
from schemas.terms import AlertRule, ContestKind, DecisionKind, Notice, Opinion
from schemas.topics import Topic
from tests.chromium import SCREENS, Visit
from tests.officials import ACCUSING, LABOUR, ROADS

EXPIRE = "for (const one of document.querySelectorAll('[name=csrf]')) one.value = 'old'"


@SCREENS
def test_an_identity_is_shown_for_a_purpose_and_an_auditor_finds_the_look(
    visit: Visit, screen: dict[str, int]
) -> None:
    window = visit("east", f"/cases/{LABOUR.case_id}", screen)
    page = window.page
    page.locator(".identity summary").first.click()
    page.locator(".identity select").first.select_option("hearing")
    page.locator(".identity button").first.click()
    expect(page.locator("main")).to_contain_text("某人")
    window.looks_well()
    audit = visit("auditor", "/", screen)
    expect(audit.page.locator("tbody tr").first).to_contain_text("组织听证")
    assert "某人" not in audit.page.content()
    audit.looks_well()


@SCREENS
def test_an_alert_comes_while_one_looks(visit: Visit, console: Backend, screen: dict[str, int]) -> None:
    window = visit("east", "/alerts", screen)
    expect(window.page.locator("[data-live]")).to_have_text("实时更新")
    known = window.page.locator(".alerts .alert").count()
    number = console.alerts.latest(1)[0][0] + 1 if console.alerts.latest(1) else 1
    console.alerts.add([(number, _overdue(number))])
    expect(window.page.locator(".alerts .alert")).to_have_count(known + 1)
    first = window.page.locator(".alerts .alert").first
    expect(first).to_contain_text("超期未办")
    first.get_by_role("button", name="确认").click()
    expect(first).to_contain_text("已确认")
    window.looks_well()
    window.page.click(".alert a")
    expect(window.page.locator("h1")).to_have_text("拖欠工资")
    window.fits()


@SCREENS
def test_a_form_of_a_page_that_has_expired_comes_back_in_its_place_and_can_be_sent(
    visit: Visit, console: Backend, sent: list[Message], screen: dict[str, int]
) -> None:
    window = visit("east", "/alerts", screen)
    page, first = window.page, window.page.locator(".alerts .alert").first
    expect(page.locator("[data-live]")).to_have_text("实时更新")
    number = console.alerts.newest + 1
    console.alerts.add([(number, _overdue(number))])
    expect(first).to_have_attribute("data-alert", f"A{number}")
    page.evaluate(EXPIRE)
    first.locator(".put-off summary").click()
    day = (office_day(console.sessions.now) + timedelta(days=3)).isoformat()
    first.locator("[name=until]").fill(day)
    first.locator(".put-off button").click()
    expect(first.locator("[role=alert]")).to_contain_text("没有执行任何操作")
    expect(first.locator("[name=until]")).to_have_value(day)
    expect(first.locator("[name=until]")).to_be_focused()
    assert (sent, [one for one in window.problems if "403" not in one]) == ([], [])
    window.problems.clear()  # a browser calls the answer 403 an error
    window.looks_well()
    first.locator(".put-off button").click()
    expect(first).to_contain_text(f"暂缓提醒 {day}")
    assert [AlertAction.from_bytes(one.value).until for one in sent] == [date.fromisoformat(day)]


@SCREENS
def test_what_was_filled_in_outlives_the_session(visit: Visit, sent: list[Message], screen: dict[str, int]) -> None:
    window = visit("labour", f"/cases/{LABOUR.case_id}", screen)
    page = window.page
    page.click("#form-extend summary")
    page.fill("#reason-extend", "情况复杂")
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.click("#form-extend button")
    expect(page.locator("main")).to_contain_text("理由：情况复杂")
    window.problems.clear()  # a browser calls the answer 401 an error
    window.looks_well()
    page.context.add_cookies(cookies)  # signed in again, in another window
    page.click("main button")
    expect(page.locator("#reason-extend")).to_have_value("情况复杂")
    window.problems.clear()
    window.looks_well()
    page.click("#form-extend button")
    expect(page.locator("[role=status]")).to_contain_text("已记录")
    assert [(one.kind, one.reason) for one in map(_decision, sent)] == [(DecisionKind.EXTEND, "情况复杂")]


def _overdue(number: int) -> Alert:
    return Alert(
        alert_id=f"A{number}",
        rule=AlertRule.OVERDUE,
        subject=LABOUR.case_id,
        raised_at=datetime(2026, 4, 1, tzinfo=UTC),
        unit="411002-hrss",
        division="411002",
        due_on=date(2026, 3, 31),
        message=f"事项 {LABOUR.case_id} 超期。",
    )


@SCREENS
def test_a_handler_accepts_a_case(visit: Visit, sent: list[Message], screen: dict[str, int]) -> None:
    window = visit("labour", f"/cases/{LABOUR.case_id}", screen)
    page = window.page
    page.click(".decide summary:has-text('受理') >> nth=0")
    form = page.locator(".decide[open]")
    form.locator("textarea").fill("属本单位职权")
    window.looks_well()
    form.locator("button").click()
    expect(page.locator("[role=status]")).to_contain_text("已记录")
    assert [(one.kind, one.reason) for one in map(_decision, sent)] == [(DecisionKind.ACCEPT, "属本单位职权")]


def _decision(message: Message) -> Decision:
    return Decision.from_bytes(message.value)


@SCREENS
def test_who_decides_about_a_case_that_has_changed_reads_it_again_and_goes_on_with_the_form(
    visit: Visit, sent: list[Message], screen: dict[str, int]
) -> None:
    window = visit("labour", f"/cases/{LABOUR.case_id}", screen)
    page = window.page
    page.click("#form-extend summary")
    page.fill("#reason-extend", "情况复杂")
    page.evaluate("document.querySelector('#form-extend [name=version]').value = '99'")
    page.click("#form-extend button")
    expect(page.locator("#changed")).to_contain_text("事项已有变化")
    expect(page.locator("#changed")).to_be_focused()
    assert (sent, [one for one in window.problems if "409" not in one]) == ([], [])
    window.problems.clear()  # a browser calls the answer 409 an error
    window.looks_well()
    page.click("#changed a")
    expect(page.locator("#reason-extend")).to_have_value("情况复杂")
    expect(page.locator("#form-extend button")).to_be_in_viewport()
    page.click("#form-extend button")
    expect(page.locator("[role=status]")).to_contain_text("已记录")
    assert [(one.kind, one.reason) for one in map(_decision, sent)] == [(DecisionKind.EXTEND, "情况复杂")]


@SCREENS
def test_a_supervisor_judges_what_the_rules_leave_open(
    visit: Visit, sent: list[Message], screen: dict[str, int]
) -> None:
    window = visit("city", "/reviews", screen)
    page = window.page
    expect(page.locator(".question .side h3")).to_have_text(["道路塌陷", "拖欠工资"])
    window.looks_well()
    page.fill(".act [name=reason]", "地点不同，电话13800001234")
    page.click("button[value=not_same]")
    expect(page.locator(".question [role=alert]")).to_contain_text("不得写入个人号码")
    expect(page.locator(".act [name=reason]")).to_be_focused()
    expect(page.locator(".act [name=reason]")).to_have_value("地点不同，电话〔号码〕")
    assert (sent, [one for one in window.problems if "422" not in one]) == ([], [])
    window.problems.clear()  # a browser calls the answer 422 an error
    window.looks_well()
    page.fill(".act [name=reason]", "")
    page.locator(".act [name=reason]").press_sequentially("地点不同")
    page.keyboard.press("Enter")
    for _ in range(2):
        page.keyboard.press("Tab")
    expect(page.locator("button[value=not_same]")).to_be_focused()
    assert sent == [], "a judgement is chosen, and never given by a key in the reason"
    page.keyboard.press("Enter")
    expect(page.locator("[role=status]")).to_contain_text("已记录")
    expect(page.locator(".question")).to_have_count(0)
    made = {(one.opinion, one.reason) for one in (Judgement.from_bytes(message.value) for message in sent)}
    assert made == {(Opinion.NOT_SAME, "地点不同")}


@SCREENS
def test_a_search_is_kept_and_tells_what_came_since(visit: Visit, console: Backend, screen: dict[str, int]) -> None:
    window = visit("labour", "/search?q=工资", screen)
    page = window.page
    page.click("text=保存此检索")
    expect(page.locator("[aria-labelledby=keep]")).to_contain_text("每周约")
    page.fill("[name=name]", "工资方面")
    window.looks_well()
    page.click("main button.strong")
    expect(page.locator(".kept h2")).to_have_text(["工资方面"])
    (search,) = console.shelf.of("labour")
    now = console.sessions.now
    console.shelf.found([SearchHit(hit_id="H1", search_id=search.search_id, case_id=LABOUR.case_id, at=now)])
    window.go("/searches")
    expect(page.locator(".kept .line a")).to_have_text("拖欠工资")
    window.looks_well()
    page.click(".kept button")
    expect(page.locator(".kept")).to_have_count(0)


@SCREENS
def test_what_a_kept_search_finds_is_told_at_once_on_every_page(
    visit: Visit, console: Backend, screen: dict[str, int]
) -> None:
    window = visit("labour", "/today", screen)
    page = window.page
    expect(page.locator("[data-found]")).to_have_count(0)
    now = console.sessions.now
    kept = SavedSearch(
        search_id="Qlive", owner="labour", name="工资方面", query="工资", notice=Notice.AT_ONCE, created_at=now
    )
    console.shelf.put(kept)
    try:
        window.go("/today")
        expect(page.locator("[data-found][data-live]")).to_have_count(1)
        _find(console, kept)
        expect(page.locator(".find a")).to_have_text("拖欠工资")
        expect(page.locator("[data-found-count]")).to_have_text("1")
        window.looks_well()
        window.go("/search")
        expect(page.locator("[data-found][data-live]")).to_have_count(1)
        expect(page.locator("[data-found-count]")).to_have_text("1")
        expect(page.locator(".find")).to_have_count(0)
        page.goto("about:blank")
        _find(console, kept)
        window.go("/alerts")
        expect(page.locator(".find")).to_have_count(1)
        expect(page.locator("[data-found-count]")).to_have_text("2")
        page.click("[data-found] button")
        expect(page.locator(".find")).to_have_count(0)
        window.go("/searches")
        expect(page.locator("[data-found][data-live]")).to_have_count(1)
        expect(page.locator("[data-found-count]")).to_be_hidden()
        _find(console, kept, ROADS, ACCUSING, LABOUR)
        expect(page.locator(".find")).to_have_count(1)
        expect(page.locator(".kept")).to_contain_text("新发现 3 个事项")
        assert page.evaluate("document.activeElement.tagName") == "BODY", "the keyboard stays where it was"
        expect(page.locator("[data-found-count]")).to_have_text("1")
        window.fits()
        page.click(".find a")
        expect(page.locator("h1")).to_have_text("拖欠工资")
    finally:
        console.shelf.put(kept.with_changes(is_deleted=True))


def _find(console: Backend, kept: SavedSearch, *cases: Case) -> None:
    """A search finds cases, as the thread that follows their topic tells the console."""
    for one in cases or (LABOUR,):
        number = console.finds.newest + 1
        hit = SearchHit(hit_id=f"H{number}", search_id=kept.search_id, case_id=one.case_id, at=console.sessions.now)
        console.shelf.found([hit])
        console.finds.add([(number, hit)])


@SCREENS
def test_a_county_contests_a_number_and_the_level_above_answers(
    visit: Visit, sent: list[Message], screen: dict[str, int]
) -> None:
    window = visit("east", "/statistics?by=category", screen)
    page = window.page
    page.click(".contests summary")
    page.select_option("#number", "overdue")
    page.fill("#contest-reason", "三件已经办结")
    page.click(".contests button.strong")
    expect(page.locator("[role=status]")).to_contain_text("已记录")
    expect(page.locator("tr.total a.doubt")).to_have_count(1)
    page = visit("city", "/statistics", screen).page
    expect(page.locator("tr[data-group] a.doubt")).to_have_count(1)
    window.looks_well()
    page.locator(".contest form [name=reason]").fill("已逐件核对")
    page.click("button[value=upheld]")
    expect(page.locator(".contest .pill").first).to_have_text("维持原数")
    expect(page.locator("a.doubt")).to_have_count(0)
    assert [NumberContest.from_bytes(one.value).kind for one in sent] == [ContestKind.RAISED, ContestKind.UPHELD]


@SCREENS
def test_a_dead_letter_goes_back_and_leaves_an_audit_record(
    visit: Visit, sent: list[Message], screen: dict[str, int]
) -> None:
    window = visit("east", "/dead-letters", screen)
    page = window.page
    expect(page.locator("#counts tbody tr")).to_have_count(2)
    window.looks_well()
    page.click(".letter button")
    expect(page.locator("[role=status]")).to_contain_text("将送回原处理环节")
    assert [(one.topic, ReplayRequest.from_bytes(one.value).letter_id) for one in sent] == [(Topic.REPLAYS, "L1")]
    audit = visit("auditor", "/", screen)
    expect(audit.page.locator("tbody tr").first).to_contain_text("重新处理退回记录")
    expect(audit.page.locator("tbody tr").first).to_contain_text("L1")
