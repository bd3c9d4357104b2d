"""What petitioners see of their own petition (article 21): by its number and the code on the receipt.

Nobody signs in. A wrong code, a wrong number and a number that does not exist get the same answer after the same
work, so nobody learns which petitions there are. The code is a keyed hash of source and number: it is stored nowhere.
"""

from datetime import date
from hmac import compare_digest
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from consumers.api.backend import Backend
from consumers.api.errors import ApiProblem, not_found
from consumers.api.keeping import send
from consumers.api.limits import PETITIONERS, PETITIONERS_OF_ALL
from consumers.api.record_numbers import Document, bearers
from consumers.api.signin import address_of
from consumers.deciding.decisions import PETITIONER, messages, rating
from schemas.cleaning import identifier
from schemas.keys import digest
from schemas.office_time import day_of
from schemas.terms import CaseStatus, Channel, ClockKind, Ground, Rating

ANSWERED = frozenset(
    {CaseStatus.CONCLUDED, CaseStatus.REVIEWED, CaseStatus.RE_REVIEWED, CaseStatus.TERMINATED, CaseStatus.DECLINED}
)
"""Where a petitioner can say how the handling was."""
RESTS_ON_A_LETTER = frozenset(
    {Ground.CONFLICT_OF_INTEREST, Ground.LEVEL, Ground.FIRST_RESPONSIBILITY, Ground.UNRESOLVED_PLACE}
)
"""Grounds that follow from what one letter says or from who received it, and not from the matter alone."""
ACCUSATIONS = "30"
"""The article by which an accusation goes to discipline: that there is one rests on a letter, too."""
WITHOUT_ITS_LETTER, ITS_ARTICLE = "按照属地管理、分级负责的原则和管理权限，由{unit}负责。", "22"
"""The one sentence for all of them, so that it does not tell which it stands for."""
WITHOUT_ITS_LETTER_EN = "{unit} is accountable, by territory, level and power."
RULED, RULED_EN = "决定由", " decided that "
"""What follows in a ruling's sentence on the office and official who ruled, between whom is a blank."""


class Receipt(BaseModel):
    """What stands on the receipt."""

    model_config = ConfigDict(extra="forbid")

    county: str = Field(pattern=r"^[0-9]{2,12}$")
    number: Annotated[str, Field(min_length=1, max_length=64), AfterValidator(identifier)]
    code: Annotated[str, Field(min_length=1, max_length=40, repr=False), AfterValidator(identifier)]


class Rated(Receipt):
    """How satisfied the petitioner is."""

    rating: Rating


class Due(BaseModel):
    """What comes next."""

    kind: ClockKind
    label: str
    due_on: date
    is_yours: bool
    """Whether it is the petitioner who may act until then."""


class PetitionState(BaseModel):
    """What became of one petition. Nothing of other petitions of the same matter."""

    received_on: date
    channel: str
    """Its label; `channel_code` is what programs go by."""
    channel_code: Channel
    status: CaseStatus
    status_label: str
    unit_name: str
    reason: str
    reason_en: str
    """Empty where it was decided before reasons were told in English."""
    article: str
    not_accepted: str
    """Why it is not accepted again, where it is not."""
    not_accepted_en: str
    due: list[Due]
    may_rate: bool


class RatingKept(BaseModel):
    """A rating that is kept."""

    rating: Rating


def petitioner_routes(backend: Backend) -> APIRouter:
    """The public routes of petitioners."""
    routes = APIRouter()

    @routes.post("/petitions/query")
    def state(receipt: Receipt, request: Request) -> PetitionState:
        """What became of one's petition, who is accountable and why, and what is due next."""
        return state_of(backend, receipt, request)

    @routes.post("/petitions/rating", status_code=202)
    def rate(rated: Rated, request: Request) -> RatingKept:
        """Say how satisfied one is, once there is an answer; the same again changes nothing."""
        keep_rating(backend, rated, request)
        return RatingKept(rating=rated.rating)

    return routes


def state_of(backend: Backend, receipt: Receipt, request: Request) -> PetitionState:
    """What became of the petition of a receipt; raises one 404 for all that is wrong."""
    return _state(*_petition(backend, receipt, request))


