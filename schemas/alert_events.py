"""What officials say to alerts, on a topic of its own: so that a restart knows it."""

from datetime import date

from pydantic import Field

from schemas.contract import Contract, Instant
from schemas.terms import AlertActionKind


class AlertAction(Contract):
    """`petitions.alerts.actions`: somebody has acknowledged an alert, or put it off until a day."""

    action_id: str
    """`B` and 16 hex digits; the same action again has the same id."""
    alert_id: str
    kind: AlertActionKind
    by: str = Field(min_length=1)
    unit: str = ""
    at: Instant
    until: date | None = None
    """The day on which an alert that was put off is there again."""
