"""Several departments in one letter: one is accountable, the others assist. Invented places and matters."""

import pytest

from processors.rules.handover import handed_over
from processors.rules.tenure import Moved
from schemas.life import JurisdictionDecision
from schemas.terms import Ground
from tests.determined import DAY, REGISTER, decide
from tests.small_register import HEYANG, LIULIN, PINGSHAN, QINGCHUAN, SHIQIAO


def helpers(decision: JurisdictionDecision) -> list[str]:
    return [unit.unit for unit in decision.assisting]


@pytest.mark.parametrize(
    ("code", "category", "also", "unit", "assisting"),
    [
        (SHIQIAO, "traffic", ("environment",), f"{HEYANG}-transport", [f"{HEYANG}-environment"]),
        (
            SHIQIAO,
            "land",
            ("education", "water"),
            f"{SHIQIAO}-government",
            [f"{HEYANG}-education", f"{HEYANG}-water"],
        ),
        (
            SHIQIAO,
            "",
            ("education", "traffic"),
            f"{SHIQIAO}-government",
            [f"{HEYANG}-education", f"{HEYANG}-transport"],
        ),
        (SHIQIAO, "traffic", ("land",), f"{HEYANG}-transport", [f"{SHIQIAO}-government"]),
        (PINGSHAN, "land", ("housing",), f"{PINGSHAN}-natural_resources", []),
    ],
)
def test_who_is_in_charge_of_what_else_the_letter_is_about_assists(
    code: str, category: str, also: tuple[str, ...], unit: str, assisting: list[str]
) -> None:
    decision = decide(code, category, also=also)
    assert decision.accountable_unit == unit
    assert helpers(decision) == assisting
    for one in decision.assisting:
        named = REGISTER.unit(one.unit, DAY)
        assert named is not None
        assert named.name == one.unit_name
        assert one.article == "24"
        assert one.unit_name in one.reason
        assert one.unit_name in one.reason_en


def test_the_accountable_unit_is_the_same_whatever_else_the_letter_is_about() -> None:
    alone, more = decide(SHIQIAO, "traffic"), decide(SHIQIAO, "traffic", also=("environment", "land"))
    assert more.with_changes(assisting=()) == alone


@pytest.mark.parametrize("also", [("litigation",), ("discipline",), ("water",)])
def test_a_procedure_of_its_own_and_the_superior_assist_nobody(also: tuple[str, ...]) -> None:
    """青川县 has no water department: its government, which is above all of them, would be in charge."""
    assert helpers(decide(QINGCHUAN, "traffic", source=QINGCHUAN, also=also)) == []


@pytest.mark.parametrize(
    ("category", "text", "others"),
    [
        ("litigation", "不服一审判决", ()),
        ("land", "我镇政府长期不作为，宅基地纠纷无人处理", ()),
        ("land", "", (LIULIN,)),
    ],
)
def test_where_a_superior_or_a_procedure_takes_over_nobody_assists_yet(
    category: str, text: str, others: tuple[str, ...]
) -> None:
    decision = decide(SHIQIAO, category, text, also=("environment", "traffic"), others=others)
    assert decision.ground in {Ground.STATUTORY_CHANNEL, Ground.CONFLICT_OF_INTEREST, Ground.COMMON_SUPERIOR}
    assert decision.assisting == ()


def test_nobody_assists_where_the_place_is_not_known() -> None:
    assert helpers(decide("", "traffic", also=("environment",))) == []


@pytest.mark.parametrize("text", ["县环保局不作为，道路也无人修", "县政府不作为"])
def test_a_unit_that_is_complained_about_or_stands_under_one_assists_nobody(text: str) -> None:
    decision = decide(SHIQIAO, "traffic", text, also=("environment",))
    assert decision.accused_unit
    assert helpers(decision) == []


def test_who_assisted_goes_on_after_a_transfer_but_never_beside_itself() -> None:
    determined = decide(SHIQIAO, "traffic", also=("environment", "water"))
    for unit, left in ((f"{HEYANG}-environment", [f"{HEYANG}-water"]), (f"{HEYANG}-education", helpers(determined))):
        decision = handed_over(Moved(unit, Ground.DECIDED, "decided", DAY), determined, REGISTER)
        assert decision is not None
        assert helpers(decision) == left
