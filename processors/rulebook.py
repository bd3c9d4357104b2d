"""The rules bound to one register: where a matter is, what it is about, who is accountable, until when."""

from collections.abc import Sequence
from datetime import date

from processors.rules.case_life import Rules
from processors.rules.classification import Classifier
from processors.rules.deadlines import case_clocks, petition_clocks
from processors.rules.handover import offices_of
from processors.rules.jurisdiction import Jurisdictions
from processors.rules.life import Life
from processors.rules.profiling import Letter, profiles
from processors.rules.register import NoUnit, Register
from processors.rules.repeat import Reading, names_of
from processors.rules.reported_steps import reported
from processors.rules.steps import Step
from processors.rules.territory.gazetteer import Gazetteer
from schemas.events import CasePetition, Decision
from schemas.life import Clock, JurisdictionDecision
from schemas.office_time import office_day
from schemas.petition import Classification, LinkedPetition, Petition, Place
from schemas.terms import DecisionKind, Ground, Level, Verdict


class Rulebook:
    """All rules that need the register, the lexicon or the calendar. Immutable; shared by all partitions."""

    def __init__(self, register: Register) -> None:
        """Raises `NoUnit` for a register without any unit: later nothing may be without one."""
        if not register.units:
            raise NoUnit("the register has no unit")
        self.register = register
        self.gazetteer = Gazetteer(register)
        self.classifier = Classifier()
        self.jurisdictions = Jurisdictions(register)
        self.rules = Rules(
            self.determine,
            self.clocks,
            self.petition_clocks,
            offices_of(register),
            self.redetermine,
            self.is_above,
            self.accused_in,
            register.path,
            self.jurisdictions.place_name,
        )

    def read(self, petitions: Sequence[Petition]) -> list[Reading]:
        """What each petition says by itself; together they cost much less than one by one."""
        days = [office_day(petition.received_at) for petition in petitions]
        places = list(map(self._locate, petitions, days))
        letters = [Letter(p.title, p.body, names_of(place)) for p, place in zip(petitions, places, strict=True)]
        homes = list(map(self._home, petitions, places, days))
        kinds = self.classifier.classify_all([(p.title, p.body, p.category_hint) for p in petitions])
        return list(map(Reading, places, kinds, homes, profiles(letters)))

    def _locate(self, petition: Petition, on: date) -> Place:
        """Where the matter is, on the day on which the petition was received."""
        return self.gazetteer.locate_matter(petition.place_text, petition.title, petition.body, on, petition.source)

    def _home(self, petition: Petition, place: Place, on: date) -> str:
        """The city whose partition a new matter lives in; the source's where no place below the province is known.

        Not the county: one letter about a matter names its county, the next one the city alone.
        """
        code = place.code if place.level is not Level.PROVINCE else ""
        return self.gazetteer.city_of(code or petition.source, on)

    def member(self, petition: LinkedPetition) -> CasePetition:
        """A petition as a member of a case."""
        return CasePetition.grown_from(petition, verdict=Verdict.FIRST, profile="", imprint="")

    def petition_clocks(self, member: CasePetition, decided: tuple[Step, ...]) -> tuple[Clock, ...]:
        """The clocks that its petitioner is owed: met by what its county reported or by what people decided."""
        steps = reported(member)
        if decided:
            steps = (*steps, *(step for step in decided if step.at >= member.received_at))
        return petition_clocks(
            member.counted_from or office_day(member.received_at),
            sorted(steps),
            office=member.office,
            is_reachable=member.petitioner_ref is not None,
        )

    def determine(
        self, first: CasePetition, place: Place, classification: Classification, accused: frozenset[str] = frozenset()
    ) -> JurisdictionDecision:
        """The one accountable unit, by the register of the day on which the first petition was received.

        `accused` are the units that other letters about the matter complain about.
        """
        return self.redetermine(first, place, classification, accused, office_day(first.received_at))

    def redetermine(
        self, first: CasePetition, place: Place, classification: Classification, accused: frozenset[str], on: date
    ) -> JurisdictionDecision:
        """The one accountable unit by the register of a later day, on which it changed."""
        text = first.title + "\n" + first.body
        return self.jurisdictions.determine(place, classification, text, first.source, first.channel, on, accused)

    def accused_in(self, petition: CasePetition, place: Place) -> tuple[str, ...]:
        """The units that a petition complains about, where the matter is at that place."""
        text, on = petition.title + "\n" + petition.body, office_day(petition.received_at)
        return self.jurisdictions.accused_in(text, place, petition.source, on)

    def is_above(self, code: str, other: str, on: date) -> bool:
        """Whether the first division contains the other one on that day."""
        return code != other and any(division.code == code for division in self.register.ancestors(other, on))

    def knows_change(self, decision: Decision) -> bool:
        """Whether the register holds the change by which a case is to be determined again."""
        return not decision.register_change or decision.register_change in self.register.version.split("+")

    def clocks(
        self, life: Life, classification: Classification, determined: JurisdictionDecision
    ) -> tuple[Clock, ...]:
        """The periods of the case as a whole."""
        return case_clocks(
            life.steps,
            category=classification.category,
            is_statutory=determined.ground is Ground.STATUTORY_CHANNEL,
            unfollowed=frozenset(odd.step_id for odd in life.odd if not odd.is_followed),
        )

    def knows_unit(self, decision: Decision) -> bool:
        """Whether the register knows the unit that a decision names, or need not: only some must name one."""
        if not decision.unit:
            return decision.kind is not DecisionKind.REASSIGN
        return self.register.unit(decision.unit, office_day(decision.at)) is not None
