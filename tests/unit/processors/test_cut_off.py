"""A worker is killed while it sends what a step brought about: some of it is there, and the step comes again."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.shelf import rederive
from processors.tables import BESIDE, MemoryTable
from schemas.terms import CaseStatus, Opinion
from tests.desks import HOMES, JUDGEMENTS, PETITIONS, About, Desks, Message, accepted, judged_in, place_in
from tests.petitions import ROAD

APART = Opinion.NOT_SAME
Change = tuple[bytes, bytes]


class Logged(MemoryTable):
    """A table with its changelogs, in the order in which a worker sends them."""

    def __init__(self, changelog: list[Change]) -> None:
        super().__init__()
        for is_beside in (False, True):
            for key, value in changelog:
                if key.startswith(BESIDE) == is_beside:
                    self.derive(key, value)
                    rederive(self, key, value)
        self.changelog = changelog
        self.step: dict[bytes, bytes] = {}
        self.first: list[Change] = []

    def put_first(self, key: bytes, value: bytes) -> None:
        self.first.append((key, value))

    def put(self, key: bytes, value: bytes) -> None:
        super().put(key, value)
        self.step[key] = value

    derive = MemoryTable.put

    def in_turn(self) -> list[Change]:
        """What the step in work has changed: the cases, then what is known beside them."""
        return [*self.first, *sorted(self.step.items(), key=lambda change: change[0].startswith(BESIDE))]


class CutOff(Desks):
    """Desks whose workers take several messages in a step and are killed now and then."""

    def __init__(self, *homes: str, seed: int = 0, kills: int = 0) -> None:
        super().__init__(*homes)
        self.random = random.Random(seed)
        self.kills = kills
        for home in self.homes:
            self._start(home, [])

    def _start(self, home: str, changelog: list[Change]) -> None:
        self.tables[home] = Logged(changelog)
        self.books[home] = self._book(home)

    def work_off(self) -> "CutOff":
        """All messages, in steps of one to three of a queue."""
        while waiting := [
            (home, queue) for queues in (self.linked, self.judgements) for home, queue in queues.items() if queue
        ]:
            home, queue = self.random.choice(waiting)
            messages = [queue.popleft() for _ in range(min(len(queue), self.random.randint(1, 3)))]
            while self.kills and self.random.random() < 0.5:
                self.kills -= 1
                self.step(home, messages, is_killed=True)
            self.step(home, messages)
        return self

    def step(self, home: str, messages: list[Message], *, is_killed: bool = False) -> None:
        table, book = self.tables[home], self.books[home]
        assert isinstance(table, Logged)
        self.take(book, messages)
        book.finish()
        sent, changed = book.departures(), table.in_turn()
        if is_killed:
            confirmed = self.random.randint(0, len(sent) + len(changed))
            sent, changed = sent[:confirmed], changed[: max(0, confirmed - len(sent))]
        self.deliver(sent)
        changelog = table.changelog + changed
        if is_killed:
            self._start(home, changelog)
        else:
            table.changelog, table.step, table.first = changelog, {}, []


def send(desks: Desks, number: int, home: str, body: str, person: str) -> None:
    place = place_in(home) if len(home) == 6 else place_in("411002")
    who = person or f"R{number}"
    # the later the number, the earlier the day: each petition may rename the case that it comes to
    desks.send(
        record_no=str(number), home=home, place=place, body=body, day=50 - number, category="", petitioner_ref=who
    )


Drawn = list[tuple[str, str, str]]


def story(desks: CutOff, drawn: Drawn, about: About) -> CutOff:
    for number, (home, body, person) in enumerate(drawn):
        send(desks, number, home, body, person)
    for judgement in judged_in(about):
        desks.judge(judgement)
    return desks.work_off()


def whole(drawn: Drawn) -> list[str]:
    return sorted(map(str, range(len(drawn))))


def held(desks: Desks) -> list[str]:
    """The numbers of all petitions that are in a case, as often as they are."""
    return sorted(number for case in desks.numbers() for number in case)


@pytest.mark.parametrize("homes", [(), HOMES])
@settings(max_examples=200, deadline=None, derandomize=True)
@given(drawn=PETITIONS, about=JUDGEMENTS, seed=st.integers(0, 2**32), kills=st.integers(1, 6))
def test_however_often_a_worker_is_killed_the_cases_are_those_of_a_calm_day(
    homes: tuple[str, ...], drawn: Drawn, about: About, seed: int, kills: int
) -> None:
    killed = story(CutOff(*homes, seed=seed, kills=kills), drawn, about)
    assert killed.read_model() == story(CutOff(*homes, seed=seed), drawn, about).read_model()
    assert held(killed) == whole(drawn)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(drawn=PETITIONS, about=JUDGEMENTS, seed=st.integers(0, 2**32), kills=st.integers(1, 6))
def test_nothing_is_lost_or_doubled_where_people_judged_before_the_petitions_came(
    drawn: Drawn, about: About, seed: int, kills: int
) -> None:
    desks = CutOff(seed=seed, kills=kills)
    for judgement in judged_in([(one, other, APART, home) for one, other, _, home in about]):
        desks.step("", [judgement])
    assert held(story(desks, drawn, about)) == whole(drawn)


def test_cases_that_exchange_petitions_lose_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """1 was with 2, and 0 with 3; once 1 and 2 are judged apart, 1 and 0 change places."""
    for confirmed in range(5):
        desks = CutOff()
        for number in range(4):
            send(desks, number, "411002", ROAD, "")
        desks.work_off()
        *earlier, last = judged_in([(2, 3, APART, ""), (1, 0, APART, ""), (1, 2, APART, "")])
        for judgement in earlier:
            desks.step("", [judgement])
        before = desks.numbers()
        monkeypatch.setattr(desks.random, "randint", lambda first, last, at=confirmed: min(at, last))
        desks.step("", [last], is_killed=True)
        assert set(held(desks)) == set(whole([("", "", "")] * 4)), confirmed
        desks.step("", [last])
        assert held(desks) == whole([("", "", "")] * 4), confirmed
        assert desks.numbers() != before


def test_a_petition_that_parts_two_cases_anew_takes_no_other_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Petition 5 is earlier than 4, and apart from 3: where it comes 4 goes with it, and 0 stays with 3."""
    for confirmed in range(6):
        desks = CutOff()
        for judgement in judged_in([(5, 3, APART, "411002"), (3, 4, APART, "411002")]):
            desks.step("", [judgement])
        for number, person in ((1, ""), (0, "RA"), (4, "RA"), (2, ""), (3, "")):
            send(desks, number, "411002", ROAD, person)
            desks.work_off()
        send(desks, 5, "411002", ROAD, "")
        monkeypatch.setattr(desks.random, "randint", lambda first, last, at=confirmed: min(at, last))
        last = desks.linked[""].popleft()
        desks.step("", [last], is_killed=True)
        desks.step("", [last])
        assert held(desks) == whole([("", "", "")] * 6), confirmed


