"""What supervisors say to alerts: kept, shown, and nobody else's to say. Fresh ones are seen as their case is."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from consumers.api.alert_log import AlertLog, Entry
from consumers.api.alert_views import latest_alerts, visible_entries
from consumers.api.backend import Backend
from consumers.api.older_alerts import AlertsUnavailable
from consumers.message import Message
from consumers.rights.scope import sees_case
from schemas.alert_events import AlertAction
from schemas.divisions import place_path
from schemas.events import Alert, Case
from schemas.office_time import office_day
from schemas.settings import Settings
from schemas.terms import AlertRule, CaseStatus
from schemas.topics import Topic
from tests.fakes_consumers import clock
from tests.officials import CASES, LABOUR, OFFICIALS, VISIBLE, Audit, Visible, backend, browser, without_index

API = "/api/v1"


def about(case: Case, at: Any, **changed: Any) -> Alert:
    unit = case.jurisdiction
    return Alert(
        alert_id="A1",
        rule=AlertRule.OVERDUE,
        subject=case.case_id,
        raised_at=at,
        unit=unit.accountable_unit,
        division=unit.unit_division,
        territories=tuple({*place_path(case.place.code), *place_path(unit.unit_division)}),
        accused_units=tuple({unit.accused_unit} - {""}),
        message="超期",
    ).with_changes(**changed)


@pytest.fixture
def console(tmp_path: Path, sent: list[Message]) -> Backend:
    made = without_index(backend(tmp_path, None, Settings(), Audit(), sent=sent))
    made.alerts.add([(1, about(LABOUR, made.sessions.now - timedelta(days=1)))])
    return made


def until(console: Backend, days: int) -> dict[str, str]:
    return {"until": office_day(console.sessions.now + timedelta(days=days)).isoformat()}


@pytest.mark.parametrize("official", [user.name for user in OFFICIALS])
@pytest.mark.parametrize("name", ["labour", "roads", "accusing", "unplaced"])
def test_a_fresh_alert_is_seen_by_exactly_those_who_see_its_case(console: Backend, official: str, name: str) -> None:
    user = console.users.get(official)
    assert user is not None
    viewer = console.viewer(user)
    assert viewer is not None
    alert = about(CASES[name], console.sessions.now)
    assert sees_case(viewer, alert) is (name in VISIBLE[official])
    nothing_indexed: Any = type("Away", (), {"search": lambda self, body: {"hits": {"hits": []}}})()
    seen = visible_entries(viewer, nothing_indexed, [(1, alert)], console.sessions.now)
    assert bool(seen) is (name in VISIBLE[official])
    assert visible_entries(viewer, nothing_indexed, [(1, alert)], console.sessions.now + timedelta(hours=1)) == []


def test_an_alert_that_comes_while_the_page_is_made_is_told_after_it(
    console: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slowly(*asked: Any) -> Any:
        found = latest_alerts(*asked)
        console.alerts.add([(2, about(LABOUR, console.sessions.now).with_changes(alert_id="A2"))])
        return found

    monkeypatch.setattr("consumers.console.alerts.latest_alerts", slowly)
    page = browser(console, "east").get("/alerts").text
    assert ('data-alert="A1"' in page, 'data-alert="A2"' in page, 'data-newest="1"' in page) == (True, False, True)


def test_an_alert_that_was_acknowledged_says_by_whom(console: Backend, sent: list[Message]) -> None:
    client = browser(console, "east")
    assert client.post(f"{API}/alerts/A1/acknowledge").status_code == 202
    action = AlertAction.from_bytes(sent[0].value)
    assert (sent[0].topic, action.alert_id, action.by) == (Topic.ALERT_ACTIONS, "A1", "411002-petition east")
    (shown,) = client.get(f"{API}/alerts").json()["alerts"]
    assert (shown["state"], shown["said_by"]) == ("acknowledged", "411002-petition east")
    client.post(f"{API}/alerts/A1/snooze", json=until(console, 5))
    assert client.get(f"{API}/alerts").json()["alerts"][0]["state"] == "acknowledged"


def test_an_alert_may_be_put_off_until_a_day(console: Backend) -> None:
    client = browser(console, "city")
    assert client.post(f"{API}/alerts/A1/snooze", json=until(console, 5)).status_code == 202
    (shown,) = client.get(f"{API}/alerts").json()["alerts"]
    assert (shown["state"], shown["until"]) == ("snoozed", until(console, 5)["until"])


@pytest.mark.parametrize(
    ("official", "action", "days", "status"),
    [
        ("labour", "acknowledge", None, 403),  # the unit that the alert is about
        ("west", "acknowledge", None, 404),
        ("east", "snooze", -1, 422),
        ("east", "snooze", 60, 422),
        ("auditor", "acknowledge", None, 403),
    ],
)
def test_who_may_not_and_what_is_too_long_is_refused(
    console: Backend, sent: list[Message], official: str, action: str, days: int | None, status: int
) -> None:
    body = None if days is None else until(console, days)
    assert browser(console, official).post(f"{API}/alerts/A1/{action}", json=body).status_code == status
    assert sent == []


@pytest.mark.parametrize("action", ["acknowledge", "snooze"])
@pytest.mark.parametrize(
    "own",
    [
        {"unit": "411002-petition"},
        {"owed_by": "411002-petition"},
        {"unit": "411002-petition", "rule": AlertRule.ESCALATED, "about": "A1"},
    ],
)
def test_the_supervisors_of_a_unit_have_no_word_about_alerts_about_it(
    console: Backend, sent: list[Message], action: str, own: dict[str, Any]
) -> None:
    console.alerts.add([(2, about(LABOUR, console.sessions.now, alert_id="A2", **own))])
    east, city = browser(console, "east"), browser(console, "city")
    body = until(console, 5) if action == "snooze" else None
    assert east.post(f"{API}/alerts/A2/{action}", json=body).status_code == 403
    assert sent == []
    assert [one["is_own"] for one in east.get(f"{API}/alerts").json()["alerts"]] == [True, False]
    assert city.get(f"{API}/alerts").json()["alerts"][0]["is_own"] is False
    acts = f"/alerts/A2/{action}"
    assert (acts in east.get("/alerts").text, acts in city.get("/alerts").text) == (False, True)
    assert city.post(f"{API}/alerts/A2/{action}", json=body).status_code == 202


def test_an_alert_that_went_up_is_answered_by_the_level_above(console: Backend) -> None:
    raised = about(LABOUR, console.sessions.now, alert_id="A2", rule=AlertRule.ESCALATED, about="A1", division="4110")
    console.alerts.add([(2, raised)])
    assert browser(console, "east").post(f"{API}/alerts/A2/acknowledge").status_code == 403
    assert browser(console, "city").post(f"{API}/alerts/A2/acknowledge").status_code == 202


def test_the_digest_of_a_day_counts_what_the_viewer_may_see(console: Backend) -> None:
    on = office_day(console.sessions.now - timedelta(days=1))
    told = browser(console, "east").get(f"{API}/alerts/digest", params={"on": str(on)}).json()
    assert told["rules"] == [
        {"rule": "overdue", "label": "超期未办", "count": 1, "open": 1, "subjects": [LABOUR.case_id]}
    ]
    assert browser(console, "west").get(f"{API}/alerts/digest", params={"on": str(on)}).json()["rules"] == []


LATER = 5_001
"""More than the latest alerts of which the list is made."""


def test_the_digest_of_a_day_has_its_alerts_however_many_came_later(console: Backend) -> None:
    now = console.sessions.now
    console.alerts.add((2 + one, about(LABOUR, now, alert_id=f"B{one}")) for one in range(LATER))
    client, on = browser(console, "east"), office_day(now - timedelta(days=1))
    (told,) = client.get(f"{API}/alerts/digest", params={"on": str(on)}).json()["rules"]
    assert (told["count"], told["subjects"]) == (1, [LABOUR.case_id])
    (told,) = client.get(f"{API}/alerts/digest").json()["rules"]
    assert (told["count"], told["open"], len(told["subjects"])) == (LATER, LATER, 100)


@pytest.mark.parametrize(("days", "is_asked"), [(0, False), (1, True), (2, True)])
def test_a_day_of_which_alerts_may_no_longer_be_in_memory_is_read_where_all_are_kept(
    console: Backend, days: int, is_asked: bool
) -> None:
    """Two are kept: the second of yesterday, and that of today."""
    now, asked = console.sessions.now, list[date]()
    ages = {"A1": 1, "A2": 1, "A3": 0}
    alerts = {name: about(LABOUR, now - timedelta(days=age), alert_id=name) for name, age in ages.items()}
    log = AlertLog(most_kept=2)
    log.add(enumerate(alerts.values()))

    def kept(on: date) -> Iterator[Entry]:
        asked.append(on)
        return (one for one in enumerate(alerts.values()) if office_day(one[1].raised_at) == on)

    on = office_day(now - timedelta(days=days))
    client = browser(replace(console, alerts=log, older_alerts=kept), "east")
    told = client.get(f"{API}/alerts/digest", params={"on": str(on)}).json()["rules"]
    assert [one["count"] for one in told] == {0: [1], 1: [2], 2: []}[days]
    assert asked == ([on] if is_asked else [])


def test_where_the_alerts_of_a_day_cannot_be_read_no_digest_says_that_there_were_none(console: Backend) -> None:
    def away(on: date) -> Iterator[Entry]:
        raise AlertsUnavailable
        yield

    log = AlertLog(most_kept=1)
    log.add((number, about(LABOUR, console.sessions.now, alert_id=f"A{number}")) for number in range(2))
    answer = browser(replace(console, alerts=log, older_alerts=away), "east").get(f"{API}/alerts/digest")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "unavailable")


@pytest.mark.parametrize(
    ("rule", "changed", "next_due", "state"),
    [
        (AlertRule.OVERDUE, {}, -1, "open"),
        (AlertRule.OVERDUE, {}, -3, "open"),  # another period ended earlier: nobody can tell from the index
        (AlertRule.OVERDUE, {}, 5, "ended"),
        (AlertRule.OVERDUE, {}, None, "ended"),
        (AlertRule.OVERDUE, {"status": CaseStatus.CONCLUDED}, -1, "ended"),
        (AlertRule.NEAR_DUE, {}, 5, "ended"),
        (AlertRule.REFUSED_AGAIN, {}, 5, "open"),
        (AlertRule.REFUSED_AGAIN, {"status": CaseStatus.CONCLUDED}, None, "ended"),
    ],
)
def test_an_alert_ends_when_the_unit_has_done_its_work(
    console: Backend, rule: AlertRule, changed: dict[str, Any], next_due: int | None, state: str
) -> None:
    today = office_day(console.sessions.now)
    clocks = () if next_due is None else (clock(due=today + timedelta(days=next_due)),)
    standing = LABOUR.with_changes(clocks=clocks, **changed)
    due_on = None if rule is AlertRule.REFUSED_AGAIN else today - timedelta(days=1)
    console.alerts.add([(2, about(LABOUR, console.sessions.now, alert_id="A2", rule=rule, due_on=due_on))])
    client = browser(replace(console, cases=lambda viewer: Visible(standing)), "east")
    assert client.get(f"{API}/alerts").json()["alerts"][0]["state"] == state
    (digest,) = client.get(f"{API}/alerts/digest").json()["rules"]
    assert digest["open"] == (state == "open")
    assert ("/alerts/A2/acknowledge" in client.get("/alerts").text) is (state == "open")
    client.post(f"{API}/alerts/A2/acknowledge")
    assert client.get(f"{API}/alerts").json()["alerts"][0]["state"] == "acknowledged"


def test_without_kafka_nothing_is_said_to_be_kept(tmp_path: Path) -> None:
    away = without_index(backend(tmp_path, None, Settings(), Audit()))
    away.alerts.add([(1, about(LABOUR, away.sessions.now))])
    assert browser(replace(away), "east").post(f"{API}/alerts/A1/acknowledge").status_code == 503
