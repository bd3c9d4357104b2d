"""Searches that officials keep, and what they have found: on topics of their own, so that a restart knows them."""

from pydantic import Field

from schemas.contract import Contract, Instant
from schemas.terms import Notice


class SavedSearch(Contract):
    """`petitions.searches`: a search that an official keeps, in its latest form."""

    search_id: str
    """`Q` and 16 hex digits of owner and request."""
    owner: str = Field(min_length=1)
    """Sign-in name; what it finds is what this official may see at that moment."""
    name: str = Field(min_length=1, max_length=100)
    query: str = Field(max_length=1_000)
    notice: Notice
    created_at: Instant
    """Only what came later is found."""
    is_deleted: bool = False


class SearchHit(Contract):
    """`petitions.searches.found`: a case that a kept search has found, once for each search and case."""

    hit_id: str
    """`H` and 16 hex digits of search and case."""
    search_id: str
    case_id: str
    at: Instant
    is_late: bool = False
    """Found by the nightly sweep only: it should have been found when it was indexed, which is a defect of ours."""
