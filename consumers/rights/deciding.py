"""Who may decide what about a visible case. Pure.

The unit that is accountable says what it does; who was asked says yes or no; who supervises the unit rules, and
reviews what others have handled, never what the own unit did (article 35), and re-reviews what a level below has
reviewed (article 36). What the petitioner says (the rating) and
what follows from the register is nobody's decision here.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from consumers.rights.scope import sees_division, stands_above
from consumers.rights.viewer import Right, Viewer
from schemas.terms import DecisionKind, StepKind

Document = Mapping[str, Any]

BY_THE_UNIT: Final = frozenset(
    {
        DecisionKind.INFORM,
        DecisionKind.ACCEPT,
        DecisionKind.DECLINE,
        DecisionKind.OBJECT,
        DecisionKind.TRANSFER,
        DecisionKind.HANDLE,
        DecisionKind.EXTEND,
        DecisionKind.CONCLUDE,
        DecisionKind.REQUEST_REVIEW,
        DecisionKind.REQUEST_RE_REVIEW,
    }
)
BY_WHO_WAS_ASKED: Final = frozenset({DecisionKind.ACCEPT, DecisionKind.OBJECT})
ANSWERS_FOR_ITSELF: Final = frozenset({DecisionKind.ACCEPT, DecisionKind.OBJECT, DecisionKind.HANDLE})
"""Decisions that name the own unit: whose word it is decides who is accountable."""
SIGNED_BY_UNIT: Final = ANSWERS_FOR_ITSELF | {DecisionKind.REVIEW}
"""Those, and a review: which unit gave it decides who may re-review."""
BY_A_SUPERIOR: Final = frozenset(
    {
        DecisionKind.TRANSFER,
        DecisionKind.ASSIGN,
        DecisionKind.REASSIGN,
        DecisionKind.EXTEND,
        DecisionKind.REQUEST_REVIEW,
        DecisionKind.REQUEST_RE_REVIEW,
        DecisionKind.REOPEN,
    }
)
BY_WHO_REVIEWS: Final = frozenset(
    {
        DecisionKind.REVIEW,
        DecisionKind.OPEN_HEARING,
        DecisionKind.CLOSE_HEARING,
        DecisionKind.RE_REVIEW,
        DecisionKind.TERMINATE,
    }
)
BY_OTHERS: Final = frozenset({DecisionKind.RATE, DecisionKind.REDETERMINE})


_NOWHERE: Final[Mapping[str, str]] = MappingProxyType({})


def decidable(viewer: Viewer, case: Document, divisions: Mapping[str, str] = _NOWHERE) -> frozenset[DecisionKind]:
    """What the viewer may decide about a case that the viewer sees; `divisions`: unit → where it is."""
    if Right.DECIDE not in viewer.rights:
        return frozenset()
    is_own = case["unit"] == viewer.unit
    may: set[DecisionKind] = set(BY_THE_UNIT) if is_own else set()
    if case.get("asked_unit") == viewer.unit:
        may |= BY_WHO_WAS_ASKED
    if sees_division(viewer, case["unit_division"]):
        may |= BY_A_SUPERIOR if is_own else BY_A_SUPERIOR | BY_WHO_REVIEWS
        if not stands_above(viewer, divisions.get(reviewed_by(case)) or case["unit_division"]):
            may.discard(DecisionKind.RE_REVIEW)
    return frozenset(may)


def reviewed_by(case: Document) -> str:
    """The unit that gave the last review; empty where it is not known, or there was none.

    The re-review is for the superior of that unit (article 36).
    """
    return max(_reviews(case.get("story", case)), default=("", ""))[1]


def _reviews(story: Document) -> Iterator[tuple[str, str]]:
    """When and by which unit, as people decided and counties reported."""
    for note in story.get("notes", ()):
        if "reviewed_by" in note:
            yield note["at"], note["reviewed_by"]
    for petition in story.get("petitions", ()):
        for step in petition.get("steps", ()):  # documents from before it was kept lack it
            if step["kind"] == StepKind.REVIEWED:
                yield step["at"], step["unit"]


def may_be_named(viewer: Viewer, kind: DecisionKind, division: str) -> bool:
    """Whether a unit of that division may be given a case by the viewer.

    A transfer asks, so it may ask anybody; who assigns or rules does so for the units below (分级负责).
    """
    return kind is DecisionKind.TRANSFER or sees_division(viewer, division)
