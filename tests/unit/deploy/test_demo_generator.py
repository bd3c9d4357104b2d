"""The generated ledgers: reproducible, complete in their faults, and readable by the producers as the truth says."""

import tomllib
from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from random import Random

import pytest

from deploy.demo.answers import answer_texts
from deploy.demo.generator import SILENT, SILENT_DAYS, Ledgers, generate
from deploy.demo.ledger_files import encoded
from deploy.demo.places import places_of
from deploy.demo.province import OF_ONE_CITY, SHARES, petitions_by_county, profiles_dir, profiles_of, shares_of
from deploy.demo.rows import FAULTS, Row
from deploy.demo.truth import from_csv, to_csv
from processors.rules.register import Register
from producers.formats.reading import parse
from producers.formats.rows import BadRow, RawRow
from producers.formats.validation import delivery, validate
from producers.profiles import Profile, load_profiles
from schemas.office_time import office_day
from schemas.petition import IntakeRecord
from schemas.rejected import Rejected
from schemas.terms import CaseStatus, Verdict
from tests.fakes_demo import small_city

SIZE = 900
UNTIL = date(2026, 3, 31)
READ_AT = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def ledgers() -> Ledgers:
    return generate(SIZE, 7, small_city(), UNTIL)


@pytest.fixture(scope="module")
def read(ledgers: Ledgers) -> dict[tuple[str, str, int], IntakeRecord | str]:
    """What the producers make of each row: a record, or the reason why not."""
    found: dict[tuple[str, str, int], IntakeRecord | str] = {}
    profiles = load_profiles(profiles_dir())
    for ledger in ledgers.files:
        profile = profiles.get(ledger.county)
        assert profile is not None
        for item in parse([ledger.content], profile):
            if isinstance(item, BadRow):
                found[ledger.county, ledger.name, item.number] = item.rejected.reason.value
            elif isinstance(item, RawRow):
                try:
                    taken = validate(
                        item, delivery(profile, "d", READ_AT), lambda p: p.id_number or p.phone or p.name
                    )
                    found[ledger.county, ledger.name, item.number] = taken.record
                except Rejected as rejected:
                    found[ledger.county, ledger.name, item.number] = rejected.reason.value
            else:
                pytest.fail(f"{ledger.county}: unknown column {item}")
    return found


def test_the_same_seed_gives_the_same_bytes(ledgers: Ledgers) -> None:
    assert generate(SIZE, 7, small_city(), UNTIL) == ledgers


def test_another_seed_gives_other_ledgers(ledgers: Ledgers) -> None:
    assert generate(SIZE, 8, small_city(), UNTIL).files != ledgers.files


def test_twelve_counties_report_in_three_formats_and_three_encodings(ledgers: Ledgers) -> None:
    profiles = list(load_profiles(profiles_dir()))
    assert {profile.code for profile in profiles} == set(SHARES) == {ledger.county for ledger in ledgers.files}
    assert {profile.file.format for profile in profiles} == {"csv", "xlsx", "jsonl"}
    assert {profile.file.encoding for profile in profiles} == {"utf-8", "utf-8-sig", "gb18030"}


def test_every_row_is_read_or_refused_exactly_as_the_truth_says(ledgers: Ledgers, read: dict) -> None:
    truth = {(row.source, row.file, row.row): row for row in ledgers.truth}
    assert read.keys() == truth.keys()
    for where, row in truth.items():
        outcome = read[where]
        assert (outcome if isinstance(outcome, str) else "") == row.rejected
        if isinstance(outcome, IntakeRecord):
            assert outcome.record_no == row.record_no


def test_the_account_adds_up(ledgers: Ledgers) -> None:
    total = ledgers.expected
    assert total.registered == SIZE
    assert total.received == total.registered + total.resent + total.revised + total.rejected
    assert min(total.resent, total.revised) > 0
    assert total.received == sum(county.received for county in ledgers.expected_by_county.values())


def test_every_kind_of_refusal_occurs(ledgers: Ledgers) -> None:
    reasons = {row.rejected for row in ledgers.truth if row.rejected}
    assert reasons >= {reason.value for _, _, reason in FAULTS}


def test_each_petition_has_one_key_and_a_number_used_again_is_marked(ledgers: Ledgers) -> None:
    registered = [row for row in ledgers.truth if row.outcome == "registered"]
    keys = Counter(row.petition for row in registered)
    assert max(keys.values()) == 1
    reused = [row for row in registered if row.petition.endswith("#2")]
    assert reused
    first = {row.petition: row for row in registered}
    for row in reused:
        assert first[row.petition.removesuffix("#2")].matter != row.matter


def test_resent_rows_repeat_the_content_and_revisions_change_it(ledgers: Ledgers, read: dict) -> None:
    first = {row.petition: row for row in ledgers.truth if row.outcome == "registered"}
    for row in ledgers.truth:
        if row.outcome not in {"resent", "revised"}:
            continue
        original = first[row.petition]
        again, before = (read[r.source, r.file, r.row] for r in (row, original))
        assert (again.content_hash == before.content_hash) == (row.outcome == "resent")


def test_only_named_people_repeat_and_all_kinds_of_links_occur(ledgers: Ledgers) -> None:
    registered = [row for row in ledgers.truth if row.outcome == "registered"]
    assert {row.verdict for row in registered} == {v.value for v in Verdict if v is not Verdict.UNSURE}
    assert {row.change for row in registered if row.verdict == "repeat"} == {1, 2, 3, 4, 5, 6}
    people = {row.matter: row.person for row in registered if row.verdict == "first"}
    for row in registered:
        if row.verdict in {"repeat", "sent_to_many"}:
            assert row.person and row.person == people[row.matter]
    assert any(not row.person for row in registered)


