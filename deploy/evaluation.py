"""How right the decisions were, where the truth is known. Pure: decisions and truth in, figures out.

Same person: of all pairs of petitions by one person, those about one matter must be in one case, and no others.
Cases: B-cubed, that is for each petition how much of its case belongs there, and how much of its matter is there.
Verdicts: each verdict by itself, exactly as given.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from deploy.demo.truth import TruthRow
from schemas.events import Case
from schemas.petition import Petition
from schemas.terms import CaseStatus, Receipt, Verdict

TOWNSHIP, COUNTY = 9, 6
LINKED = (Verdict.SENT_TO_MANY, Verdict.REPEAT, Verdict.JOINING)


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided about one petition."""

    case_id: str
    verdict: str
    place: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and their harmonic mean."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    right: int
    of: int

    @property
    def rate(self) -> float:
        """The part that was right; 1 of nothing."""
        return self.right / self.of if self.of else 1.0


@dataclass(frozen=True, slots=True)
class Level:
    """How right the petitions of one kind are that differ so much from the first one of their matter."""

    found: Share
    """Those in a case with another petition of their matter."""
    cases: Score
    """B-cubed over these petitions."""


@dataclass(frozen=True, slots=True)
class Quality:
    """All figures of one evaluation."""

    petitions: int
    missing: int
    """Petitions of the truth without a decision."""
    surplus: int
    """Decisions about petitions that the truth does not know."""
    same_person: Score
    cases: Score
    collective: Score
    """B-cubed over the petitions of matters that several people took up."""
    verdicts: dict[str, Score]
    by_change: dict[tuple[str, int], Level]
    """By verdict and level of change."""
    twins_apart: Share
    """Matters in the same words elsewhere that were kept apart."""
    forms_apart: Share
    """Matters in one place in the same words with other names that were kept apart."""
    place_named: Share
    """Petitions whose letter names a place, and that were located at all."""
    township: Share
    """Of those located down to a township: in the right one."""
    county: Share
    """Of those located at all: in the right county."""
    category: Share
    """Of those classified: in the right category."""

    @property
    def hard_negatives_merged(self) -> int:
        """Matters that are not one in spite of nearly the same words, and were put into one case."""
        return sum(apart.of - apart.right for apart in (self.twins_apart, self.forms_apart))


def decisions_of(cases: Iterable[Case]) -> dict[str, Decided]:
    """Petition key → decision, from the cases as published; merged cases have given their petitions away.

    The volumes of one matter are one case here.
    """
    known = {case.case_id: case for case in cases}
    decided = {}
    for case in known.values():
        if case.status is CaseStatus.MERGED:
            continue
        matter = _first_volume(case, known)
        for member in case.petitions:
            category = member.classification.category
            decided[petition_key(member)] = Decided(matter, member.verdict.value, member.place.code, category)
    return decided


def _first_volume(case: Case, known: Mapping[str, Case]) -> str:
    passed = set[str]()
    while case.case_id not in passed:
        passed.add(case.case_id)
        case = known.get(case.volume_of or case.merged_into, case)
    return case.case_id


def petition_key(petition: Petition) -> str:
    """How the truth names a petition: source and number, with a mark where the number was used before."""
    return f"{petition.source}:{petition.record_no}" + ("#2" if petition.number_reused else "")


def evaluate(decisions: Mapping[str, Decided], rows: Iterable[TruthRow]) -> Quality:
    """Compare decisions with the truth of the ledgers, petition by petition."""
    truth = {row.petition: row for row in rows if row.outcome == Receipt.REGISTERED.value}
    known = {key: row for key, row in truth.items() if key in decisions}
    return Quality(
        petitions=len(truth),
        missing=len(truth) - len(known),
        surplus=len(decisions.keys() - truth.keys()),
        same_person=_same_person(decisions, known),
        cases=_b_cubed(decisions, known, known),
        collective=_b_cubed(decisions, known, _collective(known)),
        verdicts={verdict.value: _verdict(verdict.value, decisions, known) for verdict in (Verdict.FIRST, *LINKED)},
        by_change=_by_change(decisions, known),
        twins_apart=_twins(decisions, known, is_one_place=False),
        forms_apart=_twins(decisions, known, is_one_place=True),
        **_places(decisions, known),
    )


def as_json(quality: Quality) -> dict[str, object]:
    """For programs: rates rounded to four places."""
    shares = {
        name: getattr(quality, name)
        for name in ("twins_apart", "forms_apart", "place_named", "township", "county", "category")
    }
    return {
        "petitions": quality.petitions,
        "missing": quality.missing,
        "surplus": quality.surplus,
        "same_person": _score_json(quality.same_person),
        "cases_b_cubed": _score_json(quality.cases),
        "collective_b_cubed": _score_json(quality.collective),
        "hard_negatives_merged": quality.hard_negatives_merged,
        "verdicts": {name: _score_json(score) for name, score in quality.verdicts.items()},
        "by_change": [
            {"verdict": verdict, "change": change, **_share_json(level.found), "b_cubed": _score_json(level.cases)}
            for (verdict, change), level in quality.by_change.items()
        ],
        **{name: _share_json(share) for name, share in shares.items()},
    }


