"""A form that was refused comes back as it was filled in, with what was wrong: beside a field, or above the form."""

from typing import Final, NamedTuple

from consumers.api.errors import ApiProblem
from consumers.console.forms import Form
from consumers.console.pages import told_of
from consumers.deciding.reasons import without_numbers

FIELDS: Final = frozenset({"unit", "article", "reason"})
"""What officials fill in."""
CHANGED: Final = "changed"
SAME_AGAIN: Final = frozenset({"too_many", "unavailable", CHANGED, "request_used"})
"""What is not wrong with what was filled in: it may be sent again as it is."""


class Refused(NamedTuple):
    """A form that was not taken, and why."""

    problem: ApiProblem
    form: Form

    @property
    def field(self) -> str:
        """The filled-in field that is wrong; empty where it is none of them."""
        return self.problem.field if self.problem.field in FIELDS else ""

    @property
    def told(self) -> tuple[str, ...]:
        """Names of the texts that say why."""
        return told_of(self.problem)

    @property
    def has_changed(self) -> bool:
        """Whether what the form is about is not any more what was read."""
        return self.problem.code == CHANGED

    @property
    def typed(self) -> dict[str, str]:
        """What was filled in; a number of a person is never repeated."""
        return {name: without_numbers(self.form[name]) for name in sorted(FIELDS & self.form.keys())}

    @property
    def request_id(self) -> str:
        """Where it is not certain that nothing was kept, the id under which it would be the same act; else empty."""
        return self.form.get("request_id", "") if self.problem.code == "unavailable" else ""
