"""Who petitions about what, when and where: the invented year of one city, with its true links.

The truth is written down when a petition is invented, not derived from its text afterwards.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from random import Random

from deploy.demo.corpus import Corpus
from deploy.demo.letters import (
    IDENTICAL,
    LIGHT,
    MISREAD,
    REORDERED,
    RESIZED,
    RETOLD,
    REWORDED,
    Draft,
    changed,
    first_draft,
    names_told,
)
from deploy.demo.matters import Matter, as_another_tells_it, draw_matter, same_form
from deploy.demo.people import Person, draw_person
from deploy.demo.places import Places
from schemas.terms import Channel, Verdict

DAYS = 365
OFFICES = ("{c}信访局", "{c}人民政府", "县委书记信箱", "{city}信访局", "市长信箱", "{t}人民政府", "{c}12345热线")
CHANNELS = tuple(Channel)
CHANNEL_WEIGHTS = (14, 18, 8, 27, 20, 8, 1, 4)
MOST_JOINING = 60
AGAIN = {LIGHT: 18, RESIZED: 20, REORDERED: 20, REWORDED: 20, RETOLD: 15, MISREAD: 7}
"""How people come again: level of change → how often."""
JOINED = {REORDERED: 35, REWORDED: 45, RETOLD: 20}
"""How others take up a matter in their own words."""
ANSWER_DAYS = 16.0
"""Nearly the same words come again only after the days in which an answer is due; before, they are one letter sent
to many."""
KNOWN_WRITERS = 6
"""So many people write again and again about many matters."""


@dataclass(frozen=True, slots=True)
class Submission:
    """One petition before it becomes a row of a ledger."""

    matter: Matter
    person: Person
    is_anonymous: bool
    draft: Draft
    source: str
    channel: Channel
    office: str
    received_at: datetime
    verdict: Verdict
    change: int
    people: int = 1
    is_place_missing: bool = False
    twin: int = -1
    """Number of another matter in another place that was put into the very same words."""


class Scenario:
    """Invents matters one after the other, each with all its petitions."""

    def __init__(self, rng: Random, corpus: Corpus, places: Places, counties: dict[str, int], until: date) -> None:
        """`counties`: code of each county system → its share of all petitions."""
        self._rng = rng
        self._corpus = corpus
        self._places = places
        self._counties = tuple(counties)
        self._shares = tuple(counties.values())
        self._until = datetime(until.year, until.month, until.day, 10, tzinfo=UTC)
        self._matters = 0
        self._people = 0
        self._known: list[Person] = []
        self._last: Submission | None = None
        self._forms: list[Matter] = []
        """The matter of the last letter, and all for which that letter served as a form."""

    def matters(self) -> Iterator[list[Submission]]:
        """For ever: the petitions about one new matter after the other."""
        while True:
            yield self._one_matter()

    def lone(self) -> Submission:
        """A matter with a single petition."""
        return self._first(self._new_matter())

    def _one_matter(self) -> list[Submission]:
        rng = self._rng
        draw = rng.random()
        if draw < 0.06 and self._last is not None:
            return [self._same_words(self._last, is_here=draw < 0.03)]
        first = self._first(self._new_matter())
        if not first.is_place_missing:
            self._last, self._forms = first, [first.matter]
        found = [first]
        if draw < 0.14:
            found += self._sent_to_many(first)
        if 0.12 < draw < 0.29 and not first.is_anonymous:
            found += self._repeats(first)
        if 0.28 < draw < 0.36 and not first.matter.kind.is_personal:
            found += self._joining(first)
        return found

    def _new_matter(self) -> Matter:
        rng = self._rng
        kind = self._corpus.kinds[int(rng.random() * len(self._corpus.kinds))]
        county = rng.choices(self._counties, self._shares)[0]
        spot = self._places.draw(rng, county, kind.scale)
        opened = self._until - timedelta(minutes=int(rng.random() * DAYS * 1440))
        self._matters += 1
        return draw_matter(rng, self._corpus.names, self._matters, kind, spot, self._in_office(opened))

    def _first(self, matter: Matter) -> Submission:
        rng = self._rng
        is_anonymous = rng.random() < 0.05
        person = self._someone(matter)
        phrases = self._corpus.phrases
        is_missing = rng.random() < 0.025
        intros = self._intros(is_anonymous, is_missing, person.residence != matter.spot.written(2))
        people = 2 + int(rng.random() * 24) if rng.random() < 0.03 else 1
        draft = first_draft(rng, matter.kind, phrases, intros)
        channel = self._channel()
        return Submission(
            matter=matter,
            person=person,
            is_anonymous=is_anonymous,
            draft=replace(draft, greeting=self._greeting(channel, draft.greeting), note=self._note(people)),
            source=matter.spot.county_code,
            channel=channel,
            office=self._office(matter),
            received_at=matter.opened_at,
            verdict=Verdict.FIRST,
            change=IDENTICAL,
            people=people,
            is_place_missing=is_missing,
        )

    def _sent_to_many(self, first: Submission) -> Iterator[Submission]:
        """The same person sends the same text to several offices or channels within days.

        From the next day on: some counties write no time of day, so nobody could tell which of a day was the first.
        """
        sent = {(first.office, first.channel)}
        for _ in range(1 + int(self._rng.random() * 3)):
            office, channel = self._office(first.matter), self._channel()
            while (office, channel) in sent:
                office, channel = self._office(first.matter), self._channel()
            sent.add((office, channel))
            yield replace(
                first,
                draft=replace(first.draft, greeting=self._greeting(channel, first.draft.greeting)),
                source=self._source(first, away=0.3),
                channel=channel,
                office=office,
                received_at=self._later(first, 1.0, 6.0),
                verdict=Verdict.JOINING if first.is_anonymous else Verdict.SENT_TO_MANY,
            )

    def _repeats(self, first: Submission) -> Iterator[Submission]:
        """The same person comes again, weeks or months later, in words that change more or less."""
        rng, before = self._rng, first
        while self._days_left(before) >= ANSWER_DAYS:
            level = rng.choices(tuple(AGAIN), tuple(AGAIN.values()))[0]
            intros = self._intros(False, first.is_place_missing, False)
            draft = changed(first.draft, level, rng, first.matter.kind, self._corpus.phrases, intros)
            channel = self._channel()
            before = replace(
                first,
                draft=replace(draft, greeting=self._greeting(channel, draft.greeting)),
                source=self._source(first, away=0.12),
                channel=channel,
                office=self._office(first.matter),
                received_at=self._later(before, ANSWER_DAYS if level in {LIGHT, MISREAD} else 8.0, 90.0),
                verdict=Verdict.REPEAT,
                change=level,
            )
            yield before
            if rng.random() < 0.55:
                return

    def _joining(self, first: Submission) -> Iterator[Submission]:
        """Other people take up the matter: neighbours with a common letter, or each in their own words.

        From the next day on, as those who send one letter to many offices.
        """
        rng, matter = self._rng, first.matter
        count = min(MOST_JOINING, int(1 + 1.2 * rng.paretovariate(1.25)))
        is_common_letter = rng.random() < 0.5
        for _ in range(count - 1 or 1):
            is_anonymous = rng.random() < 0.08
            level = LIGHT if is_common_letter else rng.choices(tuple(JOINED), tuple(JOINED.values()))[0]
            intros = self._corpus.phrases.joining_intros
            told = matter if is_common_letter else as_another_tells_it(rng, self._corpus.names, matter)
            draft = changed(first.draft, level, rng, matter.kind, self._corpus.phrases, intros)
            channel = Channel.VISIT if is_common_letter else self._channel()
            greeting = self._greeting(channel, draft.greeting)
            yield replace(
                first,
                matter=told,
                person=self._new_person(matter),
                is_anonymous=is_anonymous,
                draft=replace(draft, greeting=greeting, intro=_one(rng, intros), again="", note=""),
                channel=channel,
                received_at=self._later(first, 1.0, 3.0 if is_common_letter else 100.0),
                verdict=Verdict.JOINING,
                change=level,
                people=1,
                is_place_missing=False,
            )

    def _same_words(self, other: Submission, *, is_here: bool) -> Submission:
        """A form filled in anew: another matter, because its place differs, or the names in it do where `is_here`."""
        rng, matter = self._rng, other.matter
        self._matters += 1
        told = names_told(other.draft, matter.kind) if is_here else ()
        named = {name: {form.facts[name] for form in self._forms} for name in told}
        spot = matter.spot
        while not named and spot.code == matter.spot.code:
            spot = self._places.draw_one_of(rng, matter.spot.county_code, matter.kind.scale)
        matter = same_form(rng, self._corpus.names, self._matters, matter, spot, named)
        self._forms.append(matter)
        person = other.person if rng.random() < 0.3 else self._new_person(matter)
        return replace(
            other,
            matter=matter,
            person=person,
            received_at=self._later(other, 0.5, 60.0),
            verdict=Verdict.FIRST,
            change=IDENTICAL,
            is_place_missing=False,
            twin=other.matter.number,
        )

    def _someone(self, matter: Matter) -> Person:
        """Mostly a new person; one in twelve has petitioned about something else before, some of them often."""
        draw = self._rng.random()
        if self._known and draw < 0.08:
            known = self._known[:KNOWN_WRITERS] if draw < 0.015 else self._known
            return known[int(self._rng.random() * len(known))]
        return self._new_person(matter)

    def _new_person(self, matter: Matter) -> Person:
        self._people += 1
        rng, spot = self._rng, matter.spot
        lives = spot if rng.random() < 0.85 else self._places.draw(rng, spot.county_code, "township")
        year = self._until.year
        person = draw_person(rng, self._corpus.names, self._people, lives.written(2), spot.county_code, year)
        self._known.append(person)
        return person

    def _intros(self, is_anonymous: bool, is_missing: bool, is_away: bool) -> tuple[str, ...]:
        phrases = self._corpus.phrases
        if is_missing:
            return phrases.bare_intros
        if is_anonymous:
            return phrases.anonymous_intros
        return phrases.away_intros if is_away and self._rng.random() < 0.5 else phrases.intros

    def _note(self, people: int) -> str:
        return (
            _one(self._rng, self._corpus.phrases.people_note).replace("{people}", str(people)) if people > 1 else ""
        )

    def _greeting(self, channel: Channel, written: str) -> str:
        phrases = self._corpus.phrases
        if channel in {Channel.CALL, Channel.HOTLINE}:
            return _one(self._rng, phrases.hotline)
        if channel is Channel.VISIT:
            return _one(self._rng, phrases.visit)
        return written if written in phrases.greetings else _one(self._rng, phrases.greetings)

    def _channel(self) -> Channel:
        return self._rng.choices(CHANNELS, CHANNEL_WEIGHTS)[0]

    def _office(self, matter: Matter) -> str:
        form = _one(self._rng, OFFICES)
        return form.format(c=matter.spot.county, t=matter.spot.township, city=matter.spot.city)

    def _source(self, first: Submission, away: float) -> str:
        return self._rng.choice(self._counties) if self._rng.random() < away else first.source

    def _later(self, earlier: Submission, least_days: float, most_days: float) -> datetime:
        days = least_days + self._rng.random() * (
            max(least_days, min(most_days, self._days_left(earlier))) - least_days
        )
        moment = self._in_office(earlier.received_at + timedelta(days=days))
        return max(moment, earlier.received_at + timedelta(minutes=1))

    def _days_left(self, submission: Submission) -> float:
        return (self._until - submission.received_at).total_seconds() / 86_400

    def _in_office(self, moment: datetime) -> datetime:
        """To the second, and not in the night: offices are open from 8 to 18 o'clock local time."""
        hour = moment.hour % 10
        return min(moment.replace(hour=hour, microsecond=0), self._until)


def _one(rng: Random, choices: tuple[str, ...]) -> str:
    return choices[int(rng.random() * len(choices))]
