"""Plain lines of a run over several files: how much is through, and how long the rest takes."""

from pathlib import Path

import pytest

from deploy import feed_progress
from deploy.feed_progress import EVERY_S, Lines


class Clock:
    """Seconds that the test sets."""

    now = 0.0

    def monotonic(self) -> float:
        """The time."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(feed_progress, "time", made)
    return made


def test_a_line_tells_the_share_of_all_files_and_the_time_left(
    clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = Lines()
    lines.expect(1_000)
    lines.passed(200)  # fed by an earlier run
    lines.begin(Path("a.csv"), 400)
    clock.now = 2 * EVERY_S
    lines.read(200)
    lines.acknowledged(50, 1)
    assert capsys.readouterr().err == (
        "a.csv: 50% read, 50 records, 1 rejected, 5/s; of all files 40%, about 0:00:30 left\n"
    )


def test_a_single_file_has_no_whole(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    lines = Lines()
    lines.begin(Path("a.csv"), 400)
    clock.now = 2 * EVERY_S
    lines.read(100)
    lines.acknowledged(50, 0)
    assert capsys.readouterr().err == "a.csv: 25% read, 50 records, 0 rejected, 5/s\n"
