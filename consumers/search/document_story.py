"""The part of a document that is only shown: the story of a case, as it can be told. Pure."""

from collections.abc import Iterable, Iterator
from typing import Any

from schemas.events import Case, CasePetition, Judgement, Question
from schemas.life import CaseNote, CaseStep, Clock
from schemas.terms import DecisionKind, StepKind


def story_of(case: Case, texts: dict[tuple[str, str], int]) -> dict[str, Any]:
    """Its petitions with what their counties reported, and all that was counted, decided, judged or asked.

    `texts`: each title and body with its number in the document.
    """
    decision = case.jurisdiction
    return {
        "petitions": [_chapter(petition, texts) for petition in case.petitions],
        "clocks": [_clock(clock) for clock in case.clocks],
        "notes": [_note(note) for note in case.notes],
        "tenures": [_shown(tenure, ("unit", "since", "ground")) for tenure in case.tenures],
        "refusals": [_shown(refusal, _OF_REFUSALS) for refusal in case.refusals],
        "irregularities": [_shown(odd, ("kind", "at", "status", "is_followed")) for odd in case.irregularities],
        "judgements": [_judgement(judgement) for judgement in case.judgements],
        "questions": [_question(question) for question in case.questions],
        "kept_from": list(case.kept_from),
        "reason_en": decision.reason_en,
        "evidence": list(decision.evidence),
        "refused": list(decision.refused),
        "register_version": decision.register_version,
        "place_reason": case.place.reason,
        "category_terms": list(case.classification.terms),
        "also": [_shown(also, ("category", "category_name", "terms")) for also in case.classification.also],
        "assisting": [_shown(unit, ("unit", "unit_name", "reason", "reason_en")) for unit in decision.assisting],
    }


def _chapter(petition: CasePetition, texts: dict[tuple[str, str], int]) -> dict[str, Any]:
    refused = petition.not_accepted
    return {
        "petition_id": petition.petition_id,
        "source": petition.source,
        "record_no": petition.record_no,
        "revision": petition.revision,
        "number_reused": petition.number_reused,
        "channel": petition.channel.value,
        "office": petition.office,
        "received_at": petition.received_at,
        "people": petition.people,
        "place_name": petition.place.name,
        "verdict": petition.verdict.value,
        "matched_petition_id": petition.matched_petition_id,
        "score": petition.score,
        "evidence": list(petition.evidence),
        "clocks": [_clock(clock) for clock in petition.clocks],
        "not_accepted": _shown(refused, ("article", "reason", "reason_en")) if refused is not None else None,
        "steps": [_step(step) for step in _steps(petition)],
        "text": texts[petition.title, petition.body],
    }


def _steps(petition: CasePetition) -> Iterator[CaseStep]:
    """What its county reported about a petition, in the order of time; that it was registered goes without saying."""
    own = petition.own_step
    told = (*petition.steps, own) if own is not None else petition.steps
    return (step for step in sorted(told, key=lambda step: step.at) if step.kind is not StepKind.REGISTERED)


def _step(step: CaseStep) -> dict[str, Any]:
    return _shown(step, ("at", "unit", "to_unit", "is_dated")) | {"kind": step.kind.value}


_OF_REFUSALS = ("at", "unit", "sender", "article", "due_on", "is_in_time", "wrong_unit", "reason")


def _shown(part: object, names: Iterable[str]) -> dict[str, Any]:
    """Some fields of a part of a case, however that was read."""
    return {name: getattr(part, name) for name in names}


def _note(note: CaseNote) -> dict[str, Any]:
    found = _shown(note, ("at", "text", "by", "decision_id"))
    if note.kind is DecisionKind.REVIEW:
        found["reviewed_by"] = note.unit
    return found


def _judgement(judgement: Judgement) -> dict[str, Any]:
    return {
        "opinion": judgement.opinion.value,
        "pair": list(judgement.pair),
        "by": judgement.by,
        "at": judgement.at,
        "reason": judgement.reason,
    }


def _question(question: Question) -> dict[str, Any]:
    return {
        "petition_id": question.petition_id,
        "other_id": question.other_id,
        "score": question.score,
        "evidence": list(question.evidence),
        "is_left_open": question.is_left_open,
    }


def _clock(clock: Clock) -> dict[str, Any]:
    found: dict[str, Any] = {
        "kind": clock.kind.value,
        "article": clock.article,
        "started_on": clock.started_on,
        "days": clock.days,
        "due_on": clock.due_on,
        "met_on": clock.met_on,
        "rule_version": clock.rule_version,
    }
    if clock.is_working_days or clock.stops or clock.is_stopped or clock.is_petitioners:
        found["is_working_days"] = clock.is_working_days
        found["stops"] = [{"first": stop.first, "last": stop.last} for stop in clock.stops]
        found["is_stopped"] = clock.is_stopped
        found["is_petitioners"] = clock.is_petitioners
    return found
