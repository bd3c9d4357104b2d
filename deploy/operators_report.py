"""The report of a period for who runs the platform: of the whole province or of one place, without a viewer.

The same numbers, tables and printers as at the console; only where its sources come from is told here.
"""

from collections.abc import Iterable
from datetime import date

from consumers.elastic import connect
from consumers.reading import Unreadable
from consumers.reading import reader as reader_of
from consumers.replay import replay
from consumers.rights.scope import cases_of, is_within_or_around
from consumers.search.days import today
from consumers.search.finder import cases_seen
from consumers.search.index import alias_of
from consumers.search.reader import IndexReader
from consumers.statistics.compiling import Sources, by_rule, compiled, counted
from consumers.statistics.periods import Period
from consumers.statistics.reported import Reported
from consumers.statistics.reports import Report
from deploy.console import begun, names
from processors.register_files import load_register
from processors.register_log import adopted
from processors.rules.register import Register
from schemas.events import Alert
from schemas.office_time import office_day
from schemas.settings import Settings
from schemas.terms import Level
from schemas.topics import Topic

AT_ONCE = 500
"""Cases that the index is asked about together."""


class UnknownPlace(ValueError):
    """A code that no division of the register has."""


def operators_report(settings: Settings, period: Period, place: str = "") -> Report:
    """Compile the report of a place, "" for all; raises `UnknownPlace`, `ReportsUnavailable`, `IndexUnavailable`."""
    register = load_register(settings.register_dir, changes=adopted(settings))
    scope = name_of(register, place, today())
    reporting = Reported(settings)()
    with connect(settings) as client:
        reader = IndexReader(client, alias_of(settings), cases_of(place))
        sources = Sources(
            scope=scope,
            reporting=reporting.of(lambda county: is_within_or_around(place, county)),
            alerts=by_rule(_alerts(settings, reader, period, place)),
            alerts_since=None,
            names=names(register, today()),
        )
        return compiled(period, counted(reader, period), sources)


def name_of(register: Register, place: str, on: date) -> str:
    """The name of a division on that day, else its last; that of the province where none is meant."""
    known = begun(register.divisions, on)
    meant = [one for one in known if (one.code == place if place else one.level is Level.PROVINCE)]
    if not meant:
        raise UnknownPlace("no division of this code is in the register")
    return meant[-1].name


def _alerts(settings: Settings, reader: IndexReader, period: Period, place: str) -> list[Alert]:
    """The alerts of a period, each once: about cases that the reader sees, and about feeds of the place."""
    read = reader_of(Alert)
    known: dict[str, Alert] = {}
    for records in replay(settings, Topic.ALERTS.under(settings.prefix)):
        for record in records:
            try:
                alert = read(record.value or b"")
            except Unreadable:
                continue  # the console passes over it as well, and says so in its log
            if period.first <= office_day(alert.raised_at) <= period.last:
                known.setdefault(alert.alert_id, alert)
    seen = _seen(reader, {alert.subject for alert in known.values() if alert.unit})
    return [
        alert
        for alert in known.values()
        if (alert.subject in seen if alert.unit else alert.division.startswith(place))
    ]


def _seen(reader: IndexReader, subjects: Iterable[str]) -> set[str]:
    wanted = sorted(subjects)
    parts = (wanted[at : at + AT_ONCE] for at in range(0, len(wanted), AT_ONCE))
    return set[str]().union(*(cases_seen(reader, part) for part in parts))
