"""The messages of all topics as JSON Schema, and the topics as one AsyncAPI document."""

import inspect
from collections.abc import Iterable
from typing import Any

from deploy.documents.field_texts import field_texts
from deploy.topic_users import READERS, WRITERS
from deploy.topics import topic_configs
from schemas import (
    alert_events,
    audit_events,
    events,
    key_events,
    life,
    petition,
    register_events,
    replay_events,
    search_events,
    statistics_events,
)
from schemas.contract import Contract
from schemas.settings import Settings
from schemas.topics import TOPICS, TopicSpec

DIALECT = "https://json-schema.org/draft/2020-12/schema"
PROMISED = ("cleanup.policy", "retention.ms", "retention.bytes", "delete.retention.ms")
"""Topic settings that are part of the contract; the others are a matter of operation."""

MODULES = (
    petition,
    life,
    events,
    register_events,
    audit_events,
    alert_events,
    search_events,
    statistics_events,
    replay_events,
    key_events,
)
"""Where the contracts of messages and their parts are."""
PREFIX = {"default": Settings.model_fields["prefix"].default, "description": "The instance; see PETITIONS_PREFIX."}


def event_types() -> tuple[type[Contract], ...]:
    """Every type of message, in the order of the topics, each once."""
    return tuple(dict.fromkeys(spec.event for spec in TOPICS if spec.event is not None))


def json_schema(event: type[Contract]) -> dict[str, Any]:
    """What a message must hold to be read; fields at their default are left out when one is written."""
    schema = event.model_json_schema()
    _describe(schema, event)
    for name, part in schema.get("$defs", {}).items():
        contract = next(found for module in MODULES if (found := getattr(module, name, None)))
        if issubclass(contract, Contract):
            _describe(part, contract)
    return {"$schema": DIALECT, **schema}


def asyncapi(version: str) -> dict[str, Any]:
    """The topics as an AsyncAPI 3.0 document; the payloads are the schemas beside it."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Petition platform",
            "version": version,
            "description": "Topics of one instance. Keys and partitions are chosen by the writer (schemas/keys.py).",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {_name(spec): _channel(spec) for spec in TOPICS},
        "operations": dict(_operations()),
        "components": {"messages": {event.__name__: _message(event) for event in event_types()}},
    }


def _describe(part: dict[str, Any], contract: type[Contract]) -> None:
    texts = field_texts(contract)
    for name, shape in part.get("properties", {}).items():
        if name in texts:
            shape["description"] = texts[name]


def _name(spec: TopicSpec) -> str:
    return spec.topic.value.replace(".", "-")


def _channel(spec: TopicSpec) -> dict[str, Any]:
    configs = topic_configs(spec)
    promised = {name: _typed(name, configs[name]) for name in PROMISED if name in configs}
    messages = {spec.event.__name__: {"$ref": f"#/components/messages/{spec.event.__name__}"}} if spec.event else {}
    return {
        "address": f"{{prefix}}.{spec.topic.value}",
        "description": f"{spec.purpose} Key: {spec.key}.",
        "parameters": {
            "prefix": {"default": Settings.model_fields["prefix"].default, "description": "The instance."}
        },
        "messages": messages,
        "bindings": {"kafka": {"topicConfiguration": promised, "bindingVersion": "0.5.0"}},
    }


def _typed(name: str, value: str) -> list[str] | int:
    """As the Kafka binding wants it: the policy as a list, milliseconds and bytes as numbers."""
    return [value] if name == "cleanup.policy" else int(value)


def _operations() -> Iterable[tuple[str, dict[str, Any]]]:
    for spec in TOPICS:
        channel = {"$ref": f"#/channels/{_name(spec)}"}
        for action, programs in (("send", WRITERS[spec.topic]), ("receive", READERS[spec.topic])):
            if programs:
                summary = f"{'Written' if action == 'send' else 'Read'} by {', '.join(programs)}."
                yield f"{action}-{_name(spec)}", {"action": action, "channel": channel, "summary": summary}


def _message(event: type[Contract]) -> dict[str, Any]:
    return {
        "name": event.__name__,
        "summary": (inspect.getdoc(event) or "").splitlines()[0],
        "contentType": "application/json",
        "payload": {"$ref": f"schemas/{event.__name__}.json"},
        "bindings": {"kafka": {"key": {"type": "string"}, "bindingVersion": "0.5.0"}},
    }
