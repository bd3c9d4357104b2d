"""One unit is accountable at every moment; who was asked first stays so until another has accepted."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.rules.handover import common_superior, offices_of
from processors.rules.steps import PASSED_ON, Step
from processors.rules.tenure import Accountable, accountable, unowned
from schemas.life import JurisdictionDecision
from schemas.terms import Ground, Level, StepKind
from tests.small_register import CITY, HEYANG, LINQUAN, PROVINCE, SHIQIAO, small_register
from tests.steps import step

REGISTER = small_register()
OFFICES = offices_of(REGISTER)
OPENED = datetime(2024, 3, 4, 2, tzinfo=UTC)
DAY = timedelta(days=1)
TOWN, COUNTY, CITY_HALL, PROVINCE_HALL = (f"{code}-government" for code in (SHIQIAO, HEYANG, CITY, PROVINCE))
HOUSING, TRANSPORT, OTHER_COUNTY = f"{HEYANG}-housing", f"{HEYANG}-transport", f"{LINQUAN}-government"
K = StepKind


def determined(unit: str = TOWN, accused: str = "") -> JurisdictionDecision:
    """The unit that the register names."""
    return JurisdictionDecision(
        accountable_unit=unit,
        unit_name=unit,
        unit_level=Level.TOWNSHIP,
        unit_division=SHIQIAO,
        ground=Ground.TERRITORY,
        article="22",
        reason="",
        accused_unit=accused,
        register_version="test",
    )


def at(kind: StepKind, after: float, **fields: str) -> Step:
    """A step some days after the case began."""
    return step(kind, OPENED + after * DAY, **fields)


def held(*steps: Step, unit: str = TOWN, accused: str = "") -> Accountable:
    """Who is accountable after these steps."""
    return accountable(determined(unit, accused), OPENED, tuple(sorted(steps)), OFFICES)


ASKED = at(K.TRANSFERRED, 1, to_unit=HOUSING)


@pytest.mark.parametrize(
    ("steps", "unit"),
    [
        ([], TOWN),
        ([ASKED], TOWN),  # nobody has accepted yet
        ([ASKED, at(K.ACCEPTED, 2)], HOUSING),
        ([ASKED, at(K.HANDLING, 2)], HOUSING),
        ([ASKED, at(K.ACCEPTED, 2, unit=HOUSING)], HOUSING),
        ([ASKED, at(K.ACCEPTED, 40)], HOUSING),  # late, and still accepted
        ([ASKED, at(K.ACCEPTED, 2, unit=TRANSPORT)], TRANSPORT),  # another one took it
        ([ASKED, at(K.OBJECTED, 2)], TOWN),
        ([ASKED, at(K.OBJECTED, 2), at(K.ACCEPTED, 3)], TOWN),  # who accepts then is the one left
        ([at(K.OBJECTED, 2, unit=TOWN)], TOWN),  # "not ours" by the accountable unit itself
        ([ASKED, at(K.OBJECTED, 2), at(K.ASSIGNED, 3, to_unit=TRANSPORT), at(K.ACCEPTED, 4)], TRANSPORT),
        ([at(K.REASSIGNED, 2, to_unit=COUNTY)], COUNTY),
        ([at(K.REASSIGNED, 2, to_unit=COUNTY), at(K.OBJECTED, 3, unit=COUNTY)], COUNTY),
        ([at(K.TRANSFERRED, 1)], TOWN),  # nobody says to whom
        ([at(K.TRANSFERRED, 1), at(K.ACCEPTED, 2)], TOWN),
    ],
)
def test_the_first_unit_stays_accountable_until_another_has_accepted(steps: list[Step], unit: str) -> None:
    assert held(*steps).jurisdiction.accountable_unit == unit


def test_a_tenure_begins_with_the_acceptance_and_says_on_what_ground() -> None:
    found = held(ASKED, at(K.ACCEPTED, 3), at(K.REASSIGNED, 9, to_unit=COUNTY, by="江州市信访局"))
    assert [(t.unit, t.since, t.ground) for t in found.tenures] == [
        (TOWN, OPENED, Ground.TERRITORY),
        (HOUSING, OPENED + 3 * DAY, Ground.DECIDED),
        (COUNTY, OPENED + 9 * DAY, Ground.DECIDED),
    ]
    assert "江州市信访局" in found.jurisdiction.reason


REFUSALS = [
    *(at(K.TRANSFERRED, 1, to_unit=HOUSING), at(K.OBJECTED, 2, article="三定方案")),
    *(at(K.TRANSFERRED, 3, to_unit=TRANSPORT), at(K.OBJECTED, 4, article="三定方案")),
    at(K.OBJECTED, 5, unit=TOWN, article="三定方案"),
]


def test_at_the_third_refusal_the_lowest_common_superior_is_accountable_until_it_has_ruled() -> None:
    before, after = held(*REFUSALS[:4]), held(*REFUSALS)
    assert (before.jurisdiction.accountable_unit, len(before.refusals)) == (TOWN, 2)
    forced = after.jurisdiction
    assert (forced.accountable_unit, forced.ground, forced.article) == (COUNTY, Ground.COMMON_SUPERIOR, "24")
    ruled = held(*REFUSALS, at(K.REASSIGNED, 8, to_unit=HOUSING), at(K.OBJECTED, 9, unit=HOUSING, article="无"))
    assert ruled.jurisdiction.accountable_unit == HOUSING
    assert [r.wrong_unit for r in ruled.refusals] == [HOUSING, TOWN, "", HOUSING]


@pytest.mark.parametrize(
    ("steps", "wrong"),
    [
        ([at(K.OBJECTED, 2, unit=TOWN, article="三定方案")], TOWN),  # the register says that it is theirs
        ([ASKED, at(K.OBJECTED, 2, article="三定方案")], TOWN),  # the sender should not have sent it
        ([ASKED, at(K.OBJECTED, 2)], HOUSING),  # without detailed reasons an objection does not hold
        ([ASKED, at(K.OBJECTED, 30, article="三定方案")], HOUSING),  # nor after five working days
    ],
)
def test_each_refusal_is_checked_against_the_register(steps: list[Step], wrong: str) -> None:
    (refusal,) = held(*steps).refusals
    assert (refusal.wrong_unit, bool(refusal.reason)) == (wrong, True)


@pytest.mark.parametrize(("after", "is_in_time"), [(8, True), (9, False)])
def test_five_working_days_are_counted_from_the_transfer(after: int, is_in_time: bool) -> None:
    (refusal,) = held(ASKED, at(K.OBJECTED, after, article="三定方案")).refusals
    assert (refusal.due_on, refusal.is_in_time) == (date(2024, 3, 12), is_in_time)


@pytest.mark.parametrize("kind", sorted(PASSED_ON))
@pytest.mark.parametrize("to_unit", [HOUSING, COUNTY, TOWN, "no-such-unit"])
def test_a_unit_complained_about_or_below_it_never_gets_the_case(kind: StepKind, to_unit: str) -> None:
    named = at(kind, 1, to_unit=to_unit)
    found = held(named, at(K.ACCEPTED, 2, unit=to_unit), unit=CITY_HALL, accused=COUNTY)
    assert found.jurisdiction.accountable_unit == CITY_HALL
    assert named.step_id in found.unfollowed


def test_who_is_complained_about_is_still_known_after_a_ruling() -> None:
    found = held(at(K.REASSIGNED, 1, to_unit=COUNTY), accused=HOUSING)
    assert (found.jurisdiction.accountable_unit, found.jurisdiction.accused_unit) == (COUNTY, HOUSING)


@pytest.mark.parametrize(
    ("concerned", "accused", "superior"),
    [
        ({TOWN}, "", COUNTY),
        ({TOWN, HOUSING}, "", COUNTY),
        ({TOWN, HOUSING}, COUNTY, CITY_HALL),
        ({TOWN, OTHER_COUNTY}, "", CITY_HALL),
        ({PROVINCE_HALL}, "", PROVINCE_HALL),
        ({TOWN, "no-such-unit"}, "", COUNTY),
        ({"no-such-unit"}, "", ""),
    ],
)
def test_the_lowest_unit_above_all_concerned_decides_unless_it_is_complained_about(
    concerned: set[str], accused: str, superior: str
) -> None:
    found = common_superior(frozenset(concerned), date(2024, 3, 4), frozenset({accused} - {""}), REGISTER)
    assert found == superior


UNITS = st.sampled_from(["", TOWN, HOUSING, TRANSPORT, COUNTY, OTHER_COUNTY, "no-such-unit"])
STEPS = st.builds(
    lambda kind, after, unit, cites: at(
        kind, after, article=cites, **({"to_unit": unit} if kind in PASSED_ON else {"unit": unit})
    ),
    st.sampled_from([K.TRANSFERRED, K.ASSIGNED, K.OBJECTED, K.ACCEPTED, K.REASSIGNED, K.CONCLUDED]),
    st.integers(0, 80),
    UNITS,
    st.sampled_from(["", "三定方案"]),
)


@settings(max_examples=80, deadline=None)
@given(st.lists(STEPS, max_size=10), st.randoms(), st.sampled_from(["", HOUSING, COUNTY]))
def test_whatever_happens_exactly_one_unit_that_may_is_accountable_at_every_moment(
    drawn: list[Step], random: object, accused: str
) -> None:
    unit = CITY_HALL if accused == COUNTY else TOWN
    found = held(*drawn, unit=unit, accused=accused)
    random.shuffle(drawn)  # type: ignore[attr-defined]
    assert held(*drawn, unit=unit, accused=accused) == found
    assert unowned(found.tenures, OPENED) == timedelta()
    assert [t.since for t in found.tenures] == sorted(t.since for t in found.tenures)
    owners = {t.unit for t in found.tenures} | {found.jurisdiction.accountable_unit}
    assert accused not in owners
    assert all(REGISTER.unit(owner, date(2024, 3, 4)) for owner in owners)
    objected = {one.step_id for one in drawn if one.kind is K.OBJECTED}
    assert {refusal.step_id for refusal in found.refusals} <= objected
    assert bool(found.refusals) == bool(objected)


@pytest.mark.parametrize("unit", ["", HOUSING])
def test_a_refusal_that_is_reported_of_each_petition_of_a_case_is_one(unit: str) -> None:
    sent = [at(K.TRANSFERRED, 1 + n / 100, to_unit=HOUSING) for n in range(3)]
    refused = [at(K.OBJECTED, 3 + n / 100, unit=unit, article="三定方案") for n in range(3)]
    found = held(*sent, *refused)
    assert [refusal.unit for refusal in found.refusals] == [HOUSING]
    assert found.jurisdiction.accountable_unit == TOWN
    others = [
        at(K.OBJECTED, 4, unit=TRANSPORT, article="三定方案"),
        at(K.OBJECTED, 4.1, unit=HOUSING, article="三定方案"),
    ]
    assert [refusal.unit for refusal in held(*sent, *refused, *others).refusals] == [HOUSING, TRANSPORT]
    sent_again = [at(K.ASSIGNED, 5, to_unit=HOUSING), at(K.OBJECTED, 6, unit=unit, article="三定方案")]
    assert len(held(*sent, *refused, *sent_again).refusals) == 2
