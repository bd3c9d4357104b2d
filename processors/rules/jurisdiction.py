"""Exactly one accountable unit for a matter, and why: by place, competence and level (articles 22, 24, 28, 30).

First who is in charge of the matter in that place, then whether that unit may handle it: the unit complained about,
and whoever stands under it, never does.
"""

from collections.abc import Collection, Iterator
from datetime import date
from itertools import islice
from typing import TypeVar

from processors.rules.accused import Accused, recognise_accused, with_others
from processors.rules.assisting import assisting
from processors.rules.channels import channel_of, statutory
from processors.rules.competence import proposed
from processors.rules.explanation import Step, steps
from processors.rules.matter import GOVERNMENT, PETITION, RANK, Matter, Proposal
from processors.rules.reasons import decision_for, reason
from processors.rules.register import Register, Unit
from processors.rules.scope import Scope, scope_of
from processors.rules.withdrawal import without_interest
from processors.rules.wording import channel_name, read_wording
from schemas.life import JurisdictionDecision
from schemas.petition import Classification, Place
from schemas.terms import Channel, Confidence, Ground, Level

V = TypeVar("V")
MOST_KNOWN = 8_192
"""Of each kind that a worker keeps; a decision takes some 3 KB and 0.07 ms. A worker reaches this after some 40,000
petitions, and its memory grows no further."""
_ASSIGNED = Channel.ASSIGNED_FROM_ABOVE
_IN_OTHERS = "同一事项的其他来信"
_PLACE = "\N{NULL}"
"""Stands for the name of the place in a decision that is kept for all places of a township."""


