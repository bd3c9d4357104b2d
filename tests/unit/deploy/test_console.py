"""What the console is given of the register."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from consumers.rights.viewer import units_above
from deploy import console
from deploy.console import carried_on, moved, names, of_today, superior_units
from deploy.operators_report import name_of
from deploy.register_positions import Position
from processors.rules.register import Register
from producers.keyring import Keyring
from schemas.office_time import office_day
from schemas.settings import Settings
from tests.fakes_producers import KEYRING
from tests.small_register import (
    CITY,
    GONE_COUNTY,
    HEYANG,
    HUANGLING,
    LINQUAN,
    PINGSHAN,
    PROVINCE,
    small_register,
    unit,
)

EVE, DAY = datetime(2019, 12, 31, 15, 59, tzinfo=UTC), datetime(2019, 12, 31, 16, 1, tzinfo=UTC)
"""A minute before and after midnight in China."""
CHANGE = date(2020, 1, 1)


def test_codes_have_the_names_of_the_register_and_of_the_lexicon() -> None:
    register = small_register()
    found = names(register, CHANGE)
    assert superior_units(register, CHANGE).keys() <= found.keys()
    assert found["land"] == "土地征收、宅基地"
    assert not any(len(code) > 6 for code in found if code.isdigit())


def test_a_complaint_about_a_unit_that_is_gone_is_one_about_the_unit_that_carries_on_its_powers() -> None:
    """The housing bureau of Pingshan became part of natural resources."""
    register = small_register()
    superiors, heirs = superior_units(register, CHANGE), carried_on(register)
    gone, heir = f"{PINGSHAN}-housing", f"{PINGSHAN}-natural_resources"
    assert gone in units_above(heir, superiors, heirs)
    assert gone not in units_above(f"{PINGSHAN}-transport", superiors, heirs)
    assert units_above(heir, superiors, heirs) - {gone} == units_above(heir, superiors)


def test_what_was_taken_over_is_followed_back_and_through_those_above() -> None:
    superiors = {"bureau": "county", "county": "", "older": "", "oldest": ""}
    heirs = {"county": frozenset({"older"}), "older": frozenset({"oldest"}), "oldest": frozenset({"county"})}
    assert units_above("bureau", superiors, heirs) == {"county", "older", "oldest"}


def test_only_divisions_that_lie_elsewhere_than_their_digits_say_are_told() -> None:
    register = small_register()
    assert moved(register, date(2023, 6, 30)) == {}
    assert moved(register, date(2024, 1, 1)) == {HUANGLING: (PROVINCE, CITY, LINQUAN, HUANGLING)}


class Served:
    """What the console was given, and in which order it came to it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, register: Register) -> None:
        self.order: list[str] = []
        self.provided: Any = None

        class Watch:
            def __init__(watch, settings: Settings) -> None:
                self.order.append("watch")

            def start(watch) -> None:
                self.order.append("start")

        def adopted(settings: Settings) -> tuple[()]:
            self.order.append("read")
            return ()

        def run(settings: Settings, provided: Any, announce: object) -> None:
            self.provided = provided

        def keyring_of(settings: Settings, **_: object) -> Keyring:
            return KEYRING

        for name, made in {"RegisterWatch": Watch, "adopted": adopted, "run": run, "keyring_of": keyring_of}.items():
            monkeypatch.setattr(console, name, made)
        monkeypatch.setattr(console, "load_register", lambda folder, changes: register)
        places = {code: Position((110.0 + n, 30.0 + n), 1) for n, code in enumerate((HEYANG, LINQUAN, GONE_COUNTY))}
        monkeypatch.setattr(console, "read_positions", lambda folder: places)
        monkeypatch.setattr(console, "configure_logs", lambda level: None)
        console.serve(Settings(home=folder))


def test_a_change_that_is_published_while_the_register_is_read_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Served(tmp_path, monkeypatch, small_register()).order == ["watch", "read", "start"]


class Clock(datetime):
    """A clock that a test sets."""

    at = EVE

    @classmethod
    def now(cls, tz: object = None) -> datetime:
        return cls.at


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> type[Clock]:
    """The console's clock, on the eve of the change."""
    Clock.at = EVE
    monkeypatch.setattr(console, "datetime", Clock)
    return Clock


def test_units_and_places_are_those_of_the_day_without_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: type[Clock]
) -> None:
    provided = Served(tmp_path, monkeypatch, changing()).provided
    assert (set(provided.offices()), GONE_COUNTY in provided.tiles(CITY)) == ({"old", "led"}, True)
    clock.at = DAY
    assert (set(provided.offices()), GONE_COUNTY in provided.tiles(CITY)) == ({"new", "led"}, False)


def test_a_unit_is_under_the_one_above_it_on_the_day_and_has_the_name_of_the_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: type[Clock]
) -> None:
    """A register may hold tomorrow's rows; a unit that is gone keeps its last ones, one to come is not known yet."""
    provided = Served(tmp_path, monkeypatch, changing()).provided
    told = [(provided.superiors(), named(provided.names()))]
    clock.at = DAY
    told.append((provided.superiors(), named(provided.names())))
    government = f"{CITY}-government"
    assert told == [
        ({"old": government, "led": "old"}, {"old": "旧局", "led": "旧称", HEYANG: "旧县"}),
        ({"old": government, "new": government, "led": "new"}, NAMED_SINCE),
    ]


NAMED_SINCE = {"old": "旧局", "new": "新局", "led": "新称", HEYANG: "新县"}


def named(known: Mapping[str, str]) -> dict[str, str]:
    """The names of what changes."""
    return {code: known[code] for code in NAMED_SINCE if code in known}


@pytest.mark.parametrize(("on", "name"), [(EVE, "旧县"), (DAY, "新县")])
def test_a_report_has_the_name_of_its_place_on_the_day(on: datetime, name: str) -> None:
    assert name_of(changing(), HEYANG, office_day(on)) == name


def test_what_is_of_a_day_is_made_once_a_day() -> None:
    made: list[date] = []
    now = [EVE, EVE, DAY, DAY]
    today = of_today(lambda day: made.append(day) or day, now=lambda: now.pop(0))
    assert [today() for _ in range(4)] == [EVE.date(), EVE.date(), CHANGE, CHANGE]
    assert made == [EVE.date(), CHANGE]


def changing() -> Register:
    """A register in which, on the day on which a county ends, one unit takes the place of another and leads a third;
    that one and a county have other names from then on.
    """
    old, new = unit(f"{CITY}-old", "旧局", valid_to=CHANGE), unit(f"{CITY}-new", "新局")
    before = replace(old, code="led", name="旧称", superior="old")
    after = replace(before, name="新称", superior="new", valid_from=CHANGE, valid_to=new.valid_to)
    units = (after, before, replace(new, code="new", valid_from=CHANGE), replace(old, code="old"))
    small = small_register()
    county = next(one for one in small.divisions if one.code == HEYANG)
    renamed = replace(county, name="旧县", valid_to=CHANGE), replace(county, name="新县", valid_from=CHANGE)
    return replace(small, units=units, divisions=(*(one for one in small.divisions if one is not county), *renamed))
