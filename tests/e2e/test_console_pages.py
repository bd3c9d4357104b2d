"""The console's pages in a real browser, for each role, at a desk and on a phone."""

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, expect

from consumers.api.application import create_application
from consumers.api.backend import Backend
from consumers.api.sessions import Sessions
from consumers.bulk import ElasticsearchSink, Item
from consumers.elastic import connect
from consumers.message import Message
from consumers.rights.scope import of_receipt
from consumers.search.days import today
from consumers.search.documents import document_bytes
from consumers.search.index import alias_of
from consumers.search.reader import IndexReader
from deploy.servers.addresses import Servers
from schemas.events import Alert, Case, Decision, Judgement
from schemas.search_events import SearchHit
from schemas.settings import Settings
from schemas.terms import AlertRule, CaseStatus, ClockKind, DecisionKind, Opinion
from tests.chromium import DESKTOP, PHONE, Window, chromium
from tests.consumers_running import eventually
from tests.fakes_consumers import case, clock, petition
from tests.officials import ACCUSING, LABOUR, OFFICIALS, backend, filled
from tests.servers_fixture import fresh_instance

MANY = 25
SENT: list[Message] = []
"""What the pages of this module sent to Kafka."""
IDENTITY = {"name": "某人", "id_number": "1", "phone": "2", "residence": "3"}
SCREENS = pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
Open = Callable[..., Window]


def lamp(number: int) -> Case:
    """One of many alike; every fifth is overdue, as many are due tomorrow, and some are closed."""
    due = today() + timedelta(days={0: -number - 1, 1: 1}.get(number % 5, 40))
    return case(
        petition(f"M-{number}", row=number, title=f"第{number}盏路灯不亮", body="路灯不亮，夜里看不见路。" * 4),
        clocks=(clock(ClockKind.CONCLUDE, due=due),),
        status=CaseStatus.CONCLUDED if number % 5 == 2 else CaseStatus.HANDLING,
        place=LABOUR.place,
        jurisdiction=LABOUR.jurisdiction,
        opened_at=datetime(2026, 3, 1, number % 24, tzinfo=UTC),
    )


@pytest.fixture(scope="module")
def console(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    settings = fresh_instance(servers, tmp_path_factory.mktemp("pages"))
    with connect(settings) as client, socket.create_server(("127.0.0.1", 0)) as listening:
        audit = filled(client, settings)
        _write(client, settings, [lamp(number) for number in range(MANY)])
        known = {(one.source, one.record_no): IDENTITY for one in LABOUR.petitions}
        made = backend(tmp_path_factory.mktemp("users"), client, settings, audit, identities=known, sent=SENT)
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        sessions = Sessions("key", time.time, is_https=False)
        here = replace(
            made,
            sessions=sessions,
            url=address,
            days_of=days_of,
            receipt_code=lambda county, number: "RIGHT",
            of_receipt=lambda county, number: IndexReader(client, alias_of(settings), of_receipt(county, number)),
        )
        with _served(here, listening):
            yield here


def days_of(_clock: Any) -> list[dict[str, Any]]:
    return [{"on": "2026-03-02", "number": 0, "why": "起算日不计入"}, {"on": "2026-03-03", "number": 1, "why": ""}]


def _write(client: Any, settings: Settings, cases: list[Case]) -> None:
    sink = ElasticsearchSink(client.transport, alias_of(settings), bulk_bytes=settings.bulk_bytes)
    assert sink.write([Item(one.case_id, one.version, document_bytes(one)) for one in cases]).done == len(cases)
    client.indices.refresh(index=alias_of(settings))


class _served:
    """The console on a socket, for as long as the block lasts."""

    def __init__(self, console: Backend, listening: socket.socket) -> None:
        self._server = uvicorn.Server(uvicorn.Config(create_application(console), log_config=None, access_log=False))
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [listening]})

    def __enter__(self) -> None:
        self._thread.start()
        eventually(lambda: self._server.started)

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = self._server.force_exit = True
        self._thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def visit(browser: Browser, console: Backend) -> Iterator[Open]:
    """A browser of its own in which a signed-in official has opened a page; nobody is signed in without a name."""
    contexts = []

    def opened(official: str, path: str, screen: dict[str, int] = DESKTOP, **options: Any) -> Window:
        context = browser.new_context(viewport=screen, locale="zh-CN", **options)
        contexts.append(context)
        if official:
            header = console.sessions.header(console.sessions.begin(official))
            value = header.partition("=")[2].partition(";")[0]
            context.add_cookies([{"name": console.sessions.cookie, "value": value, "url": console.url}])
        window = Window(context.new_page(), console.url)
        window.go(path)
        return window

    yield opened
    for context in contexts:
        context.close()


