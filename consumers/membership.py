"""Membership in a consumer group that holds, whatever moment a poll's time runs out."""

from typing import Any

from kafka import KafkaConsumer


class GroupMember(KafkaConsumer):  # type: ignore[misc]
    """A consumer that notices a forgotten join.

    kafka-python 3.0.12: a join that is made because partitions became known is no longer "needed" while its answer is
    still on the way. When a poll's time runs out just then, nobody takes the assignment over: the member reads
    nothing, sends no heartbeats, and the broker drops it, for ever. `rejoining` is then still set although no join is
    needed; asking for one brings the member back.
    """

    def poll(self, *args: Any, **kwargs: Any) -> dict[Any, Any]:
        """Poll as usual; a join that was forgotten is made once more."""
        polled: dict[Any, Any] = super().poll(*args, **kwargs)
        coordinator = self._coordinator
        if coordinator is not None and coordinator.rejoining and not coordinator.need_rejoin():
            coordinator.request_rejoin()
        return polled

    @property
    def is_joining(self) -> bool:
        """Whether the group is being put together anew: only a poll that waits takes part in that."""
        coordinator = self._coordinator
        return coordinator is not None and bool(coordinator.rejoining or coordinator.need_rejoin())
