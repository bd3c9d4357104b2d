"""The console with what it needs from the other packages: the units of the register, and sealed identities."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from typing import TypeVar

from consumers.api.backend import Identity
from consumers.api.process import Provided, run
from consumers.replay import end_positions, replay
from deploy.clocks import days_of
from deploy.register_positions import Position, read_positions
from deploy.register_tiles import Tile, map_tiles
from processors.register_files import load_register, shipped_folder
from processors.register_log import RegisterWatch, adopted
from processors.rules.classification import shipped_lexicon
from processors.rules.register import Division, Register, Unit
from producers.instance_keys import keyring_of
from producers.keyring import Keyring
from schemas.keys import partition_of, record_key
from schemas.logs import configure_logs
from schemas.office_time import office_day
from schemas.settings import Settings
from schemas.terms import Level
from schemas.topics import Topic

log = logging.getLogger(__name__)

Made = TypeVar("Made")
Row = TypeVar("Row", Division, Unit)
NAMED = {Level.PROVINCE, Level.CITY, Level.COUNTY}


def serve(settings: Settings, announce: Callable[[str], None] | None = None) -> None:
    """Serve the console until SIGTERM; when the register has changed it leaves, to be started with it.

    Without `announce` it is the console that the supervisor keeps, see `run`.
    """
    configure_logs(settings.log_level)
    watch = RegisterWatch(settings)  # before the changes are read: one that comes meanwhile is seen
    register = load_register(settings.register_dir, changes=adopted(settings))
    identities = SealedIdentities(settings, keyring_of(settings, with_kept=False))
    positions = read_positions(settings.register_dir or shipped_folder())
    watch.start()
    tiles = of_today(lambda today: tiles_of(register, positions, today))
    provided = Provided(
        of_today(lambda today: superior_units(register, today)),
        carried_on(register),
        of_today(lambda today: offices(register, today)),
        of_today(lambda today: moved(register, today)),
        of_today(lambda today: names(register, today)),
        identities,
        days_of,
        identities.keyring.receipt_code,
        lambda area: tiles()(area),
    )
    run(settings, provided, announce)


def of_today(
    make: Callable[[date], Made], now: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> Callable[[], Made]:
    """What is made from a day, for the day of the office on which it is asked; kept until that day is over."""
    kept = lru_cache(maxsize=1)(make)
    return lambda: kept(office_day(now()))


def superior_units(register: Register, today: date) -> Mapping[str, str]:
    """Unit → the unit above it, "" for the highest; a unit that ended keeps the last one that it had."""
    return {unit.code: unit.superior for unit in begun(register.units, today)}


def carried_on(register: Register) -> Mapping[str, frozenset[str]]:
    """Unit → the units that are gone and whose powers it carries on."""
    found = defaultdict[str, set[str]](set)
    for gone in register.units:
        for heir in gone.successors:
            found[heir].add(gone.code)
    return {heir: frozenset(codes) for heir, codes in found.items()}


def offices(register: Register, today: date) -> Mapping[str, str]:
    """Unit → its division, of the units that exist."""
    return {unit.code: unit.division for unit in register.units if unit.is_valid_on(today)}


def moved(register: Register, today: date) -> Mapping[str, tuple[str, ...]]:
    """Divisions with units that lie elsewhere today than their digits say → they and what contains them."""
    codes = {one.code for one in register.divisions if one.level is not Level.VILLAGE and one.is_valid_on(today)}
    return {code: path for code in codes & register.moved if (path := register.path(code, today))}


def names(register: Register, today: date) -> Mapping[str, str]:
    """Code → name of units, of divisions down to the county, and of categories; what ended keeps its last name."""
    lexicon = shipped_lexicon()
    divisions = [one for one in register.divisions if one.level in NAMED]
    return (
        dict(zip(lexicon.codes, lexicon.names, strict=True))
        | {one.code: one.name for one in begun(divisions, today)}
        | {one.code: one.name for one in begun(register.units, today)}
    )


def begun(rows: Iterable[Row], today: date) -> list[Row]:
    """The rows of the register whose day has come, the latest of each code last; what is to come holds for nobody."""
    return sorted((one for one in rows if one.valid_from <= today), key=lambda one: one.valid_from)


def tiles_of(
    register: Register, positions: Mapping[str, Position], today: date
) -> Callable[[str], Mapping[str, Tile]]:
    """The map of tiles of a province or city, made when it is first asked for."""
    points = {code: one.point for code, one in positions.items()}

    @cache
    def of(area: str) -> Mapping[str, Tile]:
        is_known = register.division(area, today) is not None
        return map_tiles(register, points, area, today) if is_known else {}

    return of


@dataclass(frozen=True)
class SealedIdentities:
    """Opens the identity that was sealed with a record. Reads one partition of its topic: seldom, and on purpose."""

    settings: Settings
    keyring: Keyring = field(repr=False)

    def __call__(self, source: str, record_no: str) -> Identity | None:
        """Who is behind a record; None where the county told nobody."""
        topic = Topic.IDENTITY.under(self.settings.prefix)
        key = record_key(source, record_no)
        ends = end_positions(self.settings, topic)
        place = topic, partition_of(key, len(ends))
        # The others are "read" from their ends, so nothing of them comes.
        since = {where: end for where, end in ends.items() if where != place}
        sealed: bytes | None = None
        for records in replay(self.settings, topic, since=since):
            for record in records:
                if record.key == key.encode():
                    sealed = record.value
        return self.keyring.opened(sealed) if sealed else None
