"""All pages that are made from the code: where they lie, what they hold, which of them are stale."""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deploy.documents.command_page import commands_page
from deploy.documents.contracts import PREFIX, asyncapi, event_types, json_schema
from deploy.documents.prometheus_rule import prometheus_rule
from deploy.documents.tables import metrics_page, settings_page, terms_tables, topics_page
from deploy.documents.weights_page import weights_page
from deploy.kafka_users import kafka_users

MADE = "<!-- made from the code by `petitions docs`; do not edit -->\n"
TERMS_FROM_HERE = "<!-- from here on made from schemas/terms.py by `petitions docs`; do not edit -->\n"
GLOSSARY = "GLOSSARY.md"
SCHEMAS = "docs/schemas"


class NoCheckout(RuntimeError):
    """The pages belong to a checkout of the project, and this is none."""


def checkout() -> Path:
    """The folder of the checkout that this code runs from."""
    root = Path(__file__).resolve().parents[2]
    if not (root / "pyproject.toml").is_file():
        raise NoCheckout("the pages lie in a checkout of the project: run `petitions docs` from one")
    return root


def pages(root: Path) -> dict[str, str]:
    """Path under the checkout → what it must hold."""
    version = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    schemas = {f"{SCHEMAS}/{event.__name__}.json": _json(json_schema(event)) for event in event_types()}
    return {
        "docs/topics.md": MADE + topics_page(),
        "docs/settings.md": MADE + settings_page(),
        "docs/metrics.md": MADE + metrics_page(),
        "docs/commands.md": MADE + commands_page(),
        "docs/weights.md": MADE + weights_page(),
        "docs/asyncapi.json": _json(asyncapi(version)),
        "deploy/kubernetes/kafka-users.yaml": kafka_users(PREFIX["default"]),
        "deploy/kubernetes/rules.yaml": prometheus_rule(
            (root / "deploy" / "monitoring" / "alerts.yaml").read_text("utf-8")
        ),
        GLOSSARY: _glossary(root),
        **schemas,
    }


def stale(root: Path) -> list[str]:
    """Pages that are missing, old, or made from an event that is gone."""
    wanted = pages(root)
    differing = [path for path, text in wanted.items() if _read(root / path) != text]
    return sorted([*differing, *_left_over(root, wanted)])


def write(root: Path) -> list[str]:
    """Write the pages that are stale, remove those of events that are gone; names them."""
    wanted, changed = pages(root), stale(root)
    for path in changed:
        target = root / path
        if path in wanted:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(wanted[path], "utf-8")
        else:
            target.unlink()
    return changed


def _glossary(root: Path) -> str:
    """What people wrote, and below it every term of the code."""
    by_hand = (_read(root / GLOSSARY) or "").partition(TERMS_FROM_HERE)[0]
    return by_hand + TERMS_FROM_HERE + "\n## Terms of the code\n\n" + terms_tables()


def _left_over(root: Path, wanted: dict[str, str]) -> Iterator[str]:
    found = (path.relative_to(root).as_posix() for path in (root / SCHEMAS).glob("*.json"))
    yield from (path for path in found if path not in wanted)


def _read(path: Path) -> str | None:
    return path.read_text("utf-8") if path.is_file() else None


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
