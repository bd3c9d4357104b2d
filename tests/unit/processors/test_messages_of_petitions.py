"""What a desk looks up of all petitions of a message before the first is filed is what it would find for each."""

import random
from collections import Counter
from collections.abc import Iterable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from processors import volumes
from processors.casebook import Casebook
from schemas.petition import LinkedPetition
from schemas.terms import Opinion
from tests.desks import HOMES, JUDGEMENTS, About, Desks, judged_in, place_in
from tests.petitions import NOISE, ROAD, WAGES

_BODIES = (ROAD, WAGES, ROAD + WAGES, "我也是这个村的。" + ROAD, ROAD[:30] + NOISE)
_PETITIONS = st.lists(
    st.tuples(st.integers(0, 6), st.sampled_from(HOMES), st.sampled_from(_BODIES), st.sampled_from(["", "RA", "RB"])),
    min_size=2,
    max_size=9,
)
"""Number, home, body and person; a number that comes again is a revision, with home and person as before."""
Drawn = list[tuple[int, str, str, str]]


class OneByOne(Desks):
    """Each petition is looked up only when the one before it is filed."""

    def _file(self, book: Casebook, petitions: Iterable[LinkedPetition]) -> None:
        for petition in petitions:
            super()._file(book, (petition,))


def story(desks: Desks, drawn: Drawn, about: About, seed: int) -> list[dict[bytes, bytes]]:
    """All that the tables hold in the end."""
    rng, first, revisions = random.Random(seed), dict[int, tuple[int, str, str]](), dict[int, int]()
    made = judged_in(about)
    for day, (number, home, body, person) in enumerate(drawn):
        day, home, person = first.setdefault(number, (day, home, person))
        revisions[number] = revisions.get(number, 0) + 1
        desks.send(
            record_no=str(number),
            revision=revisions[number],
            home=home,
            place=place_in(home if len(home) == 6 else "411002"),
            body=body,
            day=day,
            category="",
            petitioner_ref=person or f"R{number}",
        )
        if made and rng.random() < 0.4:
            desks.judge(made.pop(0))
        if rng.random() < 0.2:
            desks.run(rng.randrange, most=5)
    for judgement in made:
        desks.judge(judgement)
    desks.run(rng.randrange, repeated=3, most=9)
    return [dict(table.items()) for table in desks.tables.values()]


REVISED_WHILE_ITS_CASE_MOVES = (
    [(2, "411003", ROAD, ""), (0, "411003", ROAD, ""), (2, "411002", ROAD, "")],
    [(0, 1, Opinion.SAME, "411002")],
    275,
)
"""The revision comes in a message behind the petition because of which the older one goes to another home."""

REVISED_WHILE_IT_IS_AWAY = (
    [(0, "411002", ROAD, ""), (0, "411002", ROAD, "")],
    [(0, 1, Opinion.SAME, "411003"), (0, 2, Opinion.SAME, "411002")],
    4,
)
"""The revision comes to a desk that knows that its petition, which was sent on, is going to come back."""


@pytest.mark.parametrize("homes", [(), HOMES])
@pytest.mark.parametrize("most", [volumes.MOST_PETITIONS, 2])
@settings(max_examples=50, deadline=None)
@given(_PETITIONS, JUDGEMENTS, st.integers(0, 2**32))
@example(*REVISED_WHILE_ITS_CASE_MOVES)
@example(*REVISED_WHILE_IT_IS_AWAY)
def test_petitions_of_a_message_are_filed_as_if_each_came_by_itself_and_stand_in_their_newest_revision(
    homes: tuple[str, ...], most: int, drawn: Drawn, about: About, seed: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(volumes, "MOST_PETITIONS", most)
        desks = Desks(*homes)
        assert story(desks, drawn, about, seed) == story(OneByOne(*homes), drawn, about, seed)
    held = sorted((m.record_no, m.revision) for case in desks.live() for m in case.petitions)
    assert held == sorted((str(number), newest) for number, newest in Counter(number for number, *_ in drawn).items())
