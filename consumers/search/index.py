"""The index behind the alias: created on first use, replaced by a swap, deleted only on demand."""

from collections.abc import Callable
from typing import TypeVar

from elasticsearch import ApiError, Elasticsearch, NotFoundError

from consumers.search.mapping import PROPERTIES, index_body
from schemas.settings import Settings

T = TypeVar("T")
SOLE = {"is_write_index": True}
"""Elasticsearch lets one index of an alias have this: two of our processes never put an index each behind it."""
ANOTHER_WAS_FASTER = frozenset({"resource_already_exists_exception", "illegal_state_exception"})
"""The index of that name is there already, or the alias has its one index."""
MOST_TRIES = 5
"""Each other process makes one index at most, when it starts."""


def alias_of(settings: Settings) -> str:
    """The name under which all read and write."""
    return f"{settings.prefix}-cases"


def current_index(client: Elasticsearch, alias: str) -> str | None:
    """The index behind the alias; None where there is none yet."""
    try:
        return next(iter(client.indices.get_alias(name=alias).body), None)
    except NotFoundError:
        return None


def ensure_index(client: Elasticsearch, settings: Settings) -> str:
    """The index behind the alias, created together with it if there is none."""
    alias = alias_of(settings)
    found = current_index(client, alias)
    if found:
        _add_new_fields(client, found)
        return found
    name = f"{alias}-{_next_number(client, alias)}"
    try:
        client.indices.create(index=name, aliases={alias: SOLE}, **index_body(settings.refresh_ms))
    except ApiError as error:
        if error.error not in ANOTHER_WAS_FASTER:
            raise
    return current_index(client, alias) or name


def create_next(client: Elasticsearch, settings: Settings) -> str:
    """A new, empty index beside the present one; not yet searched."""
    alias = alias_of(settings)

    def create() -> str:
        name = f"{alias}-{_next_number(client, alias)}"
        client.indices.create(index=name, **index_body(settings.refresh_ms))
        return name

    return _unless_another_was_faster(create)


def swap(client: Elasticsearch, alias: str, new: str) -> None:
    """Point the alias at the new index in one step: every request finds the old one or the new one."""

    def point() -> None:
        client.indices.update_aliases(
            actions=[
                {"remove": {"index": f"{alias}-*", "alias": alias, "must_exist": False}},
                {"add": {"index": new, "alias": alias, **SOLE}},
            ]
        )

    _unless_another_was_faster(point)


def drop_old(client: Elasticsearch, alias: str) -> list[str]:
    """Delete the indices that the alias has left behind, and name them."""
    current = current_index(client, alias)
    old = [name for name in _indices(client, alias) if name != current] if current else []
    for name in old:
        client.indices.delete(index=name)
    return old


def _unless_another_was_faster(act: Callable[[], T]) -> T:
    """Look and act again: Elasticsearch resolves names a moment before it acts, and an indexer may come between."""
    for _ in range(MOST_TRIES - 1):
        try:
            return act()
        except ApiError as error:
            if error.error not in ANOTHER_WAS_FASTER:
                raise
    return act()


def _add_new_fields(client: Elasticsearch, index: str) -> None:
    """Fields that came with a newer version; documents that were written before have none until a reindex."""
    known = client.indices.get_mapping(index=index).body[index]["mappings"].get("properties", {})
    new = {name: field for name, field in PROPERTIES.items() if name not in known}
    if new:
        client.indices.put_mapping(index=index, properties=new)


def _indices(client: Elasticsearch, alias: str) -> list[str]:
    names = client.indices.get(index=f"{alias}-*", ignore_unavailable=True).body
    return sorted(name for name in names if name.removeprefix(f"{alias}-").isdigit())


def _next_number(client: Elasticsearch, alias: str) -> int:
    return 1 + max((int(name.removeprefix(f"{alias}-")) for name in _indices(client, alias)), default=0)
