"""How far scores are probabilities, worked out by hand, and what is written for the office."""

import csv
from pathlib import Path
from xml.etree import ElementTree

import pytest

from deploy.calibration import BINS, Bin, Scored, binned, calibration_error, plot, scored, worst, write
from deploy.linking_training import Letter
from processors.rules.repeat import trace_of
from schemas.events import Case
from schemas.petition import Classification, Place
from tests.petitions import NOISE, ROAD, START, jurisdiction, linked, member, petition


def pair(score: float, *, is_same: bool, name: str = "P1") -> Scored:
    return Scored(name, "P2", score, score >= 0.5, is_same, ("内容重合90%",))


def letter(number: str, body: str, matter: str, person: str = "") -> Letter:
    made = petition(record_no=number, title="", body=body)
    return Letter(trace_of(made, Place(), Classification(), "4110"), person, matter)


def test_pairs_are_counted_by_tenths_of_their_score() -> None:
    pairs = [pair(0.95, is_same=True), pair(0.91, is_same=False), pair(0.02, is_same=False), pair(1.0, is_same=True)]
    assert binned(pairs) == [
        Bin(1, 0.02, 0.0),
        Bin(3, pytest.approx((0.95 + 0.91 + 1.0) / 3), pytest.approx(2 / 3)),
    ]


def test_a_score_that_says_what_is_true_has_no_error() -> None:
    assert calibration_error([Bin(4, 0.25, 0.25), Bin(2, 0.5, 0.5)]) == 0.0
    assert calibration_error([Bin(3, 0.9, 0.6), Bin(1, 0.1, 0.1)]) == pytest.approx(0.225)
    assert calibration_error([]) == 0.0


def test_the_worst_mistakes_are_the_surest_ones() -> None:
    wrong = [
        pair(0.6, is_same=False, name="A"),
        pair(0.99, is_same=False, name="B"),
        pair(0.05, is_same=True, name="C"),
    ]
    assert [one.one for one in worst([*wrong, pair(0.9, is_same=True), pair(0.1, is_same=False)])] == ["B", "C", "A"]


def test_only_pairs_are_scored_of_which_the_truth_is_known() -> None:
    letters = [letter("1", ROAD, "m"), letter("2", ROAD, "m"), letter("3", ROAD, ""), letter("4", NOISE, "n")]
    assert [(one.is_joined, one.is_same) for one in scored(letters)] == [(True, True)]


def test_the_plot_is_an_svg_with_a_dot_for_each_bin() -> None:
    bins = [Bin(5, tenth / BINS, tenth / BINS) for tenth in range(BINS)]
    found = ElementTree.fromstring(plot(bins))
    assert len(found.findall("{http://www.w3.org/2000/svg}circle")) == BINS
    ElementTree.fromstring(plot([]))


def test_mistakes_are_written_with_titles_and_evidence(tmp_path: Path) -> None:
    members = tuple(member(linked(record_no=number, title=f"第{number}封")) for number in ("1", "2"))
    case = Case(
        case_id="C1",
        version=1,
        home="411002",
        opened_at=START,
        updated_at=START,
        place=Place(),
        jurisdiction=jurisdiction(),
        petitions=members,
    )
    wrong = Scored(members[0].petition_id, members[1].petition_id, 0.97, True, False, ("专名相合30%", "地点相同"))
    write(tmp_path, [wrong], [case])
    with (tmp_path / "mistakes.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["said"], row["true"], row["score"]) == ("one matter", "two matters", "0.9700")
    assert (row["one_title"], row["other"]) == ("第1封", "411002:2")
    assert row["evidence"] == "专名相合30%；地点相同"
    assert (tmp_path / "calibration.svg").exists()
