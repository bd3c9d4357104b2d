"""Periods of the law: which clocks exist, when they end, by which calendar and which version of the rules."""

from datetime import date, timedelta

import pytest

from processors.rules.deadlines import case_clocks, objection_due, petition_clocks, read_rules, shipped_rules
from schemas.life import Clock, DayRange
from schemas.terms import ClockKind, StepKind
from tests.steps import step


def kinds(clocks: tuple[Clock, ...]) -> list[ClockKind]:
    return [clock.kind for clock in clocks]


def only(clocks: tuple[Clock, ...], kind: ClockKind) -> Clock:
    (clock,) = (clock for clock in clocks if clock.kind is kind)
    return clock


@pytest.mark.parametrize(
    ("received_on", "due_on"),
    [
        (date(2024, 3, 1), date(2024, 3, 16)),  # a Saturday: the last day does not move
        (date(2024, 2, 1), date(2024, 2, 16)),  # within the Spring Festival: calendar days go on
        (date(2024, 2, 20), date(2024, 3, 6)),  # over the 29 February of a leap year
        (date(2023, 2, 20), date(2023, 3, 7)),
        (date(2023, 12, 25), date(2024, 1, 9)),
        (date(2024, 9, 20), date(2024, 10, 5)),  # ends within the National Day holidays
    ],
)
def test_a_petition_office_registers_and_passes_on_in_fifteen_calendar_days(received_on: date, due_on: date) -> None:
    (clock,) = petition_clocks(received_on, office="河阳县信访局")
    assert (clock.kind, clock.article, clock.due_on) == (ClockKind.REGISTER, "22", due_on)
    assert (clock.days, clock.is_working_days, clock.started_on) == (15, False, received_on)


@pytest.mark.parametrize(
    ("office", "is_reachable", "kind", "article"),
    [
        ("", True, ClockKind.REGISTER, "22"),
        ("河阳县信访局", True, ClockKind.REGISTER, "22"),
        ("河阳县自然资源局", True, ClockKind.INFORM, "23"),
        ("河阳县12345政务服务便民热线", True, ClockKind.INFORM, "23"),
        ("河阳县自然资源局", False, ClockKind.REGISTER, "22"),
    ],
)
def test_who_received_a_petition_decides_which_article_its_clock_follows(
    office: str, is_reachable: bool, kind: ClockKind, article: str
) -> None:
    (clock,) = petition_clocks(date(2024, 3, 1), office=office, is_reachable=is_reachable)
    assert (clock.kind, clock.article, clock.due_on) == (kind, article, date(2024, 3, 16))


@pytest.mark.parametrize(
    ("transferred_on", "due_on"),
    [
        (date(2024, 3, 4), date(2024, 3, 11)),  # Monday to Monday
        (date(2024, 3, 8), date(2024, 3, 15)),  # Friday to Friday
        (date(2024, 3, 9), date(2024, 3, 15)),  # Saturday: counting starts on Monday
        (date(2024, 2, 7), date(2024, 2, 20)),  # Spring Festival 10-17 February; Friday 9 and Sunday 18 are worked
        (date(2024, 2, 4), date(2024, 2, 9)),  # a worked Sunday
        (date(2024, 4, 30), date(2024, 5, 10)),  # Labour Day 1-5 May
        (date(2024, 4, 28), date(2024, 5, 8)),  # from the worked Sunday before Labour Day
        (date(2024, 9, 13), date(2024, 9, 23)),  # Mid-Autumn 15-17 September; Saturday 14 is worked, 21 is not
        (date(2024, 9, 30), date(2024, 10, 12)),  # National Day 1-7 October; Saturday 12 is worked
        (date(2023, 12, 29), date(2024, 1, 8)),  # New Year
    ],
)
def test_a_unit_objects_to_a_transfer_within_five_working_days(transferred_on: date, due_on: date) -> None:
    clock = only(case_clocks([step(StepKind.TRANSFERRED, transferred_on)]), ClockKind.OBJECT)
    assert (clock.kind, clock.article, clock.is_working_days) == (ClockKind.OBJECT, "23", True)
    assert clock.due_on == due_on == objection_due(transferred_on)
    assert clock.rule_version.startswith("regulations-2022/chinesecalendar-")


