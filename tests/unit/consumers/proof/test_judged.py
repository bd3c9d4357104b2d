"""What people judged is proved to hold, and what does not is named."""

import pytest

from consumers.proof import rows
from consumers.proof.account import Kind
from consumers.proof.judged import Judgements, unequal_judgements
from schemas.events import Case
from schemas.terms import Opinion
from tests.desks import judged
from tests.fakes_consumers import case, petition

ONE, OTHER = petition("1"), petition("2", row=2)
TOGETHER, APART = [case(ONE, OTHER)], [case(ONE), case(OTHER)]
NAMING = [mine.with_changes(kept_from=(its.case_id,)) for mine, its in (APART, APART[::-1])]


@pytest.mark.parametrize(
    ("cases", "opinions", "copies", "expected"),
    [
        (TOGETHER, [Opinion.SAME], 2, []),
        (TOGETHER, [Opinion.NOT_SAME], 2, [Kind.JUDGED_APART]),
        (TOGETHER, [Opinion.NOT_SAME, Opinion.UNSURE], 2, []),
        (APART, [Opinion.NOT_SAME], 2, []),
        (APART, [Opinion.SAME], 2, [Kind.JUDGED_SAME]),
        (NAMING, [Opinion.SAME], 2, []),
        (APART, [Opinion.UNSURE], 1, [Kind.JUDGEMENT_COPIES]),
        (APART[:1], [Opinion.SAME], 2, [Kind.JUDGEMENT_WAITS]),
    ],
)
def test_each_judgement_holds_or_is_named(
    cases: list[Case], opinions: list[Opinion], copies: int, expected: list[Kind]
) -> None:
    found = Judgements()
    for number, opinion in enumerate(opinions, 1):
        for _ in range(copies):
            found.receive(rows.decode_judgement(judged("1", "2", opinion, number).to_bytes()))
    filed = {one.case_id: rows.decode_case(one.to_bytes()) for one in cases}
    assert [difference.kind for difference in unequal_judgements(found, filed, partitions=2)] == expected
