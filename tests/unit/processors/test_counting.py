"""What a worker shows before it has done anything: an alert sees only what rises from a known figure."""

from pathlib import Path

import pytest

from processors.app import create_app
from processors.counting import DEAD_LETTERS
from schemas.metrics import Metric
from schemas.settings import Settings
from schemas.terms import RejectReason, Stage


@pytest.mark.parametrize(
    ("process", "stages"), [("linking", (Stage.REGISTRATION, Stage.LINKING)), ("cases", (Stage.CASES,))]
)
def test_a_worker_shows_every_reason_of_its_stages_before_the_first_dead_letter(
    process: str, stages: tuple[Stage, ...], tmp_path: Path
) -> None:
    DEAD_LETTERS.clear()
    create_app(Settings(home=tmp_path, kafka="localhost:9092"), process, ())
    (metric,) = DEAD_LETTERS.collect()
    shown = {tuple(s.labels.values()): s.value for s in metric.samples if s.name == Metric.DEAD_LETTERS}
    assert shown == {(stage.value, reason.value): 0.0 for stage in stages for reason in RejectReason}
