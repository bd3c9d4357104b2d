"""County profiles: everything that differs between two county systems, as data.

One TOML file for each county system, named after its code (`410122.toml`). All keys:

    code = "410122"                     # division code of the county; the `source` of its records
    name = "中牟县"
    timezone = "Asia/Shanghai"          # of dates without one
    optional_columns = ["手机号"]        # mapped columns that may be absent from a delivery
    ignored_columns = ["序号", "经办人"]  # columns that are left out on purpose
    anonymous = ["匿名", "不愿透露"]      # names of people who want to stay unknown; replaces the default list

    [file]
    format = "csv"                      # csv, xlsx or jsonl
    encoding = "gb18030"                # utf-8, utf-8-sig (the same: a mark is skipped) or gb18030
    delimiter = ","                     # csv only
    header_row = 1                      # which filled row names the columns; those above it are skipped
    sheet = ""                          # xlsx only; empty: the first sheet

    [columns]                           # our field = their column, or several columns that are joined
    record_no = "信访件编号"
    received_at = "来信日期"
    channel = "信访形式"
    title = "标题"
    body = ["信访内容", "补充内容"]
    # further fields: modified_at, office, place_text, category_hint, people, status, status_at,
    # answer (what the petitioner was told; an imprint of it is kept, not the text),
    # and of the petitioner: name, id_number, phone, residence

    [joined_with]                       # between joined columns; else a line break for body, nothing for others
    residence = " "

    [constants]                         # for a field that the system does not write
    channel = "热线"                     # in the county's words: goes through the value map

    [values.channel]                    # the county's word = our code (schemas/terms.py, Channel)
    "来信" = "letter"
    [values.status]                     # the same for CaseStatus
    "已办结" = "concluded"

    [dates]                             # tried in this order; blanks stand for any number of blanks
    formats = ["%Y/%m/%d %H:%M:%S", "%Y-%m-%d", "%Y年%m月%d日", "excel", "iso"]

    [reports]
    every = "daily"                     # daily or weekly
    silent_after_days = 2               # later than this is silence
    records_per_day = 8                 # expected volume

Every column of a delivery is mapped, ignored on purpose, or counted as a warning. A mapped column that is absent and
not optional refuses all rows of the delivery. A word that is not in a value map refuses its row: nothing is guessed.
"""

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Literal, Self, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from schemas.contract import faulty_field
from schemas.keys import digest
from schemas.terms import CaseStatus, Channel

FieldName = Literal[
    "record_no",
    "received_at",
    "modified_at",
    "channel",
    "office",
    "title",
    "body",
    "place_text",
    "category_hint",
    "people",
    "status",
    "status_at",
    "answer",
    "name",
    "id_number",
    "phone",
    "residence",
]
FIELDS: tuple[FieldName, ...] = get_args(FieldName)
ANONYMOUS = ("匿名", "匿名信访人", "匿名群众", "匿名举报", "不愿透露", "不愿透露姓名")
DIRECTIVES = frozenset("YmdHMS")


class ProfileError(ValueError):
    """A profile that cannot be used: names the file and the key."""


class Part(BaseModel):
    """Part of a profile: frozen, and an unknown key is an error, because it is a slip of the pen."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class FileForm(Part):
    """How the county writes its files."""

    format: Literal["csv", "xlsx", "jsonl"]
    encoding: Literal["utf-8", "utf-8-sig", "gb18030"] = "utf-8"
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    header_row: int = Field(default=1, ge=1, le=100)
    sheet: str = ""


class Values(Part):
    """The county's words for our codes."""

    channel: dict[str, Channel] = {}
    status: dict[str, CaseStatus] = {}


class Dates(Part):
    """The ways in which the county writes dates."""

    formats: tuple[str, ...] = Field(min_length=1)

    @field_validator("formats")
    @classmethod
    def _known_directives(cls, formats: tuple[str, ...]) -> tuple[str, ...]:
        for form in formats:
            used = [part[:1] for part in form.split("%")[1:]]
            if form not in {"excel", "iso"} and (not {"Y", "m", "d"} <= set(used) or not set(used) <= DIRECTIVES):
                raise ValueError("a date format holds %Y %m %d and perhaps %H %M %S, or is excel or iso")
        return formats


class ExpectedReports(Part):
    """When the county must report, and how much is usual."""

    every: Literal["daily", "weekly"] = "daily"
    silent_after_days: int = Field(default=2, ge=1, le=60)
    records_per_day: float = Field(default=5.0, ge=0)


