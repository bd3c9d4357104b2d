"""Three corrections of faust-streaming, without which messages are skipped when partitions move, and one addition.

Import this module and call `correct_delivery` before an application is built. What goes wrong without it, and how
it was measured: docs/adr/0005-faust-delivery.md. Beside that aiokafka notes when the group has confirmed the session:
docs/adr/0033-a-send-ends-with-the-session.md. The versions are checked, because private methods are replaced.
"""

from importlib.metadata import version
from time import monotonic

from aiokafka.consumer.group_coordinator import GroupCoordinator
from faust.transport.consumer import Consumer, ensure_TP
from faust.types import TP
from faust.utils.functional import consecutive_numbers
from mode.utils.queues import FlowControlEvent

KNOWN_VERSIONS = {"faust-streaming": "0.15.3", "mode-streaming": "0.7.1", "aiokafka": "0.14.0"}

_resume = FlowControlEvent.resume
_do_heartbeat = GroupCoordinator._do_heartbeat
_on_join_complete = GroupCoordinator._on_join_complete


class UnknownFaustVersion(RuntimeError):
    """An installed version was never tried with these corrections."""


def correct_delivery() -> None:
    """Apply the corrections once; raises `UnknownFaustVersion` for versions that were not tried."""
    for package, known in KNOWN_VERSIONS.items():
        installed = version(package)
        if installed != known:
            raise UnknownFaustVersion(
                f"{package} {installed} is installed, but the corrections were tried with {known} only: "
                "run tests/integration/test_rebalance.py with it, then change KNOWN_VERSIONS"
            )
    FlowControlEvent.resume = _resume_when_suspended  # type: ignore[method-assign]
    Consumer.perform_seek = _seek_every_partition  # type: ignore[method-assign]
    Consumer._new_offset = _offset_without_hole  # type: ignore[method-assign]
    GroupCoordinator._do_heartbeat = _heartbeat_noted
    GroupCoordinator._on_join_complete = _join_noted


def _resume_when_suspended(self: FlowControlEvent) -> None:
    """Resuming while messages already flow would clear queues whose messages count as read."""
    if not self.is_active():
        _resume(self)


async def _seek_every_partition(self: Consumer) -> None:
    """Where nothing is committed yet, go back to the first offset too, and remember it as the start."""
    committed = {
        ensure_TP(tp): offset
        for tp, offset in (await self.seek_to_committed()).items()
        if offset is not None and offset >= 0
    }
    assigned = {ensure_TP(tp) for tp in self.assignment()}
    earliest = await self.earliest_offsets(*assigned) if assigned else {}
    first = {ensure_TP(tp): offset for tp, offset in earliest.items()}
    for tp in assigned:
        start = max(committed.get(tp, 0), first.get(tp, 0))
        if committed.get(tp) != start:
            await self._seek(tp, start)
        self._committed_offset[tp] = start
        self._read_offset[tp] = start - 1 if start else None


def _offset_without_hole(self: Consumer, tp: TP) -> int | None:
    """Commit only what follows the committed offset without a gap."""
    acked = self._acked[tp]
    if not acked:
        return None
    acked.sort()
    committed = self._committed_offset.get(tp)
    if committed is None or min(acked) > committed:
        return None
    while acked and acked[0] < committed:
        self._acked_index[tp].discard(acked[0])
        del acked[0]
    if not acked or acked[0] != committed:
        return None
    batch = next(consecutive_numbers(acked))
    acked[: len(batch)] = []
    self._acked_index[tp].difference_update(batch)
    return int(batch[-1]) + 1


async def _heartbeat_noted(self: GroupCoordinator) -> bool:
    """Note when a heartbeat was sent that the group has answered: from then on the session lasts."""
    sent_at = monotonic()
    is_confirmed: bool = await _do_heartbeat(self)
    if is_confirmed:
        self.confirmed_at = sent_at
    return is_confirmed


async def _join_noted(self: GroupCoordinator, *joined: object) -> None:
    """A share of the partitions is a confirmation, too."""
    self.confirmed_at = monotonic()
    await _on_join_complete(self, *joined)
