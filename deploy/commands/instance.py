"""`petitions up`, `down` and `status`: the servers and processes of one instance."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from schemas.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(up)
    app.command()(down)
    app.command()(status)


def up(
    servers_only: Annotated[bool, typer.Option("--servers-only", help="No processes, topics only.")] = False,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Faust workers of each stage.")] = 1,
) -> None:
    """Find or start Kafka and Elasticsearch, create the topics, start the processes. Again: nothing changes."""
    from deploy.instance import bring_up
    from deploy.readiness import announced

    settings = bring_up(_settings(), workers=0 if servers_only else workers)
    typer.echo(f"Kafka          {settings.kafka}")
    typer.echo(f"Elasticsearch  {settings.elasticsearch}")
    if not servers_only:
        typer.echo(f"Gateway        {announced(settings, 'gateway')}")
        typer.echo(f"Console        {announced(settings, 'console')}")
        typer.echo(f"Logs           {settings.folder / 'logs'}")


def down() -> None:
    """Stop the processes and the servers that `up` started; data are kept."""
    from deploy.instance import bring_down

    bring_down(_settings())


def status(as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """Servers, processes, lag, dead letters, index (documents, size, newest case; the indexer's last write where
    PETITIONS_METRICS_PORT is set), room on the disk, silent counties, last report of each county. Exit code 1 unless
    all is well: servers that answer and, where this home ever had processes, a supervisor and all of them.
    """
    from deploy.status import status as ask

    told = ask(_settings())
    typer.echo(json.dumps(told, ensure_ascii=False, indent=2) if as_json else _as_text(told))
    if not told["is_well"]:
        raise typer.Exit(1)


def _processes_head(told: dict[str, Any]) -> str:
    """Whether this home keeps the processes, and whether they are kept."""
    if told["is_supervised"]:
        return "processes"
    if any(one["is_running"] for one in told["processes"]):
        return "processes: WITHOUT SUPERVISOR, run `petitions up`"
    if told["has_processes"]:
        return "processes: NOT STARTED, run `petitions up`"
    return "processes: none of this home; if they are kept elsewhere ask there, else run `petitions up`"


def _standing(told: dict[str, Any]) -> list[str]:
    """Index, indexer, disk and silent counties, a line each."""
    index, disk = told["index"], told["disk"]
    lines = []
    if index:
        age = (
            "no case yet"
            if index["newest_case_age_s"] is None
            else f"newest case {index['newest_case_age_s']:,} s old"
        )
        lines.append(f"index               {index['documents']:,} documents, {_size(index['bytes'])}, {age}")
    wrote = told["indexer"]["last_write_age_s"]
    lines.append(
        "indexer             " + ("last write not known" if wrote is None else f"last write {wrote:,.0f} s ago")
    )
    room = f"{_size(disk['free_bytes'])} free of {_size(disk['total_bytes'])}" + (
        " TOO LITTLE" if disk["is_short"] else ""
    )
    topics = f", topics {_size(disk['topics_bytes'])}" if "topics_bytes" in disk else ""
    lines.append(f"disk                {room}{topics}")
    silent = (
        f"{county} {'never heard of' if days is None else f'{days} days'}" for county, days in told["silent"].items()
    )
    nobody = "none" if told["servers"]["kafka"]["answers"] else "not known"
    lines.append("silent counties     " + (", ".join(silent) or nobody))
    return lines


def _size(count: int) -> str:
    return f"{count / 1e9:,.1f} GB" if count >= 1e9 else f"{count / 1e6:,.1f} MB"


def _settings() -> "Settings":
    from schemas.settings import Settings

    return Settings.from_env()


def _as_text(told: dict[str, Any]) -> str:
    if told["servers"] is None:
        return f"{told['home']}: no servers yet, run `petitions up`"
    servers = told["servers"]
    lines = [f"servers ({servers['origin']})"]
    for name in ("kafka", "elasticsearch"):
        answer = "answers" if servers[name]["answers"] else "DOES NOT ANSWER"
        lines.append(f"  {name:<20}{servers[name]['address']}  {answer}")
    lines.append(_processes_head(told))
    for one in told["processes"]:
        state = f"pid {one['pid']}" if one["is_running"] else f"NOT RUNNING, last exit {one['last_exit']}"
        lines.append(f"  {one['name']:<20}{state}  restarts {one['restarts']}")
    lines.append("messages behind")
    lines += [f"  {group:<20}{count}" for group, count in told["lag"].items()]
    lines.append("dead letters")
    lines += [f"  {topic:<20}{count}" for topic, count in told["dead_letters"].items()]
    lines += _standing(told)
    lines.append("last report of each county")
    for county, last in told["reports"].items():
        counts = f"received {last['received']}, published {last['published']}, rejected {last['rejected']}"
        lines.append(f"  {county:<20}{last['reported_at']}  {last['kind']}  {counts}")
    return "\n".join(lines)