def _same_person(decisions: Mapping[str, Decided], known: Mapping[str, TruthRow]) -> Score:
    by_person = _grouped(known.values(), lambda row: row.person)
    right = said = true = 0
    for person, rows in by_person.items():
        for one, other in combinations(rows, 2) if person else ():
            is_same = one.matter == other.matter
            is_joined = decisions[one.petition].case_id == decisions[other.petition].case_id
            right += is_same and is_joined
            said += is_joined
            true += is_same
    return Score(right / said if said else 1.0, right / true if true else 1.0)


def _b_cubed(decisions: Mapping[str, Decided], known: Mapping[str, TruthRow], of: Iterable[str]) -> Score:
    """Over some petitions, each within all that are known."""
    cases: Counter[str] = Counter(decisions[key].case_id for key in known)
    matters: Counter[str] = Counter(row.matter for row in known.values())
    both: Counter[tuple[str, str]] = Counter((decisions[key].case_id, row.matter) for key, row in known.items())
    where = [(decisions[key].case_id, known[key].matter) for key in of]
    total = max(1, len(where))
    precision = sum(both[pair] / cases[pair[0]] for pair in where) / total
    recall = sum(both[pair] / matters[pair[1]] for pair in where) / total
    return Score(precision, recall)


def _collective(known: Mapping[str, TruthRow]) -> list[str]:
    """The petitions of matters of several people; who is anonymous is somebody else."""
    people: dict[str, set[str]] = defaultdict(set)
    for key, row in known.items():
        people[row.matter].add(row.person or key)
    return [key for key, row in known.items() if len(people[row.matter]) > 1]


def _verdict(verdict: str, decisions: Mapping[str, Decided], known: Mapping[str, TruthRow]) -> Score:
    said = {key for key in known if decisions[key].verdict == verdict}
    true = {key for key, row in known.items() if row.verdict == verdict}
    right = len(said & true)
    return Score(right / len(said) if said else 1.0, right / len(true) if true else 1.0)


def _by_change(decisions: Mapping[str, Decided], known: Mapping[str, TruthRow]) -> dict[tuple[str, int], Level]:
    together: Counter[tuple[str, str]] = Counter((decisions[key].case_id, row.matter) for key, row in known.items())
    kinds: dict[tuple[str, int], list[str]] = defaultdict(list)
    for key, row in known.items():
        if row.verdict != Verdict.FIRST.value:
            kinds[row.verdict, row.change].append(key)
    found = {
        kind: sum(together[decisions[key].case_id, known[key].matter] > 1 for key in keys)
        for kind, keys in kinds.items()
    }
    return {
        kind: Level(Share(found[kind], len(keys)), _b_cubed(decisions, known, keys))
        for kind, keys in sorted(kinds.items())
    }


def _twins(decisions: Mapping[str, Decided], known: Mapping[str, TruthRow], *, is_one_place: bool) -> Share:
    cases: dict[str, set[str]] = defaultdict(set)
    places: dict[str, str] = {}
    for key, row in known.items():
        cases[row.matter].add(decisions[key].case_id)
        places.setdefault(row.matter, row.place)
    pairs = {
        (row.matter, row.twin)
        for row in known.values()
        if row.twin in cases and (places[row.matter] == places[row.twin]) is is_one_place
    }
    return Share(sum(cases[one].isdisjoint(cases[other]) for one, other in pairs), len(pairs))


def _places(decisions: Mapping[str, Decided], known: Mapping[str, TruthRow]) -> dict[str, Share]:
    named = [(decisions[key], row) for key, row in known.items() if len(row.place) >= TOWNSHIP]
    located = [(decided, row) for decided, row in named if len(decided.place) >= COUNTY]
    townships = [(decided, row) for decided, row in located if len(decided.place) >= TOWNSHIP]
    classified = [(decisions[key], row) for key, row in known.items() if decisions[key].category]
    return {
        "place_named": Share(len(located), len(named)),
        "township": Share(sum(d.place[:TOWNSHIP] == row.place[:TOWNSHIP] for d, row in townships), len(townships)),
        "county": Share(sum(d.place[:COUNTY] == row.place[:COUNTY] for d, row in located), len(located)),
        "category": Share(sum(d.category == row.category for d, row in classified), len(classified)),
    }


def _grouped(rows: Iterable[TruthRow], key: Callable[[TruthRow], Hashable]) -> dict[Hashable, list[TruthRow]]:
    grouped: dict[Hashable, list[TruthRow]] = defaultdict(list)
    for row in rows:
        grouped[key(row)].append(row)
    return grouped


def _score_json(score: Score) -> dict[str, float]:
    return {"precision": round(score.precision, 4), "recall": round(score.recall, 4), "f1": round(score.f1, 4)}


def _share_json(share: Share) -> dict[str, float]:
    return {"right": share.right, "of": share.of, "rate": round(share.rate, 4)}
