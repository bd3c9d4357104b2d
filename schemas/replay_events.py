"""What officials ask to be processed once more: on a topic of its own, so that the console writes nowhere else."""

from pydantic import Field

from schemas.contract import Contract, Instant


class ReplayRequest(Contract):
    """`petitions.replays`: somebody wants the record of a dead letter sent back to where it came from."""

    request_id: str
    """`V` and 16 hex digits of letter, official and request; the same request again has the same id."""
    letter_id: str
    by: str = Field(min_length=1)
    """Sign-in name of the official, as in the audit record that was kept before."""
    at: Instant
