"""What the case desk knows of petitions beside their cases: judgements, decisions that wait, where they went.

Judgements reach every desk, also before their petitions or where these never come; a decision may overtake its
petition; a petition that moved to another home is still asked for here. Kept under `~` and the petition's id, in a
changelog of its own.
"""

from collections.abc import Iterable

import msgspec

from processors.rules.judgements import ever_same, in_order
from processors.rules.relation import Trace
from processors.tables import BESIDE, Table
from schemas.events import Decision, Judgement, MeetingCall
from schemas.keys import meeting_home


class Remark(msgspec.Struct, array_like=True, frozen=True):
    """All that is known of one petition beside its case."""

    judgements: tuple[bytes, ...] = ()
    decisions: tuple[bytes, ...] = ()
    """Decisions about the case that is named after it, which came before the petition."""
    away_at: str = ""
    """The home to which it was sent on."""
    revision: int = 0
    """The revision that was sent on."""
    trace: Trace | None = None
    """What later petitions are compared with, while it is away."""
    heard_at: str = ""
    """A home where it lives although it never was here, as another desk said."""
    calls: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Homes that wait for it, each with the petitions there that it belongs to."""
    asked: tuple[tuple[str, str, str], ...] = ()
    """Homes at which it was asked for, each with the home where it is awaited and whom it belongs to there."""


NOTHING_KNOWN = Remark()
_decode = msgspec.msgpack.Decoder(Remark).decode
_pack = msgspec.msgpack.Encoder().encode


class Remarks:
    """The remarks of one partition."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def of(self, petition_id: str) -> Remark:
        """What is known of a petition."""
        value = self._table.get(remark_key(petition_id))
        return remark_of(value) if value is not None else NOTHING_KNOWN

    def keep(self, petition_id: str, remark: Remark) -> None:
        """Replace what is known of a petition."""
        self._table.put(remark_key(petition_id), _pack(remark))

    def judgements(self, petition_id: str) -> tuple[Judgement, ...]:
        """What people judged about a petition, in the order of time."""
        return in_order(Judgement.from_bytes(value) for value in self.of(petition_id).judgements)

    def learn(self, judgement: Judgement) -> bool:
        """Keep a judgement with both its petitions; False where it was known of both."""
        value = judgement.to_bytes()
        lacking = [name for name in judgement.pair if value not in self.of(name).judgements]
        for name in lacking:
            known = self.of(name)
            self.keep(name, msgspec.structs.replace(known, judgements=(*known.judgements, value)))
        return bool(lacking)

    def brought_together(self, names: Iterable[str]) -> tuple[set[str], dict[str, Judgement]]:
        """All petitions that judgements ever led from these to one another, and these judgements by id.

        They meet where any of them says.
        """
        found, judged, waiting = set(names), dict[str, Judgement](), list(names)
        while waiting:
            made = self.judgements(waiting.pop())
            together = ever_same(made)
            judged |= {one.judgement_id: one for one in made if one.pair in together}
            near = {name for pair in together for name in pair}
            waiting += near - found
            found |= near
        return found, judged

    def ask(self, petition_id: str, where: str, call: MeetingCall) -> bool:
        """Note that a petition is asked for at a home; False where it was before, for the same."""
        known = self.of(petition_id)
        made = (where, call.meet_at, *call.kept_with)
        if made in known.asked:
            return False
        self.keep(petition_id, msgspec.structs.replace(known, asked=(*known.asked, made)))
        return True

    def wait(self, petition_id: str, decision: Decision) -> None:
        """Keep a decision until the petition comes after which its case is named."""
        known, value = self.of(petition_id), decision.to_bytes()
        if value not in known.decisions:
            self.keep(petition_id, msgspec.structs.replace(known, decisions=(*known.decisions, value)))

    def awaited(self, petition_id: str) -> list[Decision]:
        """The decisions that waited for a petition; they wait no longer."""
        known = self.of(petition_id)
        if known.decisions:
            self.keep(petition_id, msgspec.structs.replace(known, decisions=()))
        return [Decision.from_bytes(value) for value in known.decisions]

    def leaves(self, trace: Trace, revision: int, home: str) -> None:
        """A petition was sent on to another home, in this revision; a later one may be remembered already."""
        name, trace = trace.petition_id, msgspec.structs.replace(trace, revision=revision)
        self.keep(name, msgspec.structs.replace(self.of(name), away_at=home, revision=revision, trace=trace))

    def was_sent_on(self, petition_id: str, home: str) -> None:
        """All that is left of a petition that was sent on; should it come again, it is sent on again."""
        self.keep(petition_id, msgspec.structs.replace(self.of(petition_id), away_at=home))

    def returns(self, petition_id: str) -> None:
        """A petition that was sent on has come back."""
        known = self.of(petition_id)
        self.keep(petition_id, msgspec.structs.replace(known, away_at="", revision=0, trace=None))

    def called(self, call: MeetingCall) -> None:
        """Another home waits for a petition that did not come here yet."""
        known = self.of(call.petition_id)
        made = (call.meet_at, call.kept_with)
        if made not in known.calls:
            self.keep(call.petition_id, msgspec.structs.replace(known, calls=(*known.calls, made)))

    def heard(self, petition_id: str, home: str) -> list[MeetingCall]:
        """Another desk says where a petition lives; returns the calls that waited for it here."""
        known = self.of(petition_id)
        if known.away_at or known.heard_at == home:
            return []
        nearer = meeting_home({known.heard_at or home, home})
        self.keep(petition_id, msgspec.structs.replace(known, heard_at=nearer, calls=()))
        return [MeetingCall(petition_id=petition_id, meet_at=at, kept_with=kept) for at, kept in known.calls]

    def answered(self, petition_id: str) -> None:
        """The petition is here, so nobody waits for it any longer."""
        known = self.of(petition_id)
        self.keep(petition_id, msgspec.structs.replace(known, heard_at="", calls=()))


def remark_key(petition_id: str) -> bytes:
    """Where the remark of a petition is kept."""
    return BESIDE + petition_id.encode()


def remark_of(value: bytes) -> Remark:
    """Read what `Remarks.keep` wrote."""
    return _decode(value)
