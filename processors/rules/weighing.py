"""What each kind of evidence counts, as data: `linking/weights.toml`.

`python -m deploy.linking_training` learns it from letters, `petitions learn` from what people judged.
"""

import tomllib
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from math import exp, log
from operator import mul
from typing import Any, NamedTuple, Self

from processors.rules.agreement import Agreement


class Evidence(NamedTuple):
    """What speaks for and against two petitions being one matter, each from 0 to 1."""

    text: float = 0.0
    """Share of the shorter text that stands in the longer one."""
    names: float = 0.0
    """Names that both mention: estates, firms, people, projects."""
    topics: float = 0.0
    """Rare words that both use."""
    both: float = 0.0
    """The smaller of these two: neither the same name alone nor the same trouble alone makes one matter."""
    gist: float = 0.0
    """Whether both are about the same kind of trouble."""
    covered: float = 0.0
    """How much of what each title names stands in the other letter."""
    titled: float = 0.0
    """The same, and the trouble is of one kind."""
    exchanged: float = 0.0
    """The words were kept and the names exchanged: a form that was filled in for another estate, firm or file."""
    same_village: float = 0.0
    """Both in the same village or community."""
    village_words: float = 0.0
    """The same, and they have any rare word in common."""
    village_anchors: float = 0.0
    """The same, and how many firms, roads or file numbers both mention; 1 from three on."""
    village_figures: float = 0.0
    """The same, and how many numbers and months both mention; 1 from three on."""
    one_village: float = 0.0
    """One names its village, the other one not even a township: it may be about any village."""
    other_category: float = 0.0
    """Both are classified, and not alike."""
    anchors: float = 0.0
    """File numbers, firms and roads that both mention; 1 from three on."""
    figures: float = 0.0
    """Sums, areas, numbers of households and months that both mention; 1 from three on."""
    no_anchor: float = 0.0
    """Both mention firms, roads or files, none in common."""


KINDS = Evidence._fields
_OF_WORDS = ("text", "names", "topics", "both", "gist", "covered", "titled")
"""What the words of two petitions say for one matter; it is known before the rest."""
_OF_ONE_VILLAGE = ("same_village", "village_words", "village_anchors", "village_figures")
_ROUNDING = 1e-4
"""Scores are rounded to four digits."""
AGAINST = ("exchanged", "one_village", "other_category", "no_anchor")
"""Evidence that may count against one matter; all other kinds never do."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What each kind of evidence adds to the score of "same matter", a probability."""

    version: str
    same: float
    """Score from which two petitions are one matter."""
    unsure: float
    """Score from which a person is asked."""
    bias: float
    """Where the score starts: two petitions with nothing in common."""
    of: tuple[float, ...]
    """One weight for each kind of evidence, in the order of `KINDS`."""
    at_least: "Weights | None" = None
    """Those of different petitioners: that one person wrote both never speaks against one matter."""
    words: tuple[float, ...] = field(init=False, repr=False, compare=False)
    """The weights of what words say."""
    needed: tuple[float, float] = field(init=False, repr=False, compare=False)
    """What words must add at least, whatever the rest adds: of petitions of two places, and of one village."""

    def __post_init__(self) -> None:
        """See what words must say, whatever the rest says."""
        of = dict(zip(KINDS, self.of, strict=True))
        rest = sum(max(0.0, of[kind]) for kind in KINDS if kind not in _OF_WORDS)
        village = sum(max(0.0, of[kind]) for kind in _OF_ONE_VILLAGE)
        least = self.same - _ROUNDING
        wanted = log(least / (1 - least)) - self.bias
        object.__setattr__(self, "words", tuple(of[kind] for kind in _OF_WORDS))
        object.__setattr__(self, "needed", (wanted - (rest - village), wanted - rest))

    def may_be_enough(self, found: Agreement, *, is_one_place: bool) -> bool:
        """Whether what words say can be enough for one matter; no is certain, and found without a score."""
        if self.at_least is not None:
            return True
        text, names, topics, both, gist, covered, titled = self.words
        said = (
            text * found.containment
            + names * found.names
            + topics * found.topics
            + both * min(found.names, found.topics)
            + (gist + titled * found.covered) * found.gist
            + covered * found.covered
        )
        return said >= self.needed[is_one_place]

    def score(self, evidence: Evidence) -> float:
        """How likely it is that two petitions are one matter, from 0 to 1."""
        total = self.bias + sum(map(mul, self.of, evidence))
        likely = 1 / (1 + exp(-max(-30.0, min(30.0, total))))
        return max(likely, self.at_least.score(evidence)) if self.at_least else likely

    @classmethod
    def from_dict(cls, version: str, data: dict[str, Any]) -> Self:
        """Read one table of the data; an unknown kind of evidence is an error, a missing one counts nothing."""
        rest = dict(data)
        same, unsure, bias = (float(rest.pop(name)) for name in ("same", "unsure", "bias"))
        weights = tuple(float(rest.pop(kind, 0.0)) for kind in KINDS)
        if rest:
            raise ValueError(f"unknown kinds of evidence: {', '.join(sorted(rest))}")
        return cls(version, same, unsure, bias, weights)


@dataclass(frozen=True, slots=True)
class WeightSet:
    """The weights for petitions of one petitioner and of different ones."""

    same_petitioner: Weights
    other_petitioner: Weights

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read the TOML data."""
        data = tomllib.loads(text)
        version = str(data["version"])
        other = Weights.from_dict(version, data["other_petitioner"])
        return cls(replace(Weights.from_dict(version, data["same_petitioner"]), at_least=other), other)

    def to_text(self, learned_by: str) -> str:
        """The TOML data, as `from_text` reads them; `learned_by` names the command."""
        version = self.same_petitioner.version
        lines = [f"# What each kind of evidence counts: learned by {learned_by}.", f'version = "{version}"']
        for name, of in (("same_petitioner", self.same_petitioner), ("other_petitioner", self.other_petitioner)):
            lines += ["", f"[{name}]", f"same = {of.same}", f"unsure = {of.unsure}", f"bias = {of.bias:.2f}"]
            lines += [f"{kind} = {weight:.2f}" for kind, weight in zip(KINDS, of.of, strict=True) if round(weight, 2)]
        return "\n".join(lines) + "\n"


@cache
def shipped_weights() -> WeightSet:
    """The weights that come with the platform."""
    return WeightSet.from_text((files("processors.rules.linking") / "weights.toml").read_text("utf-8"))
