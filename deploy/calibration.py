"""Whether a score is the probability that it says, and where the rules are surest and wrong.

Looks at every pair of petitions that the search would compare and whose truth is known, as the stream scores it.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.evaluation import petition_key
from deploy.linking_training import Letter, candidate_pairs
from processors.rules.relation import OTHER_PETITIONER, SAME_PETITIONER, may_be_one_matter, relation
from schemas.events import Case

BINS = 10
MOST_MISTAKES = 200
MISTAKE_COLUMNS = ("said", "true", "score", "one", "other", "one_title", "other_title", "evidence")
_SIZE, _EDGE = 400, 40
"""Of the plot, and what stands around it for its figures."""


@dataclass(frozen=True, slots=True)
class Scored:
    """Two petitions, by their ids, what the rules say about them, and what is true."""

    one: str
    other: str
    score: float
    is_joined: bool
    is_same: bool
    evidence: tuple[str, ...]

    @property
    def error(self) -> float:
        """How far the score is from the truth, from 0 to 1."""
        return abs(self.score - self.is_same)


@dataclass(frozen=True, slots=True)
class Bin:
    """Pairs with nearly the same score."""

    pairs: int
    score: float
    """What was said: the mean score."""
    rate: float
    """What was true: the share of pairs that are one matter."""


def scored(letters: Sequence[Letter]) -> list[Scored]:
    """Every pair that the search may compare; without those of which one truth is not known."""
    pairs = sorted({pair for pair in candidate_pairs(letters) if all(letters[one].matter for one in pair)})
    return [_scored(letters[one], letters[other]) for one, other in pairs]


def _scored(one: Letter, other: Letter) -> Scored:
    weights = SAME_PETITIONER if one.person == other.person != "" else OTHER_PETITIONER
    found = relation(one.trace, other.trace, weights)
    is_joined, is_same = found.score >= weights.same, one.matter == other.matter
    if weights is OTHER_PETITIONER:
        is_joined = is_joined and may_be_one_matter(one.trace, other.trace, weights) is not None
    return Scored(one.trace.petition_id, other.trace.petition_id, found.score, is_joined, is_same, found.evidence)


def binned(pairs: Iterable[Scored]) -> list[Bin]:
    """The pairs by tenths of their score; a tenth without pairs is left out."""
    groups: list[list[Scored]] = [[] for _ in range(BINS)]
    for pair in pairs:
        groups[min(BINS - 1, int(pair.score * BINS))].append(pair)
    return [
        Bin(len(g), sum(pair.score for pair in g) / len(g), sum(pair.is_same for pair in g) / len(g))
        for g in groups
        if g
    ]


def calibration_error(bins: Sequence[Bin]) -> float:
    """How far what was said is from what was true, on the average of all pairs."""
    total = sum(found.pairs for found in bins)
    return sum(found.pairs * abs(found.score - found.rate) for found in bins) / total if total else 0.0


def worst(pairs: Iterable[Scored]) -> list[Scored]:
    """Pairs that were wrongly joined or wrongly parted, the surest first."""
    wrong = [pair for pair in pairs if pair.is_joined is not pair.is_same]
    return sorted(wrong, key=lambda pair: (-pair.error, pair.one, pair.other))[:MOST_MISTAKES]


def plot(bins: Sequence[Bin]) -> str:
    """An SVG: the score against the share that is true; right is the diagonal, a dot is as large as it has pairs."""
    whole = _SIZE + 2 * _EDGE
    most = max((found.pairs for found in bins), default=1)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {whole}" font-size="12">',
        f'<rect x="{_EDGE}" y="{_EDGE}" width="{_SIZE}" height="{_SIZE}" fill="none" stroke="#888"/>',
        f'<line x1="{_x(0):g}" y1="{_y(0):g}" x2="{_x(1):g}" y2="{_y(1):g}" stroke="#888" stroke-dasharray="4"/>',
        f'<text x="{whole / 2:g}" y="{whole - 8}" text-anchor="middle">score 评分</text>',
        f'<text x="12" y="{_EDGE - 12}">share that is one matter 实为同一事项的比例</text>',
    ]
    for tenth in range(0, 11, 2):
        lines.append(f'<text x="{_x(tenth / 10):g}" y="{_y(0) + 16:g}" text-anchor="middle">{tenth / 10}</text>')
        lines.append(f'<text x="{_EDGE - 6}" y="{_y(tenth / 10) + 4:g}" text-anchor="end">{tenth / 10}</text>')
    points = " ".join(f"{_x(found.score):.1f},{_y(found.rate):.1f}" for found in bins)
    lines.append(f'<polyline points="{points}" fill="none" stroke="#2266aa"/>')
    for found in bins:
        radius = 3 + 9 * (found.pairs / most) ** 0.5
        at = f'cx="{_x(found.score):.1f}" cy="{_y(found.rate):.1f}"'
        lines.append(f'<circle {at} r="{radius:.1f}" fill="#2266aa"><title>{found.pairs}</title></circle>')
    return "\n".join([*lines, "</svg>\n"])


def _x(share: float) -> float:
    return _EDGE + _SIZE * share


def _y(share: float) -> float:
    return _EDGE + _SIZE * (1 - share)


def write(folder: Path, pairs: Sequence[Scored], cases: Iterable[Case]) -> None:
    """`calibration.svg` and `mistakes.csv`; the latter holds titles of petitions and stays in the office."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "calibration.svg").write_text(plot(binned(pairs)), "utf-8")
    known = {m.petition_id: (petition_key(m), m.title) for case in cases for m in case.petitions}
    with (folder / "mistakes.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(MISTAKE_COLUMNS)
        writer.writerows(_rows(worst(pairs), known))


def _rows(mistakes: Iterable[Scored], known: Mapping[str, tuple[str, str]]) -> Iterator[tuple[str, ...]]:
    for pair in mistakes:
        (one, one_title), (other, other_title) = known[pair.one], known[pair.other]
        said, true = ("one matter" if is_one else "two matters" for is_one in (pair.is_joined, pair.is_same))
        yield said, true, f"{pair.score:.4f}", one, other, one_title, other_title, "；".join(pair.evidence)
