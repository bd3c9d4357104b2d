"""Invented ledgers of the county systems of one city or several, with their truth; same seed, same bytes."""

import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

from deploy.demo.corpus import Corpus, corpus
from deploy.demo.ledger_files import EXTENSIONS, write_ledger
from deploy.demo.places import places_of
from deploy.demo.province import SHARES, petitions_by_county, profiles_of, shares_of
from deploy.demo.rows import FAULTS, Row, RowWriter, resent, revised, spoilt
from deploy.demo.scenario import Scenario, Submission
from deploy.demo.truth import Expected, TruthRow, expected, to_csv
from processors.rules.register import Register
from producers.profiles import Profile

SEED = 20221
UNTIL = date(2026, 10, 31)
SILENT = "411330"
"""The county that has fallen silent."""
SILENT_DAYS = 12
ZERO_REPORTING = "411323"
"""The county that says so on days when it has nothing."""
RESENT, REVISED, LATE, REJECTED, REUSED = 0.02, 0.015, 0.02, 0.012, 0.003


@dataclass(frozen=True, slots=True)
class Ledger:
    """One file of one county."""

    county: str
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Ledgers:
    """All files, what is true of them, and the profile of each county as TOML."""

    files: tuple[Ledger, ...]
    truth: tuple[TruthRow, ...]
    profiles: Mapping[str, str]
    until: date

    @property
    def expected(self) -> Expected:
        """How many rows of each kind there are."""
        return expected(self.truth)

    @property
    def expected_by_county(self) -> dict[str, Expected]:
        """The same for each county."""
        by_county: dict[str, list[TruthRow]] = defaultdict(list)
        for row in self.truth:
            by_county[row.source].append(row)
        return {county: expected(rows) for county, rows in sorted(by_county.items())}

    def write(self, folder: Path) -> list[Path]:
        """One folder a county; `truth.csv` lies beside them."""
        paths = []
        for ledger in self.files:
            path = folder / ledger.county / ledger.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(ledger.content)
            paths.append(path)
        (folder / "truth.csv").write_text(to_csv(self.truth), "utf-8")
        return paths


def generate(size: int, seed: int, register: Register, until: date = UNTIL) -> Ledgers:
    """The ledgers of `size` petitions received in the year that ends at `until`, refused rows not counted."""
    shares = shares_of(size, register, until)
    texts = profiles_of(shares, register, until)
    profiles = {code: Profile.model_validate(tomllib.loads(text)) for code, text in texts.items()}
    material = corpus()
    rng = Random(seed)
    places = places_of(register, petitions_by_county(size, shares), until)
    scenario = Scenario(rng, material, places, shares, until)
    end = datetime(until.year, until.month, until.day, 10, tzinfo=UTC)
    found: list[Submission] = []
    for petitions in scenario.matters():
        found += petitions
        if len(found) >= size:
            break
    faulty = [scenario.lone() for _ in range(max(3 * len(FAULTS), round(size * REJECTED)))]
    by_source: dict[str, list[tuple[Submission, int]]] = defaultdict(list)
    for submission in found[:size]:
        by_source[_sender(submission, end)].append((submission, -1))
    for fault, submission in enumerate(faulty):
        by_source[_sender(submission, end)].append((submission, fault))
    ledgers: list[Ledger] = []
    truth: list[TruthRow] = []
    for index, (code, profile) in enumerate(sorted(profiles.items())):
        rows = _rows(rng, profile, by_source[code], material, index, end)
        for name, part in _deliveries(rows, profile):
            ledgers.append(Ledger(code, name, write_ledger(part, profile, rng)))
            truth += [_truth(row, code, name, number) for number, row in enumerate(part, start=1)]
    return Ledgers(tuple(ledgers), tuple(truth), texts, until)


def _sender(submission: Submission, end: datetime) -> str:
    """Where the county's own system is silent, people turn to the city's first district."""
    is_lost = submission.source == SILENT and submission.received_at > end - timedelta(days=SILENT_DAYS)
    return next(iter(SHARES)) if is_lost else submission.source


def _rows(
    rng: Random, profile: Profile, found: list[tuple[Submission, int]], material: Corpus, index: int, end: datetime
) -> list[Row]:
    """All rows of one county in the order in which it wrote them."""
    writer = RowWriter(rng, profile, material.phrases, index, end)
    rows: list[Row] = []
    again: list[Row] = []
    for submission, fault in sorted(found, key=lambda item: item[0].received_at):
        row = writer.row(submission)
        rows.append(spoilt(row, fault, profile.file.format) if fault >= 0 else row)
        draw = rng.random()
        if fault >= 0 or row.written_at > end - timedelta(days=SILENT_DAYS + 30):
            continue
        if draw < RESENT:
            again.append(resent(row, 1 + rng.random() * 20))
        elif draw < RESENT + REVISED:
            addition = rng.choice(material.phrases.revisions).format(t=submission.matter.spot.township)
            again.append(revised(row, 2 + rng.random() * 20, addition))
        elif draw < RESENT + REVISED + LATE:
            row.is_late = True
    _use_numbers_twice(rng, rows, {row.record_no for row in again})
    return sorted(rows + again, key=lambda row: row.written_at)


def _use_numbers_twice(rng: Random, rows: Sequence[Row], taken: set[str]) -> None:
    """Give some rows the number of an earlier row about another matter."""
    usable = [row for row in rows if not row.rejected and not row.is_late and row.record_no not in taken]
    count = min(len(usable) // 4, max(1, round(len(usable) * REUSED)))
    chosen = sorted(rng.sample(range(len(usable)), 2 * count))
    for earlier, later in zip(chosen[::2], chosen[1::2], strict=True):
        one, other = usable[earlier], usable[later]
        if one.submission.matter.kind.category == other.submission.matter.kind.category:
            continue
        if one.submission.person is other.submission.person:
            continue
        other.values["record_no"] = one.record_no
        other.is_reused = True


def _deliveries(rows: list[Row], profile: Profile) -> list[tuple[str, list[Row]]]:
    """The ledger, and after it what was sent late."""
    ending = EXTENSIONS[profile.file.format]
    parts = [(f"ledger.{ending}", [row for row in rows if not row.is_late])]
    late = [row for row in rows if row.is_late]
    return [*parts, (f"supplement.{ending}", late)] if late else parts


def _truth(row: Row, source: str, file: str, number: int) -> TruthRow:
    """What is true of the row; of a refused one only why."""
    if row.rejected:
        return TruthRow(source, file, number, row.record_no, row.outcome, row.rejected)
    submission = row.submission
    spot = submission.matter.spot
    return TruthRow(
        source=source,
        file=file,
        row=number,
        record_no=row.record_no,
        outcome=row.outcome,
        petition=f"{source}:{row.record_no}" + ("#2" if row.is_reused else ""),
        person="" if submission.is_anonymous else str(submission.person.number),
        matter=str(submission.matter.number),
        verdict=submission.verdict.value,
        change=submission.change,
        place=spot.county_code if submission.is_place_missing else spot.code,
        category=submission.matter.kind.category,
        twin="" if submission.twin < 0 else str(submission.twin),
        kind=submission.matter.kind.code,
    )
