"""The rules bound to one register: where a matter is, what it is about, who is accountable, until when."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from processors.rules.case_life import Rules
from processors.rules.classification import Classifier
from processors.rules.deadlines import case_clocks, petition_clocks
from processors.rules.jurisdiction import Jurisdictions
from processors.rules.register import Register
from processors.rules.territory.gazetteer import Gazetteer
from processors.rules.territory.lineage import county_of
from schemas.events import (
    CaseNote,
    CasePetition,
    Classification,
    Clock,
    Decision,
    JurisdictionDecision,
    LinkedPetition,
    Petition,
    Place,
)
from schemas.terms import CaseStatus, DecisionKind, Ground, Verdict

OFFICE_TIME = ZoneInfo("Asia/Shanghai")
"""Days of the law are days in China."""
_DONE = {CaseStatus.CONCLUDED, CaseStatus.TERMINATED, CaseStatus.DECLINED}


class Rulebook:
    """All rules that need the register, the lexicon or the calendar. Immutable; shared by all partitions."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self.gazetteer = Gazetteer(register)
        self.classifier = Classifier()
        self.jurisdictions = Jurisdictions(register)
        self.rules = Rules(self.determine, self.clocks)

    def locate(self, petition: Petition) -> Place:
        """Where the matter is, on the day on which the petition was received."""
        return self.gazetteer.locate_matter(
            petition.place_text, petition.title, petition.body, day(petition.received_at), petition.source
        )

    def classify(self, petition: Petition) -> Classification:
        """What the matter is about."""
        return self.classifier.classify(petition.title, petition.body, petition.category_hint)

    def home(self, petition: Petition, place: Place) -> str:
        """The county whose partition a new matter lives in; the source's where no place was recognised."""
        if not place.code:
            return petition.source
        return county_of(self.register, place.code, day(petition.received_at))

    def member(self, petition: LinkedPetition) -> CasePetition:
        """A petition as a member of a case, with the clocks that its petitioner is owed."""
        received_on = day(petition.received_at)
        reported_on = day(petition.reported_status_at) if petition.reported_status_at else None
        is_answered = petition.reported_status not in {None, CaseStatus.REGISTERED}
        clocks = petition_clocks(
            received_on,
            registered_on=received_on,
            informed_on=reported_on if is_answered else None,
            is_reachable=petition.petitioner_ref is not None,
        )
        return CasePetition.grown_from(petition, verdict=Verdict.FIRST, clocks=clocks)

    def determine(self, first: CasePetition, place: Place, classification: Classification) -> JurisdictionDecision:
        """The one accountable unit, by the register of the day on which the first petition was received."""
        return self.jurisdictions.determine(
            place,
            classification,
            first.title + "\n" + first.body,
            first.source,
            first.channel,
            day(first.received_at),
        )

    def clocks(
        self, classification: Classification, members: tuple[CasePetition, ...], notes: tuple[CaseNote, ...]
    ) -> tuple[Clock, ...]:
        """The periods of the case as a whole, from what people decided and counties reported."""
        decided = {note.kind: day(note.at) for note in reversed(notes) if note.kind is not None}
        reported = {
            m.reported_status: day(m.reported_status_at)
            for m in reversed(members)
            if m.reported_status is not None and m.reported_status_at is not None
        }
        done = [reported[status] for status in _DONE if status in reported]
        return case_clocks(
            category=classification.category,
            transferred_on=reported.get(CaseStatus.TRANSFERRED) or reported.get(CaseStatus.ASSIGNED),
            accepted_on=decided.get(DecisionKind.ACCEPT) or reported.get(CaseStatus.ACCEPTED),
            is_extended=DecisionKind.EXTEND in decided,
            concluded_on=decided.get(DecisionKind.CONCLUDE) or min(done, default=None),
        )

    def named_unit(self, decision: Decision) -> JurisdictionDecision | None:
        """The unit that a person named; None where the decision names none or the register does not know it."""
        unit = self.register.unit(decision.unit, day(decision.at)) if decision.unit else None
        if unit is None:
            return None
        return JurisdictionDecision(
            accountable_unit=unit.code,
            unit_name=unit.name,
            unit_level=unit.level,
            unit_division=unit.division,
            ground=Ground.DECIDED,
            article="24",
            reason=f"{decision.by}决定由{unit.name}负责",
            reason_en=f"{decision.by} decided that {unit.name} is accountable",
            register_version=self.register.version,
        )


def day(at: datetime) -> date:
    """The day of an instant, in China."""
    return at.astimezone(OFFICE_TIME).date()
