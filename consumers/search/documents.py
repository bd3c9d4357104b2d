"""A case becomes the document that officials search. Pure; never holds who petitioned, not even the pseudonym."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import orjson

from consumers.search.document_story import story_of
from consumers.search.false_closing import answers, came_again, was_closed_in_the_last_hour
from consumers.search.informing import informing
from consumers.search.words import NO_WORDS, WordList
from schemas.cleaning import narrow
from schemas.events import Case, CasePetition
from schemas.life import Clock
from schemas.terms import CaseStatus, DecisionKind, StepKind, Verdict

COLLECTIVE_FROM = 5
"""From five people on a petition is collective (集体访)."""
_PASSED = (
    (DecisionKind.ASSIGN, CaseStatus.ASSIGNED, StepKind.ASSIGNED),
    (DecisionKind.TRANSFER, CaseStatus.TRANSFERRED, StepKind.TRANSFERRED),
)
"""How the same is decided by a person, reported as where a case stands, and told as a step."""


def document_bytes(case: Case, words: WordList = NO_WORDS) -> bytes:
    """The document as JSON, ready for a bulk request."""
    return orjson.dumps(document(case, words))


def document(case: Case, words: WordList = NO_WORDS) -> dict[str, Any]:
    """All that can be searched, counted and shown of a case, without the petitioners' identity or pseudonym.

    `words` are those that are found as words; which list it was is kept beside them.
    """
    texts = _distinct_texts(case.petitions)
    titles, bodies = [narrow(title) for title, _ in texts], [narrow(body) for _, body in texts]
    return (
        _standing(case)
        | _jurisdiction(case)
        | _members(case)
        | _due_dates(case)
        | _life(case)
        | informing(case)
        | {
            "titles": titles,
            "bodies": bodies,
            "words": " ".join(words.of([*_searched_names(case), *titles, *bodies])),
            "word_list": words.version,
            "story": story_of(case, texts),
        }
    )


def people(petitions: Iterable[CasePetition]) -> int:
    """How many people stand behind a case: each petitioner once, with the most people that one petition names."""
    by_petitioner: dict[str, int] = {}
    for petition in petitions:
        # An anonymous petition cannot be told to be by the same person, so each counts.
        who = petition.petitioner_ref or petition.petition_id
        by_petitioner[who] = max(by_petitioner.get(who, 0), petition.people)
    return sum(by_petitioner.values())


def unmet_clocks(case: Case) -> Iterator[Clock]:
    """The periods that still run in a case and in its petitions; none once it is closed."""
    if case.is_open:
        yield from (clock for clock in case.clocks if clock.is_running)
        for petition in case.petitions:
            yield from (clock for clock in petition.clocks if clock.is_running)


def _standing(case: Case) -> dict[str, Any]:
    return {
        "case_id": case.case_id,
        "version": case.version,
        "status": case.status.value,
        "is_open": case.is_open,
        "merged_into": case.merged_into or None,
        "volume_of": case.volume_of or None,
        "takeover": case.takeover,
        "home": case.home,
        "opened_at": case.opened_at,
        "updated_at": case.updated_at,
        "last_received_at": max((p.received_at for p in case.petitions), default=case.opened_at),
        "place": case.place.code,
        "place_path": list(case.place_divisions),
        "place_name": case.place.name,
        "place_confidence": case.place.confidence.value,
        "category": case.classification.category,
        "category_name": case.classification.category_name,
        "sector": case.classification.sector,
        "sector_name": case.classification.sector_name,
        "issue": case.classification.issue,
        "issue_name": case.classification.issue_name,
    }


def _jurisdiction(case: Case) -> dict[str, Any]:
    decision = case.jurisdiction
    return {
        "unit": decision.accountable_unit,
        "unit_name": decision.unit_name,
        "unit_level": decision.unit_level.value,
        "unit_division": decision.unit_division,
        "asked_unit": (case.is_open and case.asked_unit) or None,
        "territories": sorted({*case.place_divisions, *case.unit_divisions}),
        "accused_units": sorted(decision.accused_units),
        "ground": decision.ground.value,
        "article": decision.article,
        "reason": decision.reason,
        "assisting_units": [unit.unit for unit in decision.assisting],
    }


def _members(case: Case) -> dict[str, Any]:
    members = case.petitions
    count = people(members)
    return {
        "channels": sorted({p.channel.value for p in members}),
        "sources": sorted({p.source for p in members}),
        "offices": sorted({p.office for p in members if p.office}),
        "record_nos": sorted({p.record_no for p in members}),
        "petition_ids": [p.petition_id for p in members],
        "verdicts": sorted(
            {p.verdict.value for p in members} | ({Verdict.UNSURE.value} if case.questions else set())
        ),
        "petition_count": len(members),
        "repeat_count": sum(p.verdict is Verdict.REPEAT for p in members),
        "joining_count": sum(p.verdict is Verdict.JOINING for p in members),
        "people": count,
        # a matter in several volumes is one collective matter: its first volume counts
        "is_collective": count >= COLLECTIVE_FROM and not case.volume_of,
    }


def _due_dates(case: Case) -> dict[str, Any]:
    earliest: dict[str, date] = {}
    for clock in unmet_clocks(case):
        known = earliest.get(clock.kind.value, clock.due_on)
        earliest[clock.kind.value] = min(known, clock.due_on)
    return {"due": earliest, "next_due_on": min(earliest.values(), default=None)}


def _life(case: Case) -> dict[str, Any]:
    return {
        "refusal_count": len(case.refusals),
        "refusing_units": sorted({refusal.unit for refusal in case.refusals}),
        "wrong_units": sorted({refusal.wrong_unit for refusal in case.refusals} - {""}),
        "irregular_count": len(case.irregularities),
        **_kept_periods(case),
        "passed": _passed(case),
        "was_unowned": _was_unowned(case),
        "came_again": came_again(case),
        "closed_in_last_hour": was_closed_in_the_last_hour(case),
        **_answers(case),
        "rating": next((note.rating.value for note in reversed(case.notes) if note.rating), None),
    }


def _answers(case: Case) -> dict[str, Any]:
    """What answers are compared by, and the matter that counts once: its first volume. Most cases have neither."""
    found = answers(case)
    return {"answers": found, "matter": (case.volume_of or case.case_id) if found else None}


def _passed(case: Case) -> list[str]:
    """Whether the case was transferred or assigned, as people decided or counties reported."""
    decided = {note.kind for note in case.notes}
    reported = {petition.reported_status for petition in case.petitions}
    kinds = {step.kind for petition in case.petitions for step in petition.steps}
    return [
        kind.value for decision, status, kind in _PASSED if decision in decided or status in reported or kind in kinds
    ]


def _was_unowned(case: Case) -> bool:
    """Whether there was a moment without an accountable unit. There must be none."""
    starts_late = bool(case.tenures) and case.tenures[0].since > case.opened_at
    return starts_late or "" in {case.jurisdiction.accountable_unit, *(tenure.unit for tenure in case.tenures)}


def _kept_periods(case: Case) -> dict[str, list[str]]:
    """Kinds of periods that were met, by whether all of a kind were met in time: one that was late makes it late.

    While one of a kind is not met it is not known whether all are kept.
    """
    owed = [
        clock
        for clock in (*case.clocks, *(clock for petition in case.petitions for clock in petition.clocks))
        if not clock.is_petitioners and not clock.is_right
    ]
    late = {clock.kind.value for clock in owed if clock.met_on is not None and clock.met_on > clock.due_on}
    unmet = {clock.kind.value for clock in owed if clock.met_on is None}
    return {"kept": sorted({clock.kind.value for clock in owed} - late - unmet), "late": sorted(late)}


def _distinct_texts(petitions: Iterable[CasePetition]) -> dict[tuple[str, str], int]:
    """Each text once, with its number: one letter that was sent to many offices is not stored many times."""
    texts: dict[tuple[str, str], int] = {}
    for petition in petitions:
        texts.setdefault((petition.title, petition.body), len(texts))
    return texts


def _searched_names(case: Case) -> tuple[str, str]:
    return case.place.name, case.jurisdiction.unit_name
