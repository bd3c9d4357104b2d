"""What a worker knows of its session: when the group has confirmed it last."""

import asyncio
import math
from types import SimpleNamespace
from typing import Any

import pytest

from processors import app, delivery
from processors.app import unconfirmed_s


class Clock:
    """Time that a test sets; the group takes three seconds to answer."""

    def __init__(self) -> None:
        self.now = 100.0
        self.is_confirmed = True

    def __call__(self) -> float:
        return self.now

    async def answer(self, *_: object) -> bool:
        """What the group says to a heartbeat, or to the end of a join."""
        self.now += 3.0
        return self.is_confirmed


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(app, "monotonic", made)
    monkeypatch.setattr(delivery, "monotonic", made)
    monkeypatch.setattr(delivery, "_do_heartbeat", made.answer)
    monkeypatch.setattr(delivery, "_on_join_complete", made.answer)
    return made


def member(generation: int = 1) -> Any:
    return SimpleNamespace(generation=generation, confirmed_at=-math.inf)


def unconfirmed(coordinator: Any) -> float:
    thread = SimpleNamespace(_consumer=SimpleNamespace(_coordinator=coordinator))
    return unconfirmed_s(SimpleNamespace(consumer=SimpleNamespace(_thread=thread)))  # type: ignore[arg-type]


def test_a_session_counts_from_when_the_heartbeat_was_sent_that_was_answered(clock: Clock) -> None:
    coordinator = member()
    assert asyncio.run(delivery._heartbeat_noted(coordinator))
    assert unconfirmed(coordinator) == 3.0
    clock.is_confirmed = False
    assert not asyncio.run(delivery._heartbeat_noted(coordinator))
    assert unconfirmed(coordinator) == 6.0


def test_a_share_of_the_partitions_begins_a_session(clock: Clock) -> None:
    coordinator = member()
    asyncio.run(delivery._join_noted(coordinator, 1, "member", "protocol", b""))
    assert unconfirmed(coordinator) == 3.0


def test_who_was_put_out_of_the_group_has_no_session(clock: Clock) -> None:
    coordinator = member()
    asyncio.run(delivery._heartbeat_noted(coordinator))
    coordinator.generation = -1
    assert unconfirmed(coordinator) == math.inf
