"""Says in which ways a new JSON Schema breaks what was released: old messages unread, or old readers misled.

Messages leave out fields at their default, so a default is part of the contract as much as a type.
"""

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]

LOWER_LIMITS = ("minLength", "minimum", "exclusiveMinimum", "minItems")
UPPER_LIMITS = ("maxLength", "maximum", "exclusiveMaximum", "maxItems")


def breaks(old: Schema, new: Schema) -> list[str]:
    """Every break, each with the path of the field; empty where the change only adds what is optional."""
    return sorted(set(_Comparison(old.get("$defs", {}), new.get("$defs", {})).differences(old, new, "")))


class _Comparison:
    """Walks both schemas side by side; each pair of named parts once."""

    def __init__(self, old_parts: Schema, new_parts: Schema) -> None:
        self._old_parts = old_parts
        self._new_parts = new_parts
        self._seen: set[tuple[str, str]] = set()

    def differences(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        """Breaks of one part and of all below it."""
        if "default" in old and not _is_kept(old["default"], new.get("default", ...)):
            yield f"{path}: another default"
        pair = (old.get("$ref", ""), new.get("$ref", ""))
        if all(pair):
            if pair in self._seen:
                return
            self._seen.add(pair)
        old, new = _resolved(old, self._old_parts), _resolved(new, self._new_parts)
        if "anyOf" in old or "anyOf" in new:
            yield from self._alternatives(old, new, path)
            return
        if old.get("type") != new.get("type"):
            yield f"{path}: {old.get('type')} became {new.get('type')}"
            return
        yield from _narrowed(old, new, path)
        yield from self._fields(old, new, path)
        for inner in ("items", "additionalProperties"):
            if isinstance(old.get(inner), dict):
                yield from self.differences(old[inner], new.get(inner) or {}, f"{path}[]")

    def _fields(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        for name, part in before.items():
            if name in after:
                yield from self.differences(part, after[name], f"{path}.{name}")
            else:
                yield f"{path}.{name}: removed"
        needed_before, needed_now = set(old.get("required", ())), set(new.get("required", ()))
        yield from (f"{path}.{name}: required now" for name in needed_now - needed_before)
        yield from (
            f"{path}.{name}: no longer required, older readers need it" for name in needed_before - needed_now
        )

    def _alternatives(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        """Each form that was allowed must still be, and no form may come that older readers cannot read."""
        before, after = _forms(old), _forms(new)
        yield from (
            f"{path}: {_name(form)} is no longer allowed" for form in before if not self._is_among(form, after)
        )
        known = {_name(form) for form in before}
        yield from (f"{path}: {_name(form)} is new, older readers fail" for form in after if _name(form) not in known)

    def _is_among(self, form: Schema, forms: list[Schema]) -> bool:
        comparisons = (_Comparison(self._old_parts, self._new_parts).differences(form, now, "") for now in forms)
        return any(not list(found) for found in comparisons)


def _forms(part: Schema) -> list[Schema]:
    return part.get("anyOf") or [{name: value for name, value in part.items() if name != "default"}]


def _narrowed(old: Schema, new: Schema, path: str) -> Iterator[str]:
    for gone in [value for value in old.get("enum", ()) if value not in new.get("enum", ())]:
        yield f"{path}: {gone} is no longer allowed"
    if "enum" in new and "enum" not in old:
        yield f"{path}: only listed values now"
    for name in ("format", "pattern", "const"):
        if new.get(name) != old.get(name):
            yield f"{path}: another {name}"
    for name in LOWER_LIMITS:
        if new.get(name, float("-inf")) > old.get(name, float("-inf")):
            yield f"{path}: {name} is narrower"
    for name in UPPER_LIMITS:
        if new.get(name, float("inf")) < old.get(name, float("inf")):
            yield f"{path}: {name} is narrower"


def _is_kept(old: object, new: object) -> bool:
    """Whether a default means what it meant: that of a part may hold fields that the part did not have."""
    if isinstance(old, dict) and isinstance(new, dict):
        return all(name in new and _is_kept(value, new[name]) for name, value in old.items())
    return old == new


def _resolved(part: Schema, parts: Schema) -> Schema:
    name = part.get("$ref")
    return parts[name.rsplit("/", 1)[-1]] if name else part


def _name(form: Schema) -> str:
    return str(form.get("type") or form.get("$ref", "").rsplit("/", 1)[-1])
