"""Registration, linking and cases in one process: the steps of the workers, and between them messages as in Kafka."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from processors.effects import Effects
from processors.rulebook import Rulebook
from processors.rules.registration import Outcome, fingerprints
from processors.stages import Books, CaseStep, DecisionStep, JudgementStep, LinkingStep, RegistrationStep, key_of
from processors.step import Step
from processors.tables import MemoryTable, Table
from schemas.contract import Contract
from schemas.events import Case, Decision, Judgement
from schemas.petition import IntakeRecord
from schemas.terms import CaseStatus
from schemas.topics import Topic

BATCH = 200
"""Records that are received together."""
_PREFIX, _ORIGIN = "alone", "alone:0:0"


class StagesAlone:
    """The three stages as workers run them, in one partition, with dictionaries for tables."""

    def __init__(self, rulebook: Rulebook) -> None:
        books = Books(rulebook, partitions=1)
        self._registration, self._records, self._cases = RegistrationStep(), MemoryTable(), MemoryTable()
        self._decisions, self._judgements = DecisionStep(rulebook, books), JudgementStep(books)
        self._later: dict[str, tuple[Step, Table]] = {
            Topic.REGISTERED.under(_PREFIX): (LinkingStep(rulebook), MemoryTable()),
            Topic.LINKED.under(_PREFIX): (CaseStep(rulebook, books), self._cases),
        }

    def receive(self, records: Sequence[IntakeRecord]) -> Iterator[tuple[str, tuple[Outcome, str]]]:
        """For each receipt what the record was, and the petition that it belongs to."""
        effects = _no_effects()
        for record, fingerprint in zip(records, fingerprints(records), strict=True):
            result = self._registration.register(key_of(record), record, fingerprint, self._records, effects)
            owner = next(e for e in result.entries if any(seen == record.receipt for seen, _ in e.receipts))
            yield record.receipt, (result.outcome, owner.petition_id)
        self._pass_on(effects)

    def judge(self, judgements: Iterable[Judgement]) -> None:
        """What people judged; a judgement waits for the petitions that it is about."""
        for judgement in judgements:
            self._take(self._judgements, judgement)

    def decide(self, decisions: Iterable[Decision]) -> None:
        """What was decided about cases."""
        for decision in decisions:
            self._take(self._decisions, decision)

    def cases(self) -> list[Case]:
        """The cases as they are now, without those that others took over."""
        stored = (Case.from_bytes(v) for k, v in self._cases.items() if k.startswith(b"C"))
        return [case for case in stored if case.status is not CaseStatus.MERGED]

    def _take(self, step: Step, what: Contract) -> None:
        effects = _no_effects()
        step.handle(what.to_bytes(), _ORIGIN, self._cases, effects)
        step.finish(self._cases)
        self._pass_on(effects)

    def _pass_on(self, effects: Effects) -> None:
        """Hand every message to the stage that reads its topic, until there is none left; dead letters have none."""
        waiting = deque((*effects.handed_over(), *effects.messages()))
        while waiting:
            message = waiting.popleft()
            if message.topic not in self._later:
                continue
            step, table = self._later[message.topic]
            effects = _no_effects()
            step.handle(message.value, _ORIGIN, table, effects)
            step.finish(table)
            waiting += (*effects.handed_over(), *effects.messages())


def _no_effects() -> Effects:
    return Effects(_PREFIX, partitions=1, batch_records=BATCH, now=datetime.now(UTC))
