"""Reads and writes a register's folder: divisions as compressed CSV, departments and competences as TOML."""

import csv
import io
import tomllib
from collections.abc import Iterable
from datetime import date
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path
from typing import Any

from processors.rules.packing import packed, unpacked
from processors.rules.register import BEGINNING, END, Administration, Division, Exemption, Register
from processors.rules.register_change import first_of_each, with_changes
from processors.rules.territory.names import short_forms
from processors.rules.territory.units import Template, generate_units
from schemas.keys import digest
from schemas.register_events import RegisterChange
from schemas.terms import Level

DIVISIONS = "divisions.csv.xz"
ELSEWHERE = "elsewhere.csv.xz"
DEPARTMENTS = "departments.toml"
COMPETENCES = "competences.toml"
WORDS = "everyday_words.toml"
CHANGES = "changes"
MANIFEST = "register.toml"
COLUMNS = ("code", "name", "level", "parent", "valid_from", "valid_to", "successors", "aliases")


def load_register(
    folder: Path | None = None, tables: Path | None = None, changes: Iterable[RegisterChange] = ()
) -> Register:
    """The register in a folder, or the one that is shipped; its version names the data and the rules in it.

    `tables` is the folder of departments and competences, where it is not the register's own; `changes` are those
    adopted beside the ones that lie in the folder.
    """
    source = folder or shipped_folder()
    register = unchanged_register(source, tables)
    adopted = first_of_each((*read_changes(source), *changes))
    return with_changes(register, load_template(tables or source), adopted) if adopted else register


def unchanged_register(source: Path, tables: Path | None = None) -> Register:
    """The register in a folder as it is before any change; `tables` as in `load_register`."""
    tables = tables or source
    divisions = tuple(read_divisions(source / DIVISIONS))
    competences = _toml(tables / COMPETENCES)
    elsewhere = source / ELSEWHERE
    words = source / WORDS
    template = Template.from_dict(_toml(tables / DEPARTMENTS))
    return Register(
        version=version_of(source, tables),
        divisions=divisions,
        units=generate_units(divisions, template),
        competences={
            category: {Level(level): department for level, department in row.items()}
            for category, row in competences["competences"].items()
        },
        statutory_channels=dict(competences.get("statutory_channels", {})),
        administrations=tuple(_administration(row) for row in competences.get("administered", ())),
        exemptions=tuple(_exemption(row) for row in competences.get("exempted", ())),
        elsewhere=tuple(read_divisions(elsewhere)) if elsewhere.exists() else (),
        everyday_words=frozenset(_toml(words)["words"]) if words.exists() else frozenset(),
    )


def load_template(folder: Path | None = None) -> Template:
    """The departments of each level in a register's folder, or the shipped ones."""
    return Template.from_dict(_toml((folder or shipped_folder()) / DEPARTMENTS))


def read_changes(folder: Path) -> tuple[RegisterChange, ...]:
    """The adopted changes that lie in a register's folder, in the order of adoption."""
    paths = sorted((folder / CHANGES).glob("*.json"))
    changes = (RegisterChange.from_bytes(path.read_bytes()) for path in paths)
    return tuple(sorted(changes, key=lambda change: change.adopted_at))


def write_change(folder: Path, change: RegisterChange) -> Path:
    """Keep an adopted change in a register's folder."""
    path = folder / CHANGES / f"{change.effective_on}-{digest('change', change.change_id)}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(change.to_bytes())
    return path


def _administration(row: dict[str, Any]) -> Administration:
    categories = frozenset(row.get("categories", ()))
    return Administration(row["place"], row["by"], categories, row.get("from", BEGINNING), row.get("to", END))


def _exemption(row: dict[str, Any]) -> Exemption:
    level, department = Level(row["level"]), row.get("department", "")
    days = (row.get("from", BEGINNING), row.get("to", END))
    return Exemption(row["place"], row["category"], level, department, *days)


def shipped_folder() -> Path:
    """Where the register that comes with the platform lies."""
    return Path(str(files("processors") / "register"))


def version_of(folder: Path, tables: Path) -> str:
    """Date of the data and a hash over all that decides, so that a decision names what it rests on."""
    hasher = blake2b(digest_size=4)
    for path in (folder / DIVISIONS, tables / DEPARTMENTS, tables / COMPETENCES):
        hasher.update(path.read_bytes())
    return f"{_toml(folder / MANIFEST)['as_of']}-{hasher.hexdigest()}"


def read_divisions(path: Path) -> Iterable[Division]:
    """The divisions of one file, in its order; raises `ValueError` where its columns are not the expected ones."""
    rows = csv.reader(io.StringIO(unpacked(path.read_bytes()), newline=""))
    if tuple(next(rows, ())) != COLUMNS:
        raise ValueError(f"{path.name} must have the columns {', '.join(COLUMNS)}")
    levels = {level.value: level for level in Level}
    day = cache(date.fromisoformat)
    many = cache(_split)
    codes: dict[str, str] = {}
    for code, name, level, parent, start, end, successors, aliases in rows:
        yield Division(
            codes.setdefault(code, code),
            name,
            levels[level],
            codes.setdefault(parent, parent),
            day(start) if start else BEGINNING,
            day(end) if end else END,
            many(successors),
            (*many(aliases), *(short_forms(name, levels[level]) if level != "village" else ())),
        )


def write_divisions(path: Path, divisions: Iterable[Division]) -> None:
    """Write divisions in a stable order, so that the same sources always give the same bytes."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for item in sorted(divisions, key=lambda d: (len(d.code), d.code, d.valid_from)):
        start = "" if item.valid_from == BEGINNING else item.valid_from.isoformat()
        end = "" if item.valid_to == END else item.valid_to.isoformat()
        old_names = [name for name in item.aliases if name not in short_forms(item.name, item.level)]
        lists = (";".join(item.successors), ";".join(old_names))
        writer.writerow((item.code, item.name, item.level.value, item.parent, start, end, *lists))
    path.write_bytes(packed(text.getvalue()))


def _split(joined: str) -> tuple[str, ...]:
    return tuple(joined.split(";")) if joined else ()


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
