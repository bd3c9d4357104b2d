"""All that the routes need to reach the world, given to them when the application is made."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from consumers.api.acts import Acts
from consumers.api.alert_log import AlertLog, Entry
from consumers.api.limits import Limits
from consumers.api.openid import OpenId
from consumers.api.sessions import Sessions
from consumers.dead_letters.known import Letters, NoLetters
from consumers.message import Message
from consumers.rights.users import User, Users
from consumers.rights.viewer import Viewer, units_above
from consumers.saved.found import Finds
from consumers.saved.shelf import Shelf
from consumers.search.query_language import Query, parse_query
from consumers.search.reader import IndexReader, IndexUnavailable
from consumers.search.spelling import Spelling
from consumers.search.unit_names import units_named
from consumers.search.words import NO_WORDS
from consumers.sending import Unsent
from consumers.statistics.contests import Contests
from consumers.statistics.silence import Reporting
from schemas.audit_events import AuditRecord


class AuditLog(Protocol):
    """Keeps what officials did."""

    def keep(self, record: AuditRecord) -> None:
        """Returns when the record is safe; raises `AuditUnavailable`."""
        ...


class AuditUnavailable(RuntimeError):
    """The record cannot be kept now, so the act must not happen."""


def _no_reader(county: str, number: str) -> IndexReader:
    raise IndexUnavailable("no index")


def _nowhere(messages: Iterable[Message]) -> None:
    """A console without Kafka takes no decisions."""
    raise Unsent


Identity = Mapping[str, str]
OpenIdentity = Callable[[str, str], Identity | None]
"""Source and record number → name, ID number, phone, residence; None where nothing was sealed."""
Moved = Callable[[], Mapping[str, tuple[str, ...]]]
"""Divisions above villages that lie elsewhere today than their digits say → they and what contains them."""
Names = Callable[[], Mapping[str, str]]
"""Code of a unit, of a division down to the county, or of a category → its name on the day on which it is asked."""
Offices = Callable[[], Mapping[str, str]]
"""Unit → its division, of the units that exist on the day on which it is asked."""
Superiors = Callable[[], Mapping[str, str]]
"""Unit → the unit above it, by the register, on the day on which it is asked; "" for the highest."""
Tiles = Callable[[str], Mapping[str, tuple[int, int]]]
"""A province or city → the places right below it with row and column on a map of tiles; none where unknown."""
DaysOf = Callable[[Mapping[str, Any]], list[dict[str, Any]]]
"""A clock as a case tells it → each day of it: `on`, its `number` or 0, and `why` not (`why_en`)."""


@dataclass(frozen=True, eq=False)
class Backend:
    """What the process has; made by `consumers.api.process`, and by tests."""

    users: Users
    sessions: Sessions
    limits: Limits
    cases: Callable[[Viewer], IndexReader]
    """The cases, read within what this viewer may see. There is no other way to them."""
    audits: Callable[[Viewer], IndexReader]
    audit_log: AuditLog
    open_identity: OpenIdentity
    superiors: Superiors
    cursor_key: str = field(repr=False)
    receipt_code: Callable[[str, str], str] = lambda county, number: ""
    """Source and record number → the code on the receipt; who knows it may see what became of the petition."""
    of_receipt: Callable[[str, str], IndexReader] = _no_reader
    """The cases with a petition of that source and number, whoever may see them: for petitioners, and to know
    whose a number is."""
    carried_on: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Unit → those that are gone and whose powers it carries on."""
    offices: Offices = dict
    moved: Moved = dict
    patient_cases: Callable[[Viewer], IndexReader] | None = None
    """The same cases, given more time to answer than a page waits; see `cases_at_length`."""
    send: Callable[[Iterable[Message]], None] = _nowhere
    """Sends decisions and judgements; returns when Kafka has them, raises `Unsent`."""
    partitions: int = 1
    shelf: Shelf = field(default_factory=Shelf)
    """The kept searches."""
    finds: Finds = field(default_factory=Finds)
    """What they have found, as it comes."""
    acts: Acts = field(default_factory=Acts)
    alerts: AlertLog = field(default_factory=AlertLog)
    older_alerts: Callable[[date], Iterable[Entry]] = lambda on: ()
    """The alerts of a day, from where all are kept; raises `AlertsUnavailable`."""
    letters: Letters = field(default_factory=NoLetters)
    """Dead letters, without their bytes."""
    contests: Contests = field(default_factory=Contests)
    """Numbers that counties contest."""
    spelling: Spelling = field(default_factory=lambda: Spelling(NO_WORDS))
    """The words that are searched as words, and what was perhaps meant instead of others."""
    reporting: Callable[[], Reporting] = lambda: Reporting({}, {})
    """What the counties have reported; raises `ReportsUnavailable`."""
    names: Names = dict
    tiles: Tiles = lambda area: {}
    days_of: DaysOf = field(default=lambda clock: [])
    url: str = ""
    """The address that browsers know, without a slash at its end."""
    openid: OpenId | None = None

    def cases_at_length(self, viewer: Viewer) -> IndexReader:
        """The cases for what may take long and nobody looks at meanwhile: exports, reports, kept searches."""
        return (self.patient_cases or self.cases)(viewer)

    def query(self, text: str) -> Query:
        """What is searched for, with codes for the names of units; raises `QueryError`."""
        return parse_query(text, self.units_named)

    def units_named(self, name: str) -> Sequence[str]:
        """The codes of the units that a name in a query means."""
        return units_named(name, self.superiors(), self.names())

    def viewer(self, user: User) -> Viewer | None:
        """The official as of now; None where the register does not know the unit, because then nobody can tell
        which units stand above it."""
        if user.unit and user.unit not in self.superiors():
            return None
        above, may_see = self.above(user.unit), user.may_see_identities
        return Viewer(user.name, user.role, user.unit, user.territory, above, may_see, self.moved())

    def viewer_named(self, name: str) -> Viewer | None:
        """The same by sign-in name; None also for who is no user."""
        user = self.users.get(name)
        return self.viewer(user) if user else None

    def above(self, unit: str) -> frozenset[str]:
        """All units above one, by the register, and those that one of them or it carries on."""
        return units_above(unit, self.superiors(), self.carried_on)
