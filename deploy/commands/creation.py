"""`petitions create` and `petitions rights`: what an instance needs on servers that others run."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.instance_settings import settings_here

if TYPE_CHECKING:
    from deploy.topic_rights import Right
    from schemas.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(create)
    app.command()(rights)


def create(
    words_only: Annotated[
        bool, typer.Option("--words-only", help="Only the words, under home; asks no server.")
    ] = False,
) -> None:
    """Create topics, starting offsets, indices and the words of the register. Again: nothing changes."""
    from deploy.word_list import write_words
    from schemas.settings import Settings

    settings = Settings.from_env()
    settings.folder.mkdir(parents=True, exist_ok=True)
    write_words(settings)
    if not words_only:
        _create_on_servers(settings_here())


def _create_on_servers(settings: "Settings") -> None:
    from consumers.audit.index import ensure_audit_index
    from consumers.elastic import connect
    from consumers.search.index import ensure_index
    from deploy.topics import create_topics

    create_topics(settings)
    with connect(settings) as client:
        ensure_index(client, settings)
        ensure_audit_index(client, settings)


def rights(
    give: Annotated[bool, typer.Option("--give", help="Give Kafka those that it does not know yet.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs; with the roles of Elasticsearch.")] = False,
    strimzi: Annotated[bool, typer.Option("--strimzi", help="As users of Kafka's operator in Kubernetes.")] = False,
) -> None:
    """List what each process may do at Kafka and Elasticsearch, and nothing else. Asks no server without --give."""
    from deploy.topic_rights import give_rights, missing_rights, rights

    if give:
        settings = settings_here()
        missing = missing_rights(settings)
        give_rights(settings, missing)
        typer.echo(f"{len(missing)} rights given, {len(rights(settings.prefix)) - len(missing)} were there")
        return
    from schemas.settings import Settings

    prefix = Settings.from_env().prefix
    if strimzi:
        from deploy.kafka_users import kafka_users

        typer.echo(kafka_users(prefix), nl=False)
        return
    typer.echo(_as_json(prefix) if as_json else "\n".join(_as_line(right) for right in rights(prefix)))


def _as_json(prefix: str) -> str:
    from dataclasses import asdict

    from deploy.index_rights import index_roles
    from deploy.topic_rights import rights, user_at_kafka

    roles = {user_at_kafka(prefix, user): role for user, role in index_roles(prefix).items()}
    return json.dumps({"kafka": [asdict(right) for right in rights(prefix)], "elasticsearch": roles}, indent=2)


def _as_line(right: "Right") -> str:
    return f"{right.user:<24}{right.operation:<10}{right.resource:<7}{right.name}{'*' if right.is_prefix else ''}"
