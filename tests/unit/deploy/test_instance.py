"""`up` leaves nothing behind that would hinder the next one."""

from pathlib import Path

import pytest

from deploy import instance
from deploy.readiness import NotReady
from schemas.settings import Settings


@pytest.mark.parametrize("is_ours", [True, False], ids=["started now", "ran before"])
def test_what_was_started_in_vain_is_stopped_and_what_ran_before_is_not(
    is_ours: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = list[Settings]()

    def never(_settings: Settings) -> None:
        raise NotReady("gateway (port 8460 is taken)")

    monkeypatch.setattr(instance, "start_processes", lambda settings, workers: is_ours)
    monkeypatch.setattr(instance, "wait_for_processes", never)
    monkeypatch.setattr(instance, "stop_processes", stopped.append)
    settings = Settings(home=tmp_path)
    with pytest.raises(NotReady):
        instance._start(settings, 1)
    assert stopped == [settings] * is_ours
