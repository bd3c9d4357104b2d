"""The rules on public messages of which some carry the matter that a reader found; skipped where they are absent."""

import csv
import gzip
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from deploy.dry_run import DryRun, Ledger, dry_run
from processors.register_files import load_register
from processors.rulebook import Rulebook
from producers.profiles import load_profile

MESSAGES = Path(__file__).parents[3] / "shared/data/messages/messages_with_matters.csv.gz"
SAMPLES = Path(__file__).parents[1] / "samples/messages"
LEAST_F1 = 0.975
pytestmark = pytest.mark.skipif(not MESSAGES.exists(), reason="the public messages are not part of the repository")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> DryRun:
    """All messages in one pass."""
    ledger = tmp_path_factory.mktemp("messages") / "messages.csv"
    ledger.write_bytes(gzip.decompress(MESSAGES.read_bytes()))
    return dry_run(
        [Ledger(ledger, load_profile(SAMPLES / "profile.toml"))], Rulebook(load_register(SAMPLES / "register"))
    )


@pytest.fixture(scope="module")
def matters() -> dict[str, str]:
    """The matter of each message; empty where nobody has read it."""
    csv.field_size_limit(10**8)
    with gzip.open(MESSAGES, "rt", encoding="utf-8", newline="") as lines:
        return {row["message_id"]: row["matter_id"] for row in csv.DictReader(lines)}


def test_messages_about_one_matter_are_one_case_and_others_are_not(run: DryRun, matters: dict[str, str]) -> None:
    cases: dict[str, list[str]] = defaultdict(list)
    for row in run.rows:
        cases[row.case_id].append(matters[row.record_id])
    sizes = Counter(matters.values())
    precision = recall = 0.0
    for row in run.rows:
        matter = matters[row.record_id]
        if matter:
            found = Counter(cases[row.case_id])
            unread = found.pop("", 0)
            precision += found[matter] / (found.total() + unread / 2)
            recall += found[matter] / sizes[matter]
    assert 2 * precision * recall / (precision + recall) / (sizes.total() - sizes[""]) >= LEAST_F1


def test_nothing_is_rejected_and_no_case_is_a_flood(run: DryRun) -> None:
    assert run.rejected == []
    assert max(Counter(row.case_id for row in run.rows).values()) < len(run.rows) / 20


def test_no_case_holds_two_districts_that_exclude_each_other_as_its_only_places(run: DryRun) -> None:
    for case in run.cases:
        for member in case.petitions:
            other = next((m for m in case.petitions if m.petition_id == member.matched_petition_id), None)
            if other is not None and member.score > 0 and {len(member.place.code), len(other.place.code)} == {6}:
                sure = {"certain", "likely"}
                if {member.place.confidence.value, other.place.confidence.value} <= sure:
                    assert member.place.code == other.place.code
