"""Invented answers of the counties of the demo: most say what was found and done, some say the same of everything."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

from deploy.demo.corpus import Wordings, material
from deploy.demo.scenario import Submission

OFFICE_ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class AnswerTexts:
    """What answers are made of."""

    copying: dict[str, int]
    """County → how many of a hundred of its answers are one text for whatever is asked."""
    own: dict[str, Wordings]
    one_for_all: dict[str, Wordings]


@cache
def answer_texts() -> AnswerTexts:
    """Read the material once."""
    return AnswerTexts(**material("answers.toml"))


class AnswerWriter:
    """Answers the petitions of one county; apart from what else is invented, which stays as it is without answers."""

    def __init__(self, county: str) -> None:
        """`county` is a division code; the same county answers the same petitions alike."""
        self._texts = answer_texts()
        self._copied = self._texts.copying.get(county, 0) / 100
        self._rng = Random(f"answers of {county}")

    def answer(self, submission: Submission, title: str, number: str) -> str:
        """What the petitioner is told; `title` and `number` are those of the letter."""
        spot = submission.matter.spot
        name = "来信人" if submission.is_anonymous else submission.person.name
        told = {
            "title": title or "来信事项",
            "place": f"{spot.township}{spot.village}",
            "t": spot.township,
            "day": _written(submission.received_at),
            "number": number,
            "name": name,
        }
        own = self._texts.own
        told["opening"] = self._one(own["openings"]).format_map(told)
        if self._rng.random() < self._copied:
            return self._one(self._texts.one_for_all["texts"]).format_map(told)
        parts = [self._one(own[part]) for part in ("received", "found", "done", "law", "closings")]
        return told["opening"] + "".join(parts).format_map(told)

    def _one(self, choices: Wordings) -> str:
        return choices[int(self._rng.random() * len(choices))]


def _written(at: datetime) -> str:
    day = at.astimezone(OFFICE_ZONE)
    return f"{day.year}年{day.month}月{day.day}日"