@pytest.mark.parametrize(
    ("accepted_on", "is_extended", "days", "due_on"),
    [
        (date(2024, 1, 10), False, 60, date(2024, 3, 10)),
        (date(2024, 1, 10), True, 90, date(2024, 4, 9)),
        (date(2023, 1, 10), False, 60, date(2023, 3, 11)),
        (date(2024, 8, 8), False, 60, date(2024, 10, 7)),
    ],
)
def test_a_case_is_concluded_in_sixty_days_and_thirty_more_at_most(
    accepted_on: date, is_extended: bool, days: int, due_on: date
) -> None:
    steps = [step(StepKind.ACCEPTED, accepted_on)]
    steps += [step(StepKind.EXTENDED, accepted_on + timedelta(days=50))] * is_extended
    (clock,) = case_clocks(steps, category="land")
    assert (clock.kind, clock.article, clock.days, clock.due_on) == (ClockKind.CONCLUDE, "34", days, due_on)


ACCEPTED = step(StepKind.ACCEPTED, date(2024, 1, 10))


@pytest.mark.parametrize("category", ["litigation", "discipline"])
def test_a_matter_with_a_statutory_procedure_has_no_sixty_days(category: str) -> None:
    assert case_clocks([ACCEPTED], category=category) == ()


def test_a_matter_that_was_sent_to_a_statutory_channel_has_no_sixty_days() -> None:
    assert case_clocks([ACCEPTED], category="labour", is_statutory=True) == ()


@pytest.mark.parametrize("category", ["land", "labour", ""])
def test_every_other_matter_has_sixty_days(category: str) -> None:
    assert kinds(case_clocks([ACCEPTED], category=category)) == [ClockKind.CONCLUDE]


def test_handling_without_a_word_about_acceptance_starts_the_sixty_days() -> None:
    (clock,) = case_clocks([step(StepKind.HANDLING, date(2024, 1, 10))])
    assert (clock.kind, clock.started_on) == (ClockKind.CONCLUDE, date(2024, 1, 10))


def test_a_case_to_which_nothing_happened_has_no_clock_of_its_own() -> None:
    assert case_clocks([], category="land") == ()


def test_a_transfer_starts_five_working_days_to_object_and_fifteen_days_to_inform() -> None:
    clocks = case_clocks([step(StepKind.TRANSFERRED, date(2024, 3, 4))])
    assert [(c.kind, c.article, c.due_on) for c in clocks] == [
        (ClockKind.INFORM, "23", date(2024, 3, 19)),
        (ClockKind.OBJECT, "23", date(2024, 3, 11)),
    ]


@pytest.mark.parametrize("answer", [StepKind.OBJECTED, StepKind.ACCEPTED, StepKind.HANDLING, StepKind.INFORMED])
def test_whatever_the_receiver_answers_meets_the_clocks_of_the_transfer(answer: StepKind) -> None:
    clocks = case_clocks([step(StepKind.TRANSFERRED, date(2024, 3, 4)), step(answer, date(2024, 3, 6))])
    assert {c.met_on for c in clocks if c.article == "23"} == {date(2024, 3, 6)}


def test_each_transfer_has_clocks_of_its_own_and_moves_no_earlier_one() -> None:
    first = [step(StepKind.TRANSFERRED, date(2024, 3, 4)), step(StepKind.OBJECTED, date(2024, 3, 6))]
    again = [*first, step(StepKind.ASSIGNED, date(2024, 3, 7)), step(StepKind.ACCEPTED, date(2024, 3, 8))]
    after = case_clocks(again)
    assert after[:2] == case_clocks(first)
    assert [(c.kind, c.started_on, c.met_on) for c in after[2:4]] == [
        (ClockKind.INFORM, date(2024, 3, 7), date(2024, 3, 8)),
        (ClockKind.OBJECT, date(2024, 3, 7), date(2024, 3, 8)),
    ]


def test_a_running_period_is_never_started_again() -> None:
    steps = [ACCEPTED, step(StepKind.HANDLING, date(2024, 1, 20)), step(StepKind.TRANSFERRED, date(2024, 2, 1))]
    steps += [step(StepKind.ACCEPTED, date(2024, 2, 20))]
    assert only(case_clocks(steps), ClockKind.CONCLUDE).due_on == date(2024, 3, 10)


def test_a_second_extension_prolongs_nothing() -> None:
    steps = [ACCEPTED, step(StepKind.EXTENDED, date(2024, 3, 1)), step(StepKind.EXTENDED, date(2024, 3, 20))]
    assert only(case_clocks(steps), ClockKind.CONCLUDE).due_on == date(2024, 4, 9)