def keep_rating(backend: Backend, rated: Rated, request: Request) -> None:
    """Keep how satisfied a petitioner is; raises a 409 where there is no answer yet."""
    case, petition = _petition(backend, rated, request)
    if CaseStatus(case["status"]) not in ANSWERED:
        raise ApiProblem(409, "not_answered", "there is no answer yet that could be rated")
    # The index follows in a moment; until then this process knows what was said last.
    name = petition["petition_id"]
    last = backend.acts.done(PETITIONER, name, None)
    made = rating(case, name, rated.rating, at=backend.sessions.now, last=last)
    send(backend, messages([made], backend.partitions))
    backend.acts.keep(PETITIONER, name, None, made)


def _petition(backend: Backend, receipt: Receipt, request: Request) -> tuple[Document, Document]:
    """The case and the petition of a receipt; one 404 for all that is wrong, always after the same work."""
    backend.limits.take("petitioner-address", address_of(request), PETITIONERS)
    backend.limits.take("petitioner-number", digest("number", receipt.county, receipt.number), PETITIONERS)
    backend.limits.take("petitioners", "", PETITIONERS_OF_ALL)
    code = backend.receipt_code(receipt.county, receipt.number)
    is_right = compare_digest(code.encode(), receipt.code.upper().encode("utf-8", "replace"))
    found = bearers(backend, receipt.county, receipt.number)
    # A number that the county used for several matters is nobody's: its code would open them all.
    if not is_right or len(found) != 1 or found[0][1]["number_reused"]:
        raise not_found()
    return found[0]


def _state(case: Document, petition: Document) -> PetitionState:
    status = CaseStatus(case["status"])
    refused = petition.get("not_accepted")
    reason, reason_en, article = _reason(case)
    return PetitionState(
        received_on=day_of(petition["received_at"]),
        channel=Channel(petition["channel"]).label,
        channel_code=Channel(petition["channel"]),
        status=status,
        status_label=status.label,
        unit_name=case["unit_name"],
        reason=reason,
        reason_en=reason_en,
        article=article,
        not_accepted=refused["reason"] if refused else "",
        not_accepted_en=refused["reason_en"] if refused else "",
        due=_due(case, petition),
        may_rate=status in ANSWERED,
    )


def _reason(case: Document) -> tuple[str, str, str]:
    """Why the unit is accountable, in Chinese and English, and its article: never whom another accuses (28, 30).

    Which letter a sentence rests on is not known here, so in a matter of several petitioners none that rests on one
    is told. Who ruled is told by the office, without the official.
    """
    ground, unit, article = Ground(case["ground"]), case["unit_name"], case["article"]
    is_by_a_letter = ground in RESTS_ON_A_LETTER or article == ACCUSATIONS
    if is_by_a_letter and (case.get("joining_count", 1) or case.get("volume_of")):
        return WITHOUT_ITS_LETTER.format(unit=unit), WITHOUT_ITS_LETTER_EN.format(unit=unit), ITS_ARTICLE
    reason, reason_en = case["reason"], case["story"]["reason_en"]
    if ground is Ground.DECIDED:
        return _by_the_office(reason, RULED), _by_the_office(reason_en, RULED_EN), article
    return reason, reason_en, article


def _by_the_office(reason: str, ruled: str) -> str:
    """A ruling's sentence without the official."""
    by, found, what = reason.partition(ruled)
    return by.partition(" ")[0] + found + what if found else reason


def _due(case: Document, petition: Document) -> list[Due]:
    """The periods that run: of this petition and of the case, the next one first."""
    clocks = [*petition["clocks"], *case["story"]["clocks"]]
    running = {
        (clock["due_on"], clock["kind"], bool(clock.get("is_petitioners")))
        for clock in clocks
        if clock["met_on"] is None and not clock.get("is_stopped")
    }
    return [
        Due(kind=ClockKind(kind), label=ClockKind(kind).label, due_on=due_on, is_yours=is_yours)
        for due_on, kind, is_yours in sorted(running)
    ]
