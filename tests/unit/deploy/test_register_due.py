"""Open cases go with a change of the register on its day: with a note, once, and whatever else happens to them."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from deploy.register_due import concerned, redetermination
from processors.effects import Effects
from processors.register_files import load_register, load_template, shipped_folder
from processors.rulebook import Rulebook
from processors.rules.register_change import with_changes
from processors.rules.repeat import link
from processors.stages import Books, CaseStep, DecisionStep, RegisterBehind
from processors.tables import MemoryTable
from schemas.events import Case, Decision, LinkedBatch
from schemas.keys import digest
from schemas.register_events import RegisterChange
from schemas.terms import DecisionKind, Ground
from tests.petitions import petition

SAMPLE = Path(__file__).parents[2] / "samples" / "register"
RECEIVED = datetime(2025, 3, 3, 1, tzinfo=UTC)
MERGED = {"ended_units": [{"code": "410185-transport", "successors": ["410185-housing"]}]}
RENAMED = {
    "ended_divisions": [{"code": "410185103", "successors": ["410185005"]}],
    "begun_divisions": [{"code": "410185005", "name": "告成街道", "level": "township", "parent": "410185"}],
}
MOVED = {
    "ended_divisions": [{"code": "410185103", "successors": ["410185103"]}],
    "begun_divisions": [{"code": "410185103", "name": "告成镇", "level": "township", "parent": "410184"}],
}
UNDER_A_NEW_NAME = {
    "ended_divisions": [{"code": "410185103", "successors": ["410185103"]}],
    "begun_divisions": [{"code": "410185103", "name": "嵩阳新镇", "level": "township", "parent": "410185"}],
}
SPLIT = {
    "ended_divisions": [{"code": "410185103", "successors": ["410185005", "410185006"]}],
    "begun_divisions": [
        {"code": "410185005", "name": "告成街道", "level": "township", "parent": "410185"},
        {"code": "410185006", "name": "阳城街道", "level": "township", "parent": "410185"},
    ],
}
ORIGIN = "petitions.decisions:0:1"


def change(part: dict[str, Any]) -> RegisterChange:
    fields = {"change_id": "7", "effective_on": date(2025, 7, 1), "by": "省民政厅", "basis": "批复"}
    return RegisterChange.model_validate({**fields, "adopted_at": RECEIVED, **part})


@cache
def before() -> Rulebook:
    return Rulebook(load_register(SAMPLE, shipped_folder()))


class Desk:
    """The case desk of one partition with the register as it is after a change."""

    def __init__(self, part: dict[str, Any], effective_on: date = date(2025, 7, 1)) -> None:
        self.change = change({**part, "effective_on": effective_on})
        self.rulebook = Rulebook(with_changes(before().register, load_template(), [self.change]))
        self.table = MemoryTable()
        self.effects = Effects("petitions", 1, 10, RECEIVED)
        books = Books(self.rulebook, 1)
        self.cases, self.decisions = CaseStep(self.rulebook, books), DecisionStep(self.rulebook, books)

    def receive(self, text: str, number: str = "1", day: int = 0) -> None:
        made = petition(record_no=number, body=text, title="", source="410185", day=day, petitioner_ref="R" + number)
        linked = link(made, self.rulebook.read([made])[0], ()).petition
        batch = LinkedBatch(petitions=(linked,)).to_bytes()
        self.cases.handle(batch, "petitions.linked:0:1", self.table, self.effects)
        self.cases.finish(self.table)

    def decide(self, decision: Decision) -> None:
        self.decisions.handle(decision.to_bytes(), ORIGIN, self.table, self.effects)
        self.decisions.finish(self.table)

    def live(self) -> list[Case]:
        return [Case.from_bytes(v) for k, v in self.table.items() if k.startswith(b"C")]

    @property
    def case(self) -> Case:
        [found] = self.live()
        return found

    def redetermine(self) -> int:
        found = list(concerned(self.live(), before().register, self.rulebook.register, self.change))
        for row in found:
            self.decide(redetermination(row.case, self.change))
        return len(found)


def decided(case: Case, kind: DecisionKind, unit: str, at: datetime) -> Decision:
    decision_id = "D" + digest("test", kind.value, unit)
    about = {"case_id": case.case_id, "home": case.home, "by": "市信访局", "reason": "裁定"}
    return Decision(decision_id=decision_id, kind=kind, at=at, unit=unit, **about)


ROAD = "登封市告成镇通村公路路面坑洼不平，道路破损多年。"


def test_an_open_case_goes_to_the_successor_on_the_day_with_a_note() -> None:
    desk = Desk(MERGED)
    desk.receive(ROAD)
    assert desk.case.jurisdiction.accountable_unit == "410185-transport"
    assert desk.redetermine() == 1
    case = desk.case
    assert (case.jurisdiction.accountable_unit, case.jurisdiction.ground) == ("410185-housing", Ground.SUCCESSOR)
    assert [tenure.unit for tenure in case.tenures] == ["410185-transport", "410185-housing"]
    assert "批复，自2025-07-01起" in case.notes[-1].text


def test_a_case_that_came_before_the_change_of_its_day_was_known_goes_with_it() -> None:
    desk = Desk(MERGED, effective_on=date(2025, 3, 1))
    desk.cases = CaseStep(before(), Books(before(), 1))
    desk.receive(ROAD)
    assert desk.case.jurisdiction.accountable_unit == "410185-transport"
    assert desk.redetermine() == 1
    assert (desk.case.jurisdiction.accountable_unit, desk.redetermine()) == ("410185-housing", 0)
    assert desk.case.tenures[-1].since == desk.case.opened_at


def test_a_case_that_was_determined_by_the_change_is_left_alone() -> None:
    desk = Desk(MERGED, effective_on=date(2025, 3, 1))
    desk.receive(ROAD)
    assert (desk.case.jurisdiction.accountable_unit, desk.redetermine()) == ("410185-housing", 0)


def test_a_place_that_was_renamed_takes_its_cases_with_it() -> None:
    desk = Desk(RENAMED)
    desk.receive("登封市告成镇有人在宅基地上超占建房。")
    assert desk.case.jurisdiction.accountable_unit == "410185103-government"
    desk.redetermine()
    assert desk.case.jurisdiction.accountable_unit == "410185005-government"


@pytest.mark.parametrize(
    ("part", "name"),
    [(UNDER_A_NEW_NAME, "嵩阳新镇"), (RENAMED, "告成街道（原告成镇）"), (SPLIT, "告成镇")],
)
def test_the_place_of_a_case_that_is_determined_again_has_the_name_of_that_day(
    part: dict[str, Any], name: str
) -> None:
    desk = Desk(part)
    desk.receive("登封市告成镇有人在宅基地上超占建房。")
    assert (desk.case.place.name, desk.redetermine()) == ("河南省郑州市登封市告成镇", 1)
    case = desk.case
    assert (case.place.code, case.place.name) == ("410185103", f"河南省郑州市登封市{name}")
    told_place = case.jurisdiction.evidence[0]
    name_alone = case.place.name.partition("（")[0]
    assert (f"地点：{name_alone}（" in told_place) is (part is not SPLIT), "several carry on for a split one"
    assert case.petitions[0].place.name == "河南省郑州市登封市告成镇", "the letter was read on its own day"


def test_a_case_that_is_not_determined_again_keeps_the_name_of_its_day() -> None:
    desk = Desk(UNDER_A_NEW_NAME)
    desk.receive("登封市告成镇小学班主任体罚学生。")
    assert desk.redetermine() == 0
    desk.receive("登封市告成镇小学班主任体罚学生。", number="2", day=200)
    assert {case.place.name for case in desk.live() if case.petitions[0].record_no == "1"} == {
        "河南省郑州市登封市告成镇"
    }


def test_a_place_that_goes_to_another_county_takes_its_cases_with_it_though_its_unit_stays() -> None:
    desk = Desk(MOVED)
    desk.receive("登封市告成镇有人在宅基地上超占建房。")
    unit = desk.case.jurisdiction.accountable_unit
    assert (unit, desk.case.place_divisions[2]) == ("410185103-government", "410185")
    assert desk.redetermine() == 1
    case = desk.case
    assert (case.jurisdiction.accountable_unit, case.tenures) == (unit, ())
    assert case.place_path == case.unit_path == ("41", "4101", "410184", "410185103")


def test_it_happens_once_and_a_later_petition_does_not_undo_it() -> None:
    desk = Desk(MERGED)
    desk.receive(ROAD)
    desk.redetermine()
    once = desk.case
    assert desk.redetermine() == 0
    desk.decide(redetermination(once, desk.change))
    assert desk.case == once
    desk.receive(ROAD + "学生上学困难。", number="2", day=1)
    desk.receive(ROAD, number="1", day=-3)
    assert {case.jurisdiction.accountable_unit for case in desk.live() if case.petitions[0].record_no == "1"} == {
        "410185-housing"
    }


def test_a_case_that_the_change_does_not_touch_is_left_alone() -> None:
    desk = Desk(MERGED)
    desk.receive("登封市告成镇小学班主任体罚学生。")
    assert desk.redetermine() == 0


@pytest.mark.parametrize(("unit", "held"), [("410185-water", "410185-water"), ("410185-transport", "410185-housing")])
def test_what_people_decided_stays_while_that_unit_exists(unit: str, held: str) -> None:
    desk = Desk(MERGED)
    desk.receive(ROAD)
    at = RECEIVED + timedelta(days=5)
    desk.decide(decided(desk.case, DecisionKind.REASSIGN, unit, at))
    desk.redetermine()
    assert desk.case.jurisdiction.accountable_unit == held


def test_a_decision_of_people_after_the_day_wins() -> None:
    desk = Desk(MERGED)
    desk.receive(ROAD)
    desk.decide(decided(desk.case, DecisionKind.REASSIGN, "410185-water", datetime(2025, 7, 9, tzinfo=UTC)))
    desk.redetermine()
    assert desk.case.jurisdiction.accountable_unit == "410185-water"


def test_a_worker_that_does_not_know_the_change_does_not_decide() -> None:
    desk = Desk(MERGED)
    desk.receive(ROAD)
    late = DecisionStep(before(), Books(before(), 1))
    with pytest.raises(RegisterBehind):
        late.handle(redetermination(desk.case, desk.change).to_bytes(), ORIGIN, desk.table, desk.effects)