@SCREENS
def test_a_supervisor_finds_a_case_and_reads_why_it_is_so(visit: Open, screen: dict[str, int]) -> None:
    window = visit("east", "/search?q=工资", screen)
    page = window.page
    expect(page.locator(".hit h3")).to_have_text(["拖欠工资"])
    expect(page.locator(".hit mark").first).to_have_text("工资")
    window.looks_well()
    page.click(".hit h3 a")
    expect(page.locator("h1")).to_have_text("拖欠工资")
    expect(page.locator(".accountable")).to_contain_text("魏都区人力资源和社会保障局")
    expect(page.locator(".time-line .moment")).to_have_count(2)
    expect(page.locator("article.petition")).to_have_count(2)
    window.looks_well()
    page.go_back()
    expect(page.locator("#q")).to_have_value("工资")


@SCREENS
def test_facets_narrow_and_the_next_page_comes_in_place(visit: Open, screen: dict[str, int]) -> None:
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


def test_a_wrong_query_is_marked_and_an_empty_result_helps(visit: Open) -> None:
    window = visit("east", "/today")
    window.go("/search?q=路灯 plaec:41")
    expect(window.page.locator(".query .wrong")).to_have_text("plaec:41")
    assert [problem for problem in window.problems if "400" not in problem] == []
    window.problems.clear()
    window.go("/search?q=路灯 状态:依法终结")
    window.page.click(".empty a")
    expect(window.page.locator("#total")).to_contain_text(str(MANY))
    window.looks_well()


def test_a_number_leads_to_its_case(visit: Open) -> None:
    window = visit("east", f"/search?q={LABOUR.petitions[1].petition_id}")
    expect(window.page.locator("h1")).to_have_text("拖欠工资")
    window.go(f"/search?q={LABOUR.petitions[0].record_no}")
    expect(window.page.locator(".hit h3")).to_have_text(["拖欠工资"])
    window.go("/search?q=W-10000")
    expect(window.page.locator(".empty")).to_be_visible()


