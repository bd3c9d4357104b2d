"""A consumer joins its group and reads, whatever moment its polls run out."""

from consumers.loop import in_group
from schemas.settings import Settings
from schemas.topics import Topic
from tests.consumers_running import eventually, publish
from tests.fakes_consumers import case

POLLS_MS = (5, 10, 20, 100, 120, 140, 160, 200)
"""With a plain consumer of kafka-python 3.0.12 a quarter of such joins stood still for ever."""


def test_no_join_is_forgotten_when_a_poll_runs_out(settings: Settings) -> None:
    publish(settings, Topic.CASES, [case()])
    for number, poll_ms in enumerate(POLLS_MS * 2):
        member = in_group(settings, f"{settings.prefix}.{number}")
        member.subscribe(topics=[Topic.CASES.under(settings.prefix)])
        try:
            eventually(lambda: bool(member.poll(timeout_ms=poll_ms)), 20)  # noqa: B023 - called at once
        finally:
            member.close(autocommit=False)
