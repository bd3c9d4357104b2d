"""What a chain of names may mean, how much speaks for it, and how the choice is told."""

from dataclasses import dataclass

from processors.rules.register import Division
from processors.rules.territory.index import COUNTY, VILLAGE, Form
from processors.rules.territory.reading import Chain

ABROAD_REACH = 12
"""Characters after a place of another province in which a township's name still belongs to it."""
_LEVEL_SCORE = {0: 0.0, 1: 0.0, 2: 1.0, 3: 2.0, 4: 3.0, 5: 3.5}


@dataclass(frozen=True, slots=True)
class Candidate:
    """One chain led to the day of the matter."""

    chain: Chain
    codes: tuple[str, ...]
    is_own: bool
    score: float
    by_context: str = ""
    """What chose among several divisions of the same name."""


def is_abroad(candidate: Candidate, candidates: list[Candidate]) -> bool:
    """A name without anything above it, shortly after a place of another province, lies there."""
    chain = candidate.chain
    if not candidate.is_own or chain.top_rank < COUNTY:
        return False
    reach = ABROAD_REACH if chain.top_rank > COUNTY else 1 if len(chain.names) == 1 else -1
    return any(not other.is_own and 0 <= chain.start - other.chain.end <= reach for other in candidates)


def score_of(chain: Chain) -> float:
    score = _LEVEL_SCORE[min(chain.rank, VILLAGE)] + 0.5 * (len(chain.names) - 1) + chain.weight
    return score - (0.5 if chain.form is Form.STEM else 0.0)


def reason_of(best: Candidate, division: Division, is_contradicted: bool) -> str:
    """Why this place, in names of places only."""
    written = "".join(best.chain.names)
    last = best.chain.senses[-1].division if best.chain.senses and not best.chain.villages else None
    parts = [f"文中“{written}”"]
    if last is not None and division.code not in {s.division.code for s in best.chain.senses}:
        parts.append(f"原{last.name}，时为{division.name}")
    if best.by_context:
        parts.append(best.by_context)
    if best.chain.is_home:
        parts.append("仅见住址")
    if is_contradicted:
        parts.append("文中另有他处地名")
    return "，".join(parts)