def test_the_first_petition_of_a_matter_is_the_earliest(ledgers: Ledgers, read: dict) -> None:
    opened: dict[str, datetime] = {}
    registered = [row for row in ledgers.truth if row.outcome == "registered"]
    received = {row.petition: read[row.source, row.file, row.row].received_at for row in registered}
    for row in registered:
        if row.verdict == "first":
            opened[row.matter] = received[row.petition]
    for row in registered:
        assert office_day(received[row.petition]) >= office_day(opened[row.matter])


def test_a_form_filled_in_anew_is_another_matter_elsewhere_or_in_the_same_place(ledgers: Ledgers) -> None:
    first = {row.matter: row for row in ledgers.truth if row.verdict == "first" and row.outcome == "registered"}
    twins = [row for row in first.values() if row.twin in first]
    assert {row.place == first[row.twin].place for row in twins} == {True, False}
    assert all(row.category == first[row.twin].category for row in twins)


def test_some_people_write_about_many_matters(ledgers: Ledgers) -> None:
    firsts = Counter(row.person for row in ledgers.truth if row.verdict == "first" and row.person)
    assert max(firsts.values()) >= 3


def test_a_letter_goes_to_another_office_or_channel_each_time_it_is_sent_to_many(
    ledgers: Ledgers, read: dict
) -> None:
    sent: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in ledgers.truth:
        if row.outcome == "registered" and row.person and row.verdict in {"first", "sent_to_many"}:
            record = read[row.source, row.file, row.row]
            sent[row.matter].append((record.office, record.channel.value))
    assert max(map(len, sent.values())) > 2
    assert all(len(set(where)) == len(where) for where in sent.values())


def test_the_silent_county_falls_silent(ledgers: Ledgers, read: dict) -> None:
    last = max(
        record.received_at
        for (county, _, _), record in read.items()
        if county == SILENT and not isinstance(record, str)
    )
    assert (UNTIL - last.date()).days >= SILENT_DAYS


def test_no_identity_number_has_a_right_check_digit(ledgers: Ledgers) -> None:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    seen = 0
    profiles = load_profiles(profiles_dir())
    for ledger in ledgers.files:
        profile = profiles.get(ledger.county)
        assert profile is not None
        for item in parse([ledger.content], profile):
            number = item.values["id_number"] if isinstance(item, RawRow) else ""
            if isinstance(number, str) and number:
                seen += 1
                total = sum(int(digit) * weight for digit, weight in zip(number[:17], weights, strict=True))
                assert number[17] != "10X98765432"[total % 11]
    assert seen > SIZE / 2


def test_the_truth_reads_back_as_it_was_written(ledgers: Ledgers) -> None:
    assert from_csv(to_csv(ledgers.truth)) == ledgers.truth


def test_what_one_city_would_not_send_in_a_year_comes_from_further_cities(
    shipped: Register,
) -> None:
    city, province = (shares_of(size, shipped, UNTIL) for size in (OF_ONE_CITY, 5 * OF_ONE_CITY))
    assert city == SHARES
    assert len({code[:4] for code in province}) == 5
    assert set(profiles_of(province, shipped, UNTIL)) == set(province)


def test_a_further_county_writes_as_one_of_the_city_does_but_under_its_own_code(
    shipped: Register,
) -> None:
    shares = SHARES | {"410181": 8}
    text = profiles_of(shares, shipped, UNTIL)["410181"]
    profile = Profile.model_validate(tomllib.loads(text))
    assert (profile.code, profile.name) == ("410181", "巩义市")


def test_some_counties_answer_and_only_those_that_copy_give_one_answer_to_unrelated_matters(
    ledgers: Ledgers, read: dict
) -> None:
    answered: dict[str, set[str]] = defaultdict(set)
    matters: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in ledgers.truth:
        record = read[row.source, row.file, row.row]
        if isinstance(record, IntakeRecord) and record.answer is not None:
            assert record.reported_status is CaseStatus.CONCLUDED
            answered[row.source].add(record.answer.digest)
            matters[row.source, record.answer.digest].add(row.matter)
    assert set(answered) == {"411302", "411321", "411324", "411328"}
    assert min(map(len, answered.values())) > 10
    copied = {source for (source, _), about in matters.items() if len(about) > 1}
    assert copied == set(answer_texts().copying)
    assert max(len(about) for (source, _), about in matters.items() if source == "411328") > 5


def test_no_village_of_a_province_has_the_matters_of_thousands(shipped: Register) -> None:
    shares = shares_of(2_000_000, shipped, UNTIL)
    places = places_of(shipped, petitions_by_county(2_000_000, shares), UNTIL)
    rng = Random(5)
    with_one_village = "410203"
    drawn = {places.draw(rng, with_one_village, "village").code for _ in range(200)}
    assert len(drawn) > 50
    with_many = "411302"
    assert all(not places.draw(rng, with_many, "village").village.endswith("社区") for _ in range(200))


def test_broken_bytes_never_lie_behind_a_closing_quote() -> None:
    """There they would make two refused rows of one, and the account of a whole ledger would be off by one."""
    row = Row(None, {}, datetime(2026, 3, 2, tzinfo=UTC), "rejected", 0, is_broken=True)  # type: ignore[arg-type]
    for end in range(1, 30):
        found = encoded('1,"有"' + "," * end + "\n", row, "utf-8")
        assert b'"\xff\xfe,' not in found
        assert found.count(b"\xff\xfe") == 1