@SCREENS
def test_today_shows_a_handler_what_is_late_and_each_number_leads_to_its_cases(
    visit: Open, screen: dict[str, int]
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
def test_numbers_lead_to_their_cases_and_to_their_meaning(visit: Open, screen: dict[str, int]) -> None:
    window = visit("city", "/statistics?by=unit", screen)
    page = window.page
    expect(page.locator("[data-chart-of] canvas")).to_have_count(1)
    window.looks_well()
    page.locator("thead a").nth(2).click()
    assert page.url.endswith("#meaning-overdue")
    number = page.locator("tr[data-group] td a").first
    count = number.inner_text()
    number.click()
    expect(page.locator("#total")).to_contain_text(f" {count} ")


@SCREENS
def test_an_identity_is_shown_for_a_purpose_and_an_auditor_finds_the_look(
    visit: Open, screen: dict[str, int]
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
def test_the_accused_unit_finds_nothing_of_the_case_on_any_page(visit: Open, screen: dict[str, int]) -> None:
    window = visit("accused", "/search?q=乱收费", screen)
    expect(window.page.locator(".empty")).to_be_visible()
    window.looks_well()
    window.go(f"/cases/{ACCUSING.case_id}")
    expect(window.page.locator("h1")).to_have_text("未能完成")
    for path in ("/search", "/today", "/alerts", "/statistics"):
        window.go(path)
        assert ACCUSING.case_id not in window.page.content()


def test_an_administrator_sees_users_and_no_case(visit: Open) -> None:
    window = visit("root", "/")
    expect(window.page.locator("tbody tr")).to_have_count(len(OFFICIALS))
    assert window.page.locator("nav a").all_inner_texts() == ["用户"]
    window.looks_well()


@SCREENS
def test_an_alert_comes_while_one_looks(visit: Open, console: Backend, screen: dict[str, int]) -> None:
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
    window.looks_well()


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
def test_a_handler_accepts_a_case(visit: Open, screen: dict[str, int]) -> None:
    SENT.clear()
    window = visit("labour", f"/cases/{LABOUR.case_id}", screen)
    page = window.page
    page.click(".decide summary:has-text('受理') >> nth=0")
    form = page.locator(".decide[open]")
    form.locator("textarea").fill("属本单位职权")
    window.looks_well()
    form.locator("button").click()
    expect(page.locator("[role=status]")).to_contain_text("已记录")
    assert [(one.kind, one.reason) for one in map(_decision, SENT)] == [(DecisionKind.ACCEPT, "属本单位职权")]


def _decision(message: Message) -> Decision:
    return Decision.from_bytes(message.value)


@SCREENS
def test_a_supervisor_judges_what_the_rules_leave_open(visit: Open, screen: dict[str, int]) -> None:
    SENT.clear()
    window = visit("city", "/reviews", screen)
    page = window.page
    expect(page.locator(".question .side h3")).to_have_text(["道路塌陷", "拖欠工资"])
    window.looks_well()
    page.fill(".act [name=reason]", "地点不同")
    page.click("button[value=not_same]")
    expect(page.locator("[role=status]")).to_contain_text("已记录")
    expect(page.locator(".question")).to_have_count(0)
    assert {Judgement.from_bytes(one.value).opinion for one in SENT} == {Opinion.NOT_SAME}


@SCREENS
def test_a_search_is_kept_and_tells_what_came_since(visit: Open, console: Backend, screen: dict[str, int]) -> None:
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


def test_periods_are_told_day_by_day(visit: Open) -> None:
    window = visit("east", f"/cases/{lamp(0).case_id}/clocks")
    expect(window.page.locator(".days li")).to_have_text([re.compile("起算日不计入"), re.compile("第 1 日")])
    window.looks_well()


def test_the_keyboard_goes_everywhere(visit: Open) -> None:
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


@SCREENS
def test_everything_is_there_in_english_and_in_the_dark(visit: Open, screen: dict[str, int]) -> None:
    window = visit("east", "/today", screen, color_scheme="dark")
    window.looks_well()
    window.page.click(".tools > a")
    expect(window.page.locator("h1")).to_have_text("What needs you today")
    for path in ("/search?q=路灯", f"/cases/{LABOUR.case_id}", "/alerts", "/statistics", "/audit"):
        window.go(path)
        window.looks_well()


@SCREENS
def test_one_signs_in_and_is_led_to_what_was_wanted(visit: Open, console: Backend, screen: dict[str, int]) -> None:
    password = console.users.put(next(user for user in OFFICIALS if user.name == "west"))
    window = visit("", "/search?q=路", screen)
    window.looks_well()
    window.sign_in("west", password + "x")
    expect(window.page.locator(".narrow [role=alert]")).to_contain_text("不正确")
    window.sign_in("west", password)
    expect(window.page.locator("#q")).to_have_value("路")


@SCREENS
def test_a_petitioner_needs_what_stands_on_the_receipt(visit: Open, screen: dict[str, int]) -> None:
    window = visit("", "/my-petition", screen)
    window.looks_well()
    for name, value in {"county": "411002", "number": "E-1", "code": "WRONG"}.items():
        window.page.fill(f"#{name}", value)
    window.page.click("main button.strong")
    expect(window.page.locator(".narrow [role=alert]")).to_contain_text("不正确")
    window.problems.clear()  # a browser calls the answer 404 an error
    window.page.fill("#code", "RIGHT")
    window.page.click("main button.strong")
    expect(window.page.locator(".facts")).to_contain_text("魏都区人力资源和社会保障局")
    window.looks_well()


def test_without_scripts_one_pages_and_signs_out(visit: Open) -> None:
    page = visit("east", "/search?q=路灯", java_script_enabled=False).page
    page.click(".more a")
    expect(page.locator(".hit")).to_have_count(MANY - 20)
    page.click(".menu summary")
    page.click(".menu button")
    expect(page.locator("#password")).to_be_visible()


def test_who_is_no_longer_signed_in_is_asked_to_also_by_a_script(visit: Open) -> None:
    page = visit("east", "/search?q=路灯").page
    page.context.clear_cookies()
    page.click(".more a")
    expect(page.locator("#password")).to_be_visible()


def test_paper_shows_the_case_and_not_the_controls(visit: Open) -> None:
    page = visit("east", f"/cases/{LABOUR.case_id}").page
    page.emulate_media(media="print")
    expect(page.locator(".text").first).to_be_visible()
    for control in (".top", ".identity", ".print-button"):
        expect(page.locator(control).first).to_be_hidden()
