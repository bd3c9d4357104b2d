"""In whatever order the petitions of a year arrive, the cases are the same once all have arrived."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from random import Random

import pytest

from deploy.demo.county_folders import ledgers_in
from deploy.demo.generator import generate
from deploy.dry_run import read
from deploy.stages_alone import StagesAlone
from processors.rulebook import Rulebook
from processors.rules.register import Unit
from schemas.petition import IntakeRecord
from schemas.terms import Level
from tests.desks import RULES
from tests.fakes_demo import small_city

SIZE = 140


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> list[IntakeRecord]:
    """Invented petitions with their revisions, without numbers used twice: which was first there, arrival tells."""
    folder = tmp_path_factory.mktemp("ledgers")
    ledgers = generate(SIZE, 3, small_city(), date(2026, 3, 31))
    ledgers.write(folder)
    reused = {row.petition.removesuffix("#2") for row in ledgers.truth if row.petition.endswith("#2")}
    found = [item for item in read(ledgers_in([folder])) if isinstance(item, IntakeRecord)]
    return [record for record in found if f"{record.source}:{record.record_no}" not in reused]


def cases_of(records: list[IntakeRecord], rulebook: Rulebook) -> dict[str, object]:
    """What is decided of each case: its place and matter, and every petition with its verdict and the reasons."""
    stages = StagesAlone(rulebook)
    for start in range(0, len(records), 7):
        dict(stages.receive(records[start : start + 7]))
    return {
        case.case_id: (
            case.place,
            case.classification,
            case.status,
            [(m.petition_id, m.body, m.verdict, m.matched_petition_id, m.score, m.evidence) for m in case.petitions],
        )
        for case in stages.cases()
    }


def arriving(order: list[IntakeRecord], records: list[IntakeRecord]) -> list[IntakeRecord]:
    """Records in that order; those of one number, which one county sends, in the order in which it sent them."""
    sent: dict[tuple[str, str], Iterator[IntakeRecord]] = {}
    for record in order:
        number = (record.source, record.record_no)
        if number not in sent:
            sent[number] = iter([other for other in records if (other.source, other.record_no) == number])
    return [next(sent[record.source, record.record_no]) for record in order]


def test_shuffled_and_reversed_arrival_lead_to_the_same_cases(records: list[IntakeRecord]) -> None:
    root = Unit("41-government", "河南省人民政府", "省政府", Level.PROVINCE, "41", "government", "")
    rulebook = Rulebook(replace(small_city(), units=(root,)))
    rulebook.rules = RULES
    punctual = cases_of(records, rulebook)
    verdicts = Counter(verdict for *_, members in punctual.values() for _, _, verdict, *_ in members)
    assert min(verdicts["sent_to_many"], verdicts["repeat"], verdicts["joining"]) > 0
    for order in (records[::-1], Random(1).sample(records, len(records))):
        assert cases_of(arriving(order, records), rulebook) == punctual
