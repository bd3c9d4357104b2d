"""Topics, settings, metrics and terms as tables."""

import inspect
from collections.abc import Iterable, Sequence
from enum import Enum
from pathlib import Path
from typing import Any

from deploy.topic_users import READERS, WRITERS
from schemas import terms
from schemas.metrics import Metric
from schemas.settings import Settings
from schemas.terms import Term
from schemas.topics import DAY_MS, FOR_EVER, TOPICS, TopicSpec

WHAT_A_TIME_MEANS = (
    "\nWhat is kept for a time is deleted after it, read or not. A petition of `registered` or `linked` that no "
    "stage has worked off by then is lost to its case, and `petitions verify` names it. On the disk of each replica "
    "a petition takes 1.1 to 1.2 KB in `registered` and 1.6 KB in `linked` (compressed; measured with 200,000 "
    "invented letters, and with a takeover of 16,000): 2.8 GB for each million of petitions of the last 90 days, "
    "also after a takeover.\n"
)


def topics_page() -> str:
    """What each topic carries, who writes and who reads it."""
    rows = [
        (
            f"`{spec.topic.value}`",
            spec.key,
            f"[{spec.event.__name__}](schemas/{spec.event.__name__}.json)" if spec.event else "internal",
            "as set" if spec.is_partitioned else "1",
            _kept(spec),
            _listed(WRITERS[spec.topic]),
            _listed(READERS[spec.topic]),
            spec.purpose,
        )
        for spec in TOPICS
    ]
    header = ("topic", "key", "message", "partitions", "kept", "written by", "read by", "what")
    return (
        "# Topics\n\nThe full name has the instance's prefix: `petitions.intake`. The partition is always chosen by "
        "the writer as `crc32(key) % partitions` (`schemas/keys.py`), never by a client's partitioner.\n\n"
        + table(header, rows)
        + WHAT_A_TIME_MEANS
    )


def settings_page() -> str:
    """Every setting with its variable, default, limits and meaning."""
    rows = [
        (f"`PETITIONS_{name.upper()}`", _default(field.default), _limits(field.metadata), field.description or "")
        for name, field in Settings.model_fields.items()
    ]
    return (
        "# Settings\n\nAll processes and commands read the same variables of the environment. "
        "An unknown variable that starts with `PETITIONS_` is an error.\n\n"
        + table(("variable", "default", "limits", "meaning"), rows)
    )


def metrics_page() -> str:
    """Every metric name and what it counts."""
    rows = [(f"`{metric.value}`", metric.meaning) for metric in Metric]
    return (
        "# Metrics\n\nPrometheus, at `/metrics` of each process when `PETITIONS_METRICS_PORT` is set; each process "
        "of an instance takes the next port. No metric carries a personal value.\n\n"
        + table(("metric", "what it counts"), rows)
    )


def terms_tables() -> str:
    """Every closed vocabulary with its codes and Chinese labels."""
    parts = []
    for vocabulary in vocabularies():
        first = (inspect.getdoc(vocabulary) or "").splitlines()[0]
        rows = [(f"`{term.value}`", term.label) for term in vocabulary]
        parts.append(f"### {vocabulary.__name__}\n{first}\n\n{table(('code', '中文'), rows)}")
    return "\n".join(parts)


def vocabularies() -> list[type[Term]]:
    """The vocabularies of `schemas.terms`, in the order of the source."""
    return [
        found
        for found in vars(terms).values()
        if isinstance(found, type) and issubclass(found, Term) and issubclass(found, Enum) and found is not Term
    ]


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def _listed(programs: Sequence[str]) -> str:
    return ", ".join(f"`{program}`" for program in programs) or "–"


def _kept(spec: TopicSpec) -> str:
    if spec.is_compacted:
        return "newest of each key"
    return "for ever" if spec.retention_ms == FOR_EVER else f"{spec.retention_ms // DAY_MS} days"


def _default(value: Any) -> str:
    if value in (None, ""):
        return "empty"
    return f"`{value.as_posix() if isinstance(value, Path) else value}`"


def _limits(metadata: Iterable[Any]) -> str:
    words = {"ge": "at least", "le": "at most", "pattern": "like"}
    found = [(words[name], getattr(part, name)) for part in metadata for name in words if getattr(part, name, None)]
    return ", ".join(f"{word} `{value}`" if word == "like" else f"{word} {value:,}" for word, value in found)