def test_petitions_come_back_although_only_their_case_told_that_they_were_sent_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Killed when the case is confirmed and nothing beside it; the first that comes back makes its case anew."""
    desks, numbers = CutOff(*HOMES), range(4)
    for number in numbers:
        send(desks, number, "411003", ROAD, "")
    desks.work_off()
    leave, come_back = judged_in([(3, 8, Opinion.SAME, "411023"), (3, 9, Opinion.SAME, "411003")])
    monkeypatch.setattr(desks.random, "randint", lambda first, last: len(numbers) + 1)
    desks.step("411003", [leave], is_killed=True)
    desks.step("411003", [leave])
    monkeypatch.undo()
    desks.step("411023", [leave])
    desks.step("411023", [come_back])
    desks.work_off()
    assert [[member.record_no for member in case.petitions] for case in desks.live()] == [list("3210")]
    assert desks.live()[0].home == "411003"


@pytest.mark.parametrize("seed", range(12))
def test_a_decision_that_waited_for_its_petition_is_applied_once(seed: int) -> None:
    desks = CutOff(seed=seed, kills=4)
    desks.linked[""].append(accepted("1"))
    send(desks, 1, "411002", ROAD, "")
    (case,) = desks.work_off().live()
    assert ([note.decision_id for note in case.notes], case.status) == (["D1"], CaseStatus.ACCEPTED)