class Profile(Part):
    """One county system, as data."""

    code: str = Field(pattern=r"^[0-9]{2,12}$")
    name: str = Field(min_length=1)
    timezone: str = "Asia/Shanghai"
    optional_columns: frozenset[str] = frozenset()
    ignored_columns: frozenset[str] = frozenset()
    anonymous: frozenset[str] = frozenset(ANONYMOUS)
    file: FileForm
    columns: dict[FieldName, tuple[str, ...]]
    joined_with: dict[FieldName, str] = {}
    constants: dict[FieldName, str] = {}
    values: Values = Values()
    dates: Dates
    reports: ExpectedReports = ExpectedReports()

    @field_validator("columns", mode="before")
    @classmethod
    def _one_or_several(cls, columns: object) -> object:
        if not isinstance(columns, Mapping):
            return columns
        return {field: (names,) if isinstance(names, str) else names for field, names in columns.items()}

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("no such time zone") from error
        return name

    @model_validator(mode="after")
    def _is_usable(self) -> Self:
        given = set(self.columns) | set(self.constants)
        absent = [field for field in ("record_no", "received_at", "channel") if field not in given]
        if absent or not given & {"title", "body"}:
            raise ValueError(f"columns need {', '.join(absent) or 'title or body'}")
        if "record_no" in self.constants or "received_at" in self.constants:
            raise ValueError("constants cannot give record_no or received_at")
        if twice := set(self.columns) & set(self.constants):
            raise ValueError(f"constants repeat columns: {', '.join(sorted(twice))}")
        if not self.values.channel:
            raise ValueError("values.channel is empty")
        return self

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone of dates that name none."""
        return ZoneInfo(self.timezone)

    @cached_property
    def known_columns(self) -> frozenset[str]:
        """Columns that are mapped or ignored on purpose; any other is a signal."""
        return self.ignored_columns.union(*self.columns.values())

    def separator(self, field: FieldName) -> str:
        """What stands between the joined columns of a field."""
        return self.joined_with.get(field, "\n" if field == "body" else "")

    @cached_property
    def version(self) -> str:
        """Changes with whatever the profile says: read by another one the same push is another delivery."""
        return digest("profile", json.dumps(_in_order(self.model_dump()), sort_keys=True, default=str))

    @cached_property
    def canonical(self) -> "Profile":
        """The same county writing our own field names and codes, as the gateway also accepts."""
        channels = dict(self.values.channel) | {channel.value: channel for channel in Channel}
        statuses = dict(self.values.status) | {status.value: status for status in CaseStatus}
        changed = {
            "columns": {field: (field,) for field in FIELDS},
            "constants": {},
            "values": Values(channel=channels, status=statuses),
            "dates": Dates(formats=("iso", *(form for form in self.dates.formats if form != "iso"))),
        }
        kept = {name: getattr(self, name) for name in type(self).model_fields}
        return Profile.model_validate(kept | changed)


class Profiles:
    """The counties whose records are taken, by code."""

    def __init__(self, profiles: Iterable[Profile]) -> None:
        self._by_code = {profile.code: profile for profile in profiles}

    def __len__(self) -> int:
        return len(self._by_code)

    def __iter__(self) -> Iterator[Profile]:
        return iter(self._by_code.values())

    def get(self, code: str) -> Profile | None:
        """The profile of a county, or None where it is not registered."""
        return self._by_code.get(code)


def load_profile(path: Path) -> Profile:
    """Read one profile; raises `ProfileError` that names the file and the key, never a value."""
    try:
        return Profile.model_validate(tomllib.loads(path.read_text("utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{path.name}: {error}") from error
    except UnicodeDecodeError as error:
        raise ProfileError(f"{path.name}: not UTF-8") from error
    except ValidationError as error:
        raise ProfileError(f"{path.name}: {faulty_field(error) or 'profile'}: {_problem(error)}") from None


def load_profiles(folder: Path | None = None) -> Profiles:
    """Read all profiles of a folder (default: those that are shipped); a code may appear once."""
    where = Path(str(files("producers") / "counties")) if folder is None else folder
    if not where.is_dir():
        raise ProfileError(f"no folder of county profiles: {where}")
    seen: dict[str, Path] = {}
    profiles = []
    for path in sorted(where.glob("*.toml")):
        profile = load_profile(path)
        if profile.code in seen:
            raise ProfileError(f"{path.name}: code: also in {seen[profile.code].name}")
        seen[profile.code] = path
        profiles.append(profile)
    return Profiles(profiles)


def _problem(error: ValidationError) -> str:
    return str(error.errors(include_input=False, include_url=False, include_context=False)[0]["msg"])


def _in_order(value: object) -> object:
    """The same for every process: the order of a set is not."""
    match value:
        case dict():
            return {str(name): _in_order(part) for name, part in value.items()}
        case set() | frozenset():
            return sorted(map(str, value))
        case list() | tuple():
            return [_in_order(part) for part in value]
        case _:
            return value