def test_what_is_reopened_has_a_new_period_beside_the_old_one() -> None:
    steps = [ACCEPTED, step(StepKind.CONCLUDED, date(2024, 2, 1)), step(StepKind.REOPENED, date(2024, 6, 3))]
    found = [c for c in case_clocks(steps) if c.kind is ClockKind.CONCLUDE]
    assert [(c.started_on, c.met_on) for c in found] == [
        (date(2024, 1, 10), date(2024, 2, 1)),
        (date(2024, 6, 3), None),
    ]


REVIEWED_TWICE = [
    step(StepKind.CONCLUDED, date(2024, 3, 1)),
    step(StepKind.REVIEW_REQUESTED, date(2024, 3, 20)),
    step(StepKind.REVIEWED, date(2024, 4, 10)),
    step(StepKind.RE_REVIEW_REQUESTED, date(2024, 5, 6)),
]


def test_review_and_re_review_are_asked_for_and_answered_in_thirty_days_each() -> None:
    assert [(c.kind, c.article, c.due_on, c.met_on) for c in case_clocks(REVIEWED_TWICE)] == [
        (ClockKind.ASK_REVIEW, "35", date(2024, 3, 31), date(2024, 3, 20)),
        (ClockKind.REVIEW, "35", date(2024, 4, 19), date(2024, 4, 10)),
        (ClockKind.ASK_RE_REVIEW, "36", date(2024, 5, 10), date(2024, 5, 6)),
        (ClockKind.RE_REVIEW, "36", date(2024, 6, 5), None),
    ]


def test_no_office_runs_late_while_the_petitioner_may_ask_for_a_review() -> None:
    (clock,) = case_clocks(REVIEWED_TWICE[:1])
    assert (clock.kind, clock.is_petitioners, clock.is_running) == (ClockKind.ASK_REVIEW, True, False)


@pytest.mark.parametrize(
    ("hearings", "due_on"),
    [
        ([(20, 20)], date(2024, 6, 6)),
        ([(20, 22)], date(2024, 6, 8)),
        ([(20, 22), (22, 24)], date(2024, 6, 10)),  # a day on which both sat is left out once
        ([(6, 7)], date(2024, 6, 6)),  # the first day is not counted anyhow
    ],
)
def test_the_days_of_a_hearing_do_not_count_in_a_re_review(hearings: list[tuple[int, int]], due_on: date) -> None:
    steps = list(REVIEWED_TWICE)
    for first, last in hearings:
        steps += [step(StepKind.HEARING_OPENED, date(2024, 5, first))]
        steps += [step(StepKind.HEARING_CLOSED, date(2024, 5, last))]
    assert only(case_clocks(steps), ClockKind.RE_REVIEW).due_on == due_on


def test_nothing_runs_out_while_a_hearing_lasts() -> None:
    steps = [*REVIEWED_TWICE, step(StepKind.HEARING_OPENED, date(2024, 5, 20))]
    clock = only(case_clocks(steps), ClockKind.RE_REVIEW)
    assert (clock.is_stopped, clock.is_running) == (True, False)
    closed = only(case_clocks([*steps, step(StepKind.HEARING_CLOSED, date(2024, 5, 21))]), ClockKind.RE_REVIEW)
    assert (closed.stops, closed.is_running) == ((DayRange(first=date(2024, 5, 20), last=date(2024, 5, 21)),), True)


def test_a_step_that_did_not_fit_starts_and_prolongs_nothing() -> None:
    extension = step(StepKind.EXTENDED, date(2024, 3, 1))
    late = step(StepKind.REVIEW_REQUESTED, date(2024, 3, 2))
    unfollowed = frozenset({extension.step_id, late.step_id})
    assert case_clocks([ACCEPTED, extension, late], unfollowed=unfollowed) == case_clocks([ACCEPTED])


def test_a_clock_says_when_it_was_met() -> None:
    received = date(2024, 3, 1)
    (clock,) = petition_clocks(received, [step(StepKind.TRANSFERRED, date(2024, 3, 20))])
    assert clock.met_on == date(2024, 3, 20)
    (open_,) = petition_clocks(received, [step(StepKind.RATED, date(2024, 3, 20))])
    assert open_.met_on is None


def test_the_rules_of_the_first_day_hold_for_the_whole_period() -> None:
    before, after = petition_clocks(date(2022, 4, 30)), petition_clocks(date(2022, 5, 1))
    assert {c.rule_version for c in before} == {"regulations-2005"}
    assert {c.rule_version for c in after} == {"regulations-2022"}
    assert [c.article for c in before] == ["21"]


