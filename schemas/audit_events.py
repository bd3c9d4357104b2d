"""What officials did that their superiors may look up: on a topic of its own, kept for ever."""

from schemas.contract import Contract, Instant
from schemas.terms import AuditKind, Purpose, Role


class AuditRecord(Contract):
    """`petitions.audit`: one act of one official. Says which case, never who petitioned or what was written."""

    audit_id: str
    """`U` and 16 hex digits; the same act has the same id however often its record is sent."""
    kind: AuditKind
    at: Instant
    by: str
    """Sign-in name of the official."""
    role: Role
    unit: str
    """The official's unit on that day."""
    territory: str
    """Division code of the official's unit or of the territory supervised; decides which superiors may look it up."""
    case_id: str = ""
    petition_id: str = ""
    purpose: Purpose | None = None
    count: int = 0
    """How many cases were exported, or how many people keep the pseudonym of a key that is given up."""
    subject: str = ""
    """What else it is about: the contest of a number, a dead letter."""
