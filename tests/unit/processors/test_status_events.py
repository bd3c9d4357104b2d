"""What counties push under a record number reaches the petition, whenever it comes and as often as it comes."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from consumers.dead_letters.resending import resent
from processors.effects import Effects
from processors.rulebook import Rulebook
from processors.stages import Books, CaseStep, LinkingStep, RegistrationStep
from processors.step import Step
from processors.tables import MemoryTable
from schemas.events import Case, DeadLetter
from schemas.petition import AnswerImprint, IntakeBatch, IntakeRecord, StatusEvent
from schemas.terms import CaseStatus, ClockKind, DecisionKind, RejectReason, Stage
from schemas.topics import Topic
from tests.petitions import START, intake_record
from tests.small_register import HEYANG, SHIQIAO, small_register

RULEBOOK = Rulebook(small_register())
TOWN, TRANSPORT = f"{SHIQIAO}-government", f"{HEYANG}-transport"
K = DecisionKind


class Pipeline:
    """All stages of one partition, one message after the other, as the workers send them on."""

    def __init__(self) -> None:
        steps: list[Step] = [RegistrationStep(), LinkingStep(RULEBOOK), CaseStep(RULEBOOK, Books(RULEBOOK, 1))]
        self.steps = {step.source: (step, MemoryTable()) for step in steps}
        self.dead = 0

    def send(self, *given: IntakeRecord | StatusEvent) -> None:
        records = tuple(one for one in given if isinstance(one, IntakeRecord))
        statuses = tuple(one for one in given if isinstance(one, StatusEvent))
        self.handle(Topic.INTAKE, IntakeBatch(records=records, statuses=statuses).to_bytes())

    def handle(self, topic: Topic, value: bytes) -> None:
        step, table = self.steps[topic]
        effects = Effects("t", 1, 200, datetime(2026, 1, 1, tzinfo=UTC))
        step.handle(value, "t:0:0", table, effects)
        step.finish(table)
        self.dead += len(effects.dead_letters)
        for message in [*effects.handed_over(), *effects.messages()]:
            after = Topic(message.topic.removeprefix("t."))
            if after in self.steps:
                self.handle(after, message.value)

    def case(self) -> Case:
        stored = [Case.from_bytes(v) for k, v in self.steps[Topic.LINKED][1].items() if k.startswith(b"C")]
        (live,) = (case for case in stored if case.status is not CaseStatus.MERGED)
        return live


def record(**fields: object) -> IntakeRecord:
    return intake_record(source=HEYANG, record_no="1", place_text="河阳县石桥镇", **fields)


def pushed(kind: DecisionKind, after: int, *, number: int = 1, unit: str = "", article: str = "") -> StatusEvent:
    return StatusEvent(
        receipt=f"{number:016x}",
        source=HEYANG,
        record_no="1",
        kind=kind,
        at=START + timedelta(days=after),
        ingested_at=START + timedelta(days=after),
        unit=unit,
        article=article,
    )


LIFE: list[IntakeRecord | StatusEvent] = [
    record(),
    pushed(K.TRANSFER, 1, number=1, unit=TRANSPORT),
    pushed(K.OBJECT, 3, number=2, article="三定方案"),
    pushed(K.HANDLE, 5, number=3),
]


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_status_events_count_in_the_order_in_which_they_happened(order: tuple[int, ...]) -> None:
    punctual, late = Pipeline(), Pipeline()
    for one in LIFE:
        punctual.send(one)
    for index in order:
        late.send(LIFE[index])
    first, second = punctual.case(), late.case()
    assert (second.status, second.clocks, second.refusals) == (first.status, first.clocks, first.refusals)
    assert second.petitions == first.petitions
    assert (first.status, len(first.refusals), first.irregularities) == (CaseStatus.HANDLING, 1, ())
    assert {clock.kind for clock in first.clocks} == {ClockKind.INFORM, ClockKind.OBJECT, ClockKind.CONCLUDE}


def test_the_same_event_again_changes_nothing() -> None:
    pipeline = Pipeline()
    pipeline.send(LIFE[0])
    pipeline.send(LIFE[1])
    version = pipeline.case().version
    pipeline.send(LIFE[1])
    pipeline.send(pushed(K.TRANSFER, 1, number=9, unit=TRANSPORT))  # the same in another delivery
    assert pipeline.case().version == version


def test_a_pushed_acceptance_moves_the_accountability() -> None:
    pipeline = Pipeline()
    for one in (record(), LIFE[1], pushed(K.ACCEPT, 4, number=5)):
        pipeline.send(one)
    case = pipeline.case()
    assert case.jurisdiction.accountable_unit == TRANSPORT
    assert [clock.met_on for clock in case.petitions[0].clocks] == [(START + timedelta(days=1)).date()]


def test_a_revision_keeps_what_was_pushed() -> None:
    pipeline = Pipeline()
    for one in (record(), LIFE[1], record(row=2, body="路面塌陷，雨后积水半米深，农机无法下地。")):
        pipeline.send(one)
    assert (pipeline.case().status, pipeline.case().petitions[0].revision) == (CaseStatus.TRANSFERRED, 2)


def test_a_revision_that_comes_late_still_tells_what_it_dated() -> None:
    newer = record(
        row=2,
        modified_at=START + timedelta(days=9),
        reported_status=CaseStatus.CONCLUDED,
        reported_status_at=START + timedelta(days=8),
    )
    older = record(
        row=1,
        modified_at=START + timedelta(days=3),
        reported_status=CaseStatus.ACCEPTED,
        reported_status_at=START + timedelta(days=2),
    )
    in_order, reversed_ = Pipeline(), Pipeline()
    for one in (older, newer):
        in_order.send(one)
    for one in (newer, older):
        reversed_.send(one)
    clocks = {clock.kind: (clock.started_on, clock.met_on) for clock in in_order.case().clocks}
    assert clocks[ClockKind.CONCLUDE] == ((START + timedelta(days=2)).date(), (START + timedelta(days=8)).date())
    assert reversed_.case().clocks == in_order.case().clocks
    assert reversed_.case().status == in_order.case().status == CaseStatus.CONCLUDED


@pytest.mark.parametrize("start", [b'{"records":[],', b"{"])
def test_an_event_that_cannot_be_read_is_buried_alone(start: bytes) -> None:
    pipeline = Pipeline()
    pipeline.send(record())
    good, bad = pushed(K.TRANSFER, 1, unit=TRANSPORT).to_bytes(), b'{"kind":"unheard-of"}'
    pipeline.handle(Topic.INTAKE, start + b'"statuses":[' + bad + b"," + good + b"]}")
    assert pipeline.dead == 1
    assert pipeline.case().status is CaseStatus.TRANSFERRED


def test_an_event_sent_back_from_the_dead_letters_is_applied() -> None:
    """As after a release that knows the value: the same bytes, which can be read now."""
    good = pushed(K.TRANSFER, 1, unit=TRANSPORT).to_bytes()
    buried = DeadLetter(
        letter_id="1",
        stage=Stage.REGISTRATION,
        reason=RejectReason.INVALID,
        source=HEYANG,
        origin="t.intake:0:7:statuses:1",
        at=START,
        raw=b64encode(good).decode(),
    )
    pipeline = Pipeline()
    pipeline.send(record())
    pipeline.handle(Topic.INTAKE, resent(buried, "t").value)
    assert (pipeline.dead, pipeline.case().status) == (0, CaseStatus.TRANSFERRED)


ANSWER, CORRECTED = AnswerImprint(digest="5b8e21c07f3a9d64", length=90), AnswerImprint(digest="0" * 16, length=70)


def answers(pipeline: Pipeline) -> set[AnswerImprint]:
    """The imprints that the only petition of the case bears, on itself and on its steps."""
    (member,) = pipeline.case().petitions
    return {told for told in (member.answer, *(step.answer for step in member.steps)) if told is not None}


def concluded(row: int = 1, answer: AnswerImprint | None = None, **changed: object) -> IntakeRecord:
    at = START + timedelta(days=8)
    fields = {"row": row, "reported_status": CaseStatus.CONCLUDED, "reported_status_at": at, "answer": answer}
    return record(**fields | {"content_hash": f"{row:016x}"} | changed)


def test_the_answer_that_a_county_pushes_is_kept_with_its_step_also_where_it_comes_later() -> None:
    conclusion = pushed(K.CONCLUDE, 8, number=4)
    for sent in ([conclusion.with_changes(answer=ANSWER)], [conclusion, conclusion.with_changes(answer=ANSWER)]):
        pipeline = Pipeline()
        for number, one in enumerate((record(), *sent)):
            pipeline.send(one if isinstance(one, IntakeRecord) else one.with_changes(receipt=f"{number:016x}"))
        case = pipeline.case()
        assert (answers(pipeline), case.status, case.irregularities) == ({ANSWER}, CaseStatus.CONCLUDED, ())
        pipeline.send(conclusion.with_changes(answer=ANSWER))
        assert pipeline.case().version == case.version


def test_an_answer_of_a_ledger_is_kept_by_revisions_that_say_nothing_of_it_and_replaced_by_another() -> None:
    pipeline = Pipeline()
    pipeline.send(concluded(1, ANSWER))
    assert answers(pipeline) == {ANSWER}
    pipeline.send(concluded(2, body="路面塌陷，雨后积水半米深，农机无法下地。"))
    assert answers(pipeline) == {ANSWER}
    pipeline.send(concluded(3, CORRECTED, body="路面塌陷，雨后积水半米深，农机都无法下地。"))
    assert answers(pipeline) == {CORRECTED}


def test_an_answer_survives_a_later_standing_and_an_older_revision_still_tells_its_own() -> None:
    reviewed = {"reported_status": CaseStatus.REVIEW, "reported_status_at": START + timedelta(days=20)}
    pipeline = Pipeline()
    pipeline.send(concluded(1, ANSWER))
    pipeline.send(concluded(2, **reviewed, body="路面塌陷，雨后积水半米深，农机无法下地。"))
    assert answers(pipeline) == {ANSWER}
    late = Pipeline()
    late.send(concluded(2, **reviewed, modified_at=START + timedelta(days=21)))
    late.send(concluded(1, ANSWER, modified_at=START + timedelta(days=9)))
    assert answers(late) == {ANSWER}