def test_a_day_without_a_rule_in_force_has_no_clock() -> None:
    assert petition_clocks(date(2003, 6, 1)) == ()
    assert case_clocks([step(StepKind.TRANSFERRED, date(2011, 9, 29))]) == ()


def test_before_2022_the_provinces_rules_hold_where_those_of_the_state_say_nothing() -> None:
    transferred = only(case_clocks([step(StepKind.TRANSFERRED, date(2013, 9, 27))]), ClockKind.OBJECT)
    assert (transferred.due_on, transferred.article) == (date(2013, 10, 2), "26")
    assert (transferred.is_working_days, transferred.rule_version) == (False, "henan-2012")
    assigned = only(case_clocks([step(StepKind.ASSIGNED, date(2013, 9, 27))]), ClockKind.REPORT_BACK)
    assert (assigned.due_on, assigned.rule_version) == (date(2013, 12, 26), "henan-2012")
    assert not any(
        clock.kind is ClockKind.REPORT_BACK for clock in case_clocks([step(StepKind.ASSIGNED, date(2023, 9, 27))])
    )


@pytest.mark.parametrize(
    ("steps", "kind", "article"),
    [
        ([(StepKind.ACCEPTED, 3), (StepKind.CONCLUDED, 40)], ClockKind.CONCLUDE, "33"),
        ([(StepKind.CONCLUDED, 40)], ClockKind.ASK_REVIEW, "34"),
        ([(StepKind.REVIEW_REQUESTED, 50)], ClockKind.REVIEW, "34"),
        ([(StepKind.REVIEWED, 70)], ClockKind.ASK_RE_REVIEW, "35"),
        ([(StepKind.RE_REVIEW_REQUESTED, 90)], ClockKind.RE_REVIEW, "35"),
    ],
)
def test_old_records_have_the_periods_of_2005(
    steps: list[tuple[StepKind, int]], kind: ClockKind, article: str
) -> None:
    began = date(2015, 3, 2)
    found = only(case_clocks([step(name, began + timedelta(days=after)) for name, after in steps]), kind)
    assert (found.article, found.rule_version) == (article, "regulations-2005")


def test_in_a_year_whose_holidays_are_not_published_the_version_says_that_only_weekends_were_left_out() -> None:
    clock = only(case_clocks([step(StepKind.TRANSFERRED, date(2050, 3, 4))]), ClockKind.OBJECT)
    assert clock.rule_version == "regulations-2022/weekends-only"


def test_a_province_may_move_a_last_day_on_a_holiday_to_the_next_working_day() -> None:
    rules = read_rules(
        "[province]\nmoves_last_day = true\n"
        '[[rule]]\nkind = "register"\nscope = "petition"\narticle = "22"\ndays = 15\nrule_version = "moved"\n'
    )
    (clock,) = petition_clocks(date(2024, 9, 20), rules=rules)
    assert clock.due_on == date(2024, 10, 8)
    assert clock.rule_version.startswith("moved/chinesecalendar-")
    (unmoved,) = petition_clocks(date(2024, 9, 20))
    assert unmoved.due_on == date(2024, 10, 5)


def test_no_two_rows_of_one_kind_are_in_force_on_one_day() -> None:
    rows = shipped_rules().rows
    for row in rows:
        others = [r for r in rows if (r.kind, r.scope) == (row.kind, row.scope) and r is not row]
        assert not any(r.valid_from < row.valid_to and row.valid_from < r.valid_to for r in others)


def test_a_hearing_that_is_opened_after_the_last_day_stops_nothing_and_gives_no_days_back() -> None:
    on_time = only(case_clocks(REVIEWED_TWICE), ClockKind.RE_REVIEW)
    late = [step(StepKind.HEARING_OPENED, on_time.due_on + timedelta(days=10))]
    assert only(case_clocks([*REVIEWED_TWICE, *late]), ClockKind.RE_REVIEW) == on_time
    late.append(step(StepKind.HEARING_CLOSED, on_time.due_on + timedelta(days=20)))
    assert only(case_clocks([*REVIEWED_TWICE, *late]), ClockKind.RE_REVIEW) == on_time


@pytest.mark.parametrize(
    ("approved_on", "due_on"), [(date(2024, 3, 10), date(2024, 4, 9)), (date(2024, 3, 11), None)]
)
def test_an_approval_prolongs_a_running_period_only(approved_on: date, due_on: date | None) -> None:
    clocks = case_clocks([ACCEPTED, step(StepKind.EXTENDED, approved_on)])
    assert only(clocks, ClockKind.CONCLUDE).due_on == (due_on or date(2024, 3, 10))
