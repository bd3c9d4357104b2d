"""A worker of a later version: every message that it sends has fields which the present version does not know.

Stands for the next release in a rolling upgrade: what crosses a process boundary gets a new optional field, at the
top of each message and in each petition of a batch.
"""

import sys
from collections.abc import Iterable
from typing import Any

import orjson

from processors import app
from processors.__main__ import main
from processors.outbox import Offsets, Outbox, Outgoing
from schemas.topics import SPECS, Topic

LATER = {"told_by_a_later_version": {"is_optional": True}}
CONTRACTS = tuple(f".{topic.value}" for topic in (Topic.REGISTERED, Topic.LINKED, Topic.CASES) if SPECS[topic].event)


class LaterOutbox(Outbox):
    """Adds what only a later version knows."""

    def send(self, messages: Iterable[Outgoing]) -> Offsets:
        """See `Outbox`."""
        return super().send(
            [one._replace(value=later(one.value)) if one.topic.endswith(CONTRACTS) else one for one in messages]
        )


def later(value: bytes) -> bytes:
    """The message as a later version would write it."""
    message: dict[str, Any] = orjson.loads(value)
    petitions = [petition | LATER for petition in message.get("petitions", ())]
    return orjson.dumps(message | LATER | {"petitions": petitions})


if __name__ == "__main__":
    app.Outbox = LaterOutbox  # type: ignore[misc]
    sys.exit(main(sys.argv[1:]))
