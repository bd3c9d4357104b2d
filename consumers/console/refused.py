"""A form that was refused comes back as it was filled in, with what was wrong: beside a field, or above the form."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from consumers.api.errors import ApiProblem
from consumers.console.forms import Form
from consumers.console.pages import told_of
from consumers.deciding.reasons import without_numbers
from schemas.terms import ContestKind, DecisionKind, Notice, Opinion, Purpose, Term

FIELDS: Final = ("unit", "article", "reason", "name", "query", "claimed", "until")
"""What officials fill in."""
CHOSEN: Final[Mapping[str, tuple[type[Term], ...]]] = {
    "kind": (DecisionKind, ContestKind),
    "opinion": (Opinion,),
    "purpose": (Purpose,),
    "notice": (Notice,),
}
"""What they choose, of which vocabulary."""
CARRIED: Final = (*CHOSEN, "number", "one", "other", "version", "read_at", "q", "request_id")
"""What else the page sends."""
CHANGED: Final = "changed"
UNDONE: Final = frozenset({"csrf", "signed_out", "too_many", "unavailable", "internal"})
"""What says nothing about the form: it may be sent again as it is, as the same act."""
SAME_AGAIN: Final = UNDONE | {CHANGED, "request_used"}
"""What is not wrong with what was filled in."""


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
        return {name: without_numbers(self.form[name]) for name in FIELDS if name in self.form}

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """What was chosen: name of the vocabulary and code."""
        return [
            (terms.__name__, self.form[name])
            for name, vocabularies in CHOSEN.items()
            for terms in vocabularies
            if any(self.form.get(name) == one.value for one in terms)
        ]

    @property
    def may_again(self) -> bool:
        """Whether the same may be sent again."""
        return self.problem.code in UNDONE

    @property
    def carried(self) -> dict[str, str]:
        """All of it, to be sent again as it is."""
        return {name: self.form[name] for name in CARRIED if name in self.form} | self.typed

    @property
    def request_id(self) -> str:
        """The id under which it would be the same act, which may have been kept; empty where it is another act."""
        return self.form.get("request_id", "") if self.may_again else ""
