"""What counties pushed about their records is accounted for too: received = applied + waiting + rejected. Pure."""

from dataclasses import dataclass

from consumers.proof.account import Counts, Difference, Evidence, Kind
from consumers.proof.rows import Member, Pushed
from schemas.keys import pushed_step_id


@dataclass(slots=True)
class PushedTally(Counts):
    """What became of all status events that reached the intake."""

    received: int = 0
    applied: int = 0
    """They are steps of their petition; the same in several deliveries is one step."""
    waiting: int = 0
    """Their record has not come yet."""
    rejected: int = 0
    """In the dead letters of a stage."""

    @property
    def adds_up(self) -> bool:
        """Whether each became exactly one thing."""
        return self.received == self.applied + self.waiting + self.rejected


def pushed(evidence: Evidence) -> tuple[PushedTally, list[Difference]]:
    """Count what became of each status event, and name those that left no trace."""
    tally, differences = PushedTally(received=len(evidence.pushed)), []
    for event in evidence.pushed.values():
        key = event.source, event.record_no
        if any(_step_of(member, event) in member.step_ids for member in evidence.held(key)):
            tally.applied += 1
        elif event.receipt in evidence.buried:
            tally.rejected += 1
        elif all(receipt in evidence.buried for receipt in evidence.records.get(key, {})):
            tally.waiting += 1
        else:
            differences.append(Difference(Kind.MISSING_STEP, event.receipt, f"pushed by {event.source}, in no case"))
    return tally, differences


def _step_of(member: Member, event: Pushed) -> str:
    return pushed_step_id(member.petition_id, event.kind, event.at, event.unit, event.article)
