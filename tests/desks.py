"""Linking and the case desks of several homes in one process, with the messages between them in any order."""

from collections import deque
from collections.abc import Callable, Iterable
from datetime import timedelta
from itertools import groupby

from hypothesis import strategies as st

from processors.casebook import Casebook
from processors.moving import Departure, arrived
from processors.rules.case_life import Rules
from processors.rules.repeat import History, Reading, link
from processors.rules.tenure import Offices
from processors.tables import MemoryTable
from schemas.events import Case, Decision, Judgement, MeetingCall, MovedPetition
from schemas.keys import case_id, petition_id
from schemas.petition import Classification, LinkedPetition, Place
from schemas.terms import CaseStatus, Confidence, DecisionKind, Level, Opinion
from tests.petitions import NOISE, PLACE, ROAD, START, WAGES, jurisdiction, member, petition

RULES = Rules(
    determine=lambda *_: jurisdiction(),
    case_clocks=lambda *_: (),
    petition_clocks=lambda *_: (),
    offices=Offices(
        decision=lambda moved, _: jurisdiction(moved.unit).with_changes(ground=moved.ground),
        superior=lambda *_: "411002-government",
        objection_due=lambda on: on + timedelta(days=7),
    ),
)
SOURCE = "411002"
HOMES = ("411002", "411003", "411023", "41")
_BODIES = (ROAD, WAGES, NOISE, ROAD + WAGES, "我也是这个村的。" + ROAD)
PETITIONS = st.lists(
    st.tuples(st.sampled_from(HOMES), st.sampled_from(_BODIES), st.sampled_from(["", "RA", "RB"])),
    min_size=2,
    max_size=7,
)
"""Home, body and person of petitions that are numbered from 0."""
JUDGEMENTS = st.lists(
    st.tuples(
        st.integers(0, 6),
        st.integers(0, 6),
        st.sampled_from([Opinion.SAME, Opinion.SAME, Opinion.NOT_SAME, Opinion.UNSURE]),
        st.sampled_from(HOMES),
    ),
    max_size=5,
)
"""Two numbers, what was judged about them, and where they meet."""
About = list[tuple[int, int, Opinion, str]]
"""What `JUDGEMENTS` draws."""
Message = LinkedPetition | MovedPetition | MeetingCall | Decision | Judgement


def name_of(record_no: str) -> str:
    """The id of the petition under a number."""
    return petition_id(SOURCE, record_no)


def judged(one: str, other: str, opinion: Opinion, number: int = 1, meet_at: str = SOURCE) -> Judgement:
    """A judgement about the petitions under two numbers; a higher number is a later one."""
    first, second = sorted((name_of(one), name_of(other)))
    return Judgement(
        judgement_id=f"J{number}",
        opinion=opinion,
        petition_id=first,
        other_id=second,
        meet_at=meet_at,
        by="市信访局 督查岗",
        at=START.replace(minute=number),
        reason="当面核实",
    )


def judged_in(about: About) -> list[Judgement]:
    """The judgements that were drawn, a later one under a higher number."""
    return [
        judged(str(one), str(other), opinion, number, meet_at)
        for number, (one, other, opinion, meet_at) in enumerate(about)
        if one != other
    ]


def accepted(record_no: str, number: int = 1, home: str = SOURCE) -> Decision:
    """The case that is named after a petition is accepted; each time under another number."""
    return Decision(
        decision_id=f"D{number}",
        kind=DecisionKind.ACCEPT,
        case_id=case_id(name_of(record_no)),
        home=home,
        by="县信访局",
        at=START,
        reason="属实",
    )


def place_in(county: str) -> Place:
    """A township of a county."""
    return Place(code=f"{county}100", name="某镇", level=Level.TOWNSHIP, confidence=Confidence.CERTAIN)