class Jurisdictions:
    """Determines by one register, and keeps what does not depend on a letter's words or its village."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._scopes: dict[tuple[object, ...], Scope] = {}
        self._known: dict[tuple[object, ...], JurisdictionDecision] = {}
        self._above_counties: dict[tuple[str, int], bool] = {}

    @property
    def held(self) -> tuple[int, int]:
        """How many places and how many decisions are kept."""
        return len(self._scopes), len(self._known)

    def determine(
        self,
        place: Place,
        classification: Classification,
        text: str,
        source: str,
        channel: Channel,
        on: date,
        accused_elsewhere: Collection[str] = (),
    ) -> JurisdictionDecision:
        """The lowest level that has the power handles the matter where it is; exactly one unit, never none (22).

        `accused_elsewhere` are units that other letters about the matter complain about.
        """
        epoch = self._register.epoch(on)
        scope = self._scope(place, source, on, epoch)
        wording = read_wording(text)
        accused = recognise_accused(wording, scope.chain, on, self._register) if wording.words else None
        if accused_elsewhere:
            accused = with_others(accused, accused_elsewhere, on, self._register)
        matter = Matter(scope, classification, wording, source, channel, on, self._register)
        if accused is not None or not _is_plain(matter):
            return _determined(matter, place, accused, scope.name)
        sender = self._sender(matter, epoch)
        where = (scope.is_located, scope.is_elsewhere)
        kinds = (classification.category, *[also.category for also in classification.also])
        key = (*sender, *where, kinds, channel is _ASSIGNED, epoch)
        known = self._known.get(key)
        if known is None:
            _make_room(self._known)
            known = self._known[key] = _determined(matter, place, None, _PLACE)
        return known.with_changes(
            reason=known.reason.replace(_PLACE, scope.name),
            reason_en=known.reason_en.replace(_PLACE, scope.name),
            evidence=tuple(_evidence(matter, place, None)),
        )

    def accused_in(self, text: str, place: Place, source: str, on: date) -> tuple[str, ...]:
        """The codes of the units that one letter complains about."""
        wording = read_wording(text)
        if not wording.words:
            return ()
        scope = self._scope(place, source, on, self._register.epoch(on))
        accused = recognise_accused(wording, scope.chain, on, self._register)
        return tuple(sorted(unit.code for unit in accused.units)) if accused is not None else ()

    def place_name(self, place: Place, source: str, on: date) -> str:
        """The full name of a place on a day, as reasons tell it; its own where nothing is in its stead alone.

        Where the code of the place has ended, the name that belongs to it stands behind.
        """
        scope = self._scope(place, source, on, self._register.epoch(on))
        if not scope.is_located or scope.chain[0].level is not place.level:
            return place.name
        has_ended = scope.former is not None and scope.former.code == place.code
        return _with_former(scope, place.name) if has_ended else scope.name

    def _sender(self, matter: Matter, epoch: int) -> tuple[str, str]:
        """The lowest division with an office, and the source where the decision speaks of it."""
        scope, source = matter.scope, matter.source
        lowest = scope.offices[0].code if scope.offices else ""
        if matter.channel is _ASSIGNED or not scope.is_located:
            return lowest, source
        is_above = self._above_counties.get((source, epoch))
        if is_above is None:
            division = self._register.division(source, matter.on)
            is_above = self._above_counties[source, epoch] = (
                division is not None and RANK[division.level] < RANK[Level.COUNTY]
            )
        return lowest, source if is_above else ""

    def _scope(self, place: Place, source: str, on: date, epoch: int) -> Scope:
        key = (place.code, place.confidence, place.alternatives, bool(place.reason), source, epoch)
        known = self._scopes.get(key)
        if known is None:
            _make_room(self._scopes)
            known = self._scopes[key] = scope_of(place, source, on, self._register)
        return known


def explain(
    place: Place,
    classification: Classification,
    text: str,
    source: str,
    channel: Channel,
    on: date,
    register: Register,
) -> tuple[JurisdictionDecision, tuple[Step, ...]]:
    """The same determination with its steps, for whoever asks why."""
    scope, wording = scope_of(place, source, on, register), read_wording(text)
    accused = recognise_accused(wording, scope.chain, on, register)
    matter = Matter(scope, classification, wording, source, channel, on, register)
    decision = _determined(matter, place, accused, scope.name)
    return decision, tuple(steps(matter, place, accused, decision))


def _with_former(scope: Scope, name: str) -> str:
    """The name of today with what was other in the former one: `某省某市某街道（原某镇）`."""
    former = name
    for division in reversed(scope.chain):
        if not former.startswith(division.name):
            break
        former = former.removeprefix(division.name)
    return f"{scope.name}（原{former}）" if former else scope.name


def _make_room(known: dict[tuple[object, ...], V]) -> None:
    """Of too many the older half is dropped."""
    if len(known) >= MOST_KNOWN:
        for old in list(islice(known, MOST_KNOWN // 2)):
            del known[old]


def _is_plain(matter: Matter) -> bool:
    """Whether neither the words of the letter nor the history of its place matter for the unit."""
    return not channel_of(matter) and not matter.scope.disputed and matter.scope.former is None


def determine_jurisdiction(
    place: Place,
    classification: Classification,
    text: str,
    source: str,
    channel: Channel,
    on: date,
    register: Register,
) -> JurisdictionDecision:
    """One determination by itself; see `Jurisdictions.determine`."""
    return Jurisdictions(register).determine(place, classification, text, source, channel, on)


def _determined(matter: Matter, place: Place, accused: Accused | None, place_name: str) -> JurisdictionDecision:
    found = statutory(matter, accused) or proposed(matter) or _last_resort(matter)
    if accused is not None and accused.units:
        found = without_interest(matter, found, accused)
    decision = _decision(matter, place, found, accused, place_name)
    helping = assisting(matter, found, accused)
    return decision.with_changes(assisting=helping) if helping else decision


def _last_resort(matter: Matter) -> Proposal:
    return Proposal(next(matter.highest()), Ground.FIRST_RESPONSIBILITY, "last_resort")


def _decision(
    matter: Matter, place: Place, found: Proposal, accused: Accused | None, place_name: str
) -> JurisdictionDecision:
    """The proposal with its sentence in Chinese and English and its evidence; holds no word of the petition."""
    sentence, unit, kind = reason(found.key), found.unit, matter.classification
    source = matter.register.division(matter.source, matter.on)
    accused_units = accused.units if accused else ()
    fields = {
        "place": place_name,
        "unit": unit.name,
        "level": unit.level.label,
        "category": kind.category_name or "其他",
        "procedure": kind.category_name or "其他",
        "code": kind.category or "other",
        "source": source.name if source else "来源单位",
        "accused": "、".join(u.name for u in accused_units),
        **{name: value for name, value in found.fields.items() if value},
    }
    refused = [reason(key).zh.format(unit=name) for key, name in found.refused if name != unit.name]
    if found.ground is Ground.LEVEL and (office := _receiver(matter)) and office.code != unit.code:
        refused.append(reason("refused_source").zh.format(unit=office.name))
    return decision_for(
        unit,
        found.ground,
        sentence,
        fields,
        matter.register.version,
        evidence=tuple(_evidence(matter, place, accused)),
        refused=tuple(dict.fromkeys(refused)),
        accused_unit=accused_units[0].code if accused_units else "",
        also_accused=tuple(u.code for u in accused_units[1:]),
    )


def _receiver(matter: Matter) -> Unit | None:
    """The petition office that received what belongs lower."""
    source = matter.register.division(matter.source, matter.on)
    return matter.office_of((source,), PETITION, GOVERNMENT) if source else None


def _evidence(matter: Matter, place: Place, accused: Accused | None) -> Iterator[str]:
    if matter.scope.is_located and place.confidence is not Confidence.NONE:
        yield f"地点：{matter.scope.name}（{place.confidence.label}）"
    elif matter.scope.is_elsewhere and place.reason:
        yield f"地点：{place.reason}"
    kind = matter.classification
    if kind.category:
        yield f"类别：{kind.category_name}（{'、'.join(kind.terms[:5])}）"
    if matter.wording.channel:
        yield f"法定途径：{channel_name(matter.wording.channel)}（{'、'.join(matter.wording.channel_words[:3])}）"
    if accused is not None:
        names = "、".join(u.name for u in accused.units) or "村（社区）干部"
        yield f"被反映对象：{names}（{'、'.join(accused.acts[:3]) or _IN_OTHERS}）"
    yield f"渠道：{matter.channel.label}"