class Desks:
    """One case desk for each home, or a single one for all where `homes` is empty."""

    def __init__(self, *homes: str) -> None:
        self.homes = homes or ("",)
        self.tables = {home: MemoryTable() for home in self.homes}
        self.books = {home: self._book(home) for home in self.homes}
        self.histories: dict[str, History] = {}
        self.linked: dict[str, deque[Message]] = {home: deque() for home in self.homes}
        self.judgements: dict[str, deque[Message]] = {home: deque() for home in self.homes}

    def _book(self, home: str) -> Casebook:
        return Casebook(self.tables[home], RULES, lambda asked: self.desk_of(asked) == home)

    def desk_of(self, home: str) -> str:
        return home if home in self.tables else self.homes[0]

    def send(
        self,
        *,
        place: Place = PLACE,
        category: str = "traffic",
        home: str = SOURCE,
        revision: int = 1,
        **fields: object,
    ) -> None:
        """Link a petition and put it on its way to its desk."""
        registered = petition(**fields).with_changes(revision=revision)
        history = self.histories.get(registered.route, ())
        made = link(registered, Reading(place, Classification(category=category), home), history)
        self.histories[registered.route] = made.history
        self.linked[self.desk_of(made.petition.home)].append(made.petition)

    def judge(self, judgement: Judgement) -> None:
        """Put a judgement on its way to every desk."""
        for queue in self.judgements.values():
            queue.append(judgement)

    def run(self, choose: Callable[[int], int] = lambda waiting: 0, repeated: int = 0, most: int = 1) -> "Desks":
        """Work all messages off; `choose` says which of the waiting queues comes next, and how many of it in a step.

        So many of the messages, chosen likewise, come a second time after all that waits there; `most` are in a step.
        """
        for _ in range(10_000):
            waiting = [
                (home, queue) for queues in (self.linked, self.judgements) for home, queue in queues.items() if queue
            ]
            if not waiting:
                return self
            home, queue = waiting[choose(len(waiting))]
            count = 1 if most == 1 else 1 + choose(min(most, len(queue)))
            messages = [queue.popleft() for _ in range(count)]
            self.work(home, *messages)
            if repeated and choose(4) == 0:
                queue += messages
                repeated -= 1
        raise AssertionError("the desks send one another messages for ever")

    def work(self, home: str, *messages: Message) -> None:
        book = self.books[home]
        self.take(book, messages)
        book.finish()
        self.deliver(book.departures())

    def deliver(self, departures: Iterable[Departure]) -> None:
        """Put what leaves a desk on its way to others."""
        for departure in departures:
            written = departure.what.to_bytes()
            self.linked[self.desk_of(departure.home)].append(type(departure.what).from_bytes(written))

    def take(self, book: Casebook, messages: Iterable[Message]) -> None:
        """Work messages off in their order; petitions that follow one another are looked up together."""
        for are_petitions, some in groupby(messages, lambda message: isinstance(message, LinkedPetition)):
            if are_petitions:
                self._file(book, (one for one in some if isinstance(one, LinkedPetition)))
                continue
            for message in some:
                match message:
                    case MeetingCall():
                        book.call(message)
                    case Decision():
                        book.decide(message)
                    case Judgement():
                        book.judge(message)

    def _file(self, book: Casebook, petitions: Iterable[LinkedPetition]) -> None:
        for one, expected in book.expected(petitions):
            book.add(one, arrived(one) if isinstance(one, MovedPetition) else member(one), expected)
            for decision in book.awaited(one.petition_id):
                book.decide(decision)

    def newest(self) -> dict[str, Case]:
        """Every case id with its highest version, as the index has it."""
        found: dict[str, Case] = {}
        for table in self.tables.values():
            for key, value in table.items():
                if key.startswith(b"C"):
                    case = Case.from_bytes(value)
                    known = found.get(case.case_id)
                    if known is not None and known.version == case.version:
                        assert known == case, "two desks wrote the same version of a case"
                    if known is None or known.version < case.version:
                        found[case.case_id] = case
        return found

    def live(self) -> list[Case]:
        return sorted(
            (case for case in self.newest().values() if case.status is not CaseStatus.MERGED), key=lambda c: c.case_id
        )

    def numbers(self) -> list[list[str]]:
        """The record numbers of each case."""
        return sorted([m.record_no for m in case.petitions] for case in self.live())

    def read_model(self) -> dict[str, object]:
        """All that must not depend on the order of arrival."""
        return {
            case.case_id: (
                case.home,
                [(m.record_no, m.verdict, m.matched_petition_id, m.evidence) for m in case.petitions],
                [made.judgement_id for made in case.judgements],
                case.kept_from,
                [(note.decision_id, note.case_id) for note in case.notes],
            )
            for case in self.live()
        }
