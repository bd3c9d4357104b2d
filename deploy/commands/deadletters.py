"""`petitions dead-letters`: what could not be processed, why, and once more."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from deploy import rendering
from deploy.instance_settings import settings_here
from schemas.terms import RejectReason, Stage

if TYPE_CHECKING:
    from consumers.dead_letters.resending import Resent
    from schemas.events import DeadLetter
    from schemas.settings import Settings

ACK_S = 60.0
JSON = Annotated[bool, typer.Option("--json", help="For programs.")]
STAGE = Annotated[Stage | None, typer.Option(help="Only of this stage: intake, registration, linking, cases, index.")]
REASON = Annotated[RejectReason | None, typer.Option(help="Only with this reason.")]
SOURCE = Annotated[str, typer.Option(help="Only of this source.")]


def register(app: typer.Typer) -> None:
    """Add the group of commands."""
    group = typer.Typer(help="Records that could not be processed.", no_args_is_help=True)
    group.command("list")(list_letters)
    group.command("show")(show)
    group.command("replay")(replay)
    app.add_typer(group, name="dead-letters")


def list_letters(
    stage: STAGE = None, reason: REASON = None, source: SOURCE = "", ids: bool = False, as_json: JSON = False
) -> None:
    """Count dead letters by stage, reason, field and source; --ids names each."""
    from consumers.dead_letters.resending import counted

    letters = _letters(settings_here(), _chooser(stage, reason, source))
    if as_json:
        typer.echo(rendering.as_json([_summary(letter) for letter in letters]))
        return
    if ids:
        for letter in letters:
            place = f"{letter.delivery_id} row {letter.row}" if letter.row else letter.origin
            typer.echo(f"{letter.letter_id}  {letter.stage.value}  {letter.reason.value}  {letter.field}  {place}")
        return
    for (where, why, field, who), count in sorted(counted(letters).items()):
        typer.echo(f"{count:8}  {where:12} {why:18} {field or '-':16} {who}")
    typer.echo(f"{len(letters):8}  in all")


def show(
    letter_id: str, raw: Annotated[bool, typer.Option("--raw", help="The bytes too: personal.")] = False
) -> None:
    """Show one dead letter; its bytes only on demand, because they are personal."""
    import sys
    from base64 import b64decode

    letters = _letters(settings_here(), lambda letter: letter.letter_id == letter_id)
    if not letters:
        typer.echo("no such dead letter", err=True)
        raise typer.Exit(1)
    typer.echo(rendering.as_json(_summary(letters[0])))
    if raw:
        sys.stdout.flush()
        sys.stdout.buffer.write(b64decode(letters[0].raw) + b"\n")


def replay(
    letter_id: Annotated[list[str] | None, typer.Argument(help="Letters; none: all that the options choose.")] = None,
    stage: STAGE = None,
    reason: REASON = None,
    source: SOURCE = "",
    as_json: JSON = False,
) -> None:
    """Send the records of dead letters back to where they came from; exit 3 when some cannot be."""
    from consumers.dead_letters.resending import NotReplayable, resent

    if not (letter_id or stage or reason or source):
        typer.echo("name letters, or choose them by --stage, --reason or --source", err=True)
        raise typer.Exit(2)
    settings = settings_here()
    wanted = set(letter_id or [])
    choose = _chooser(stage, reason, source)
    messages: list[Resent] = []
    hindered: dict[str, str] = {}
    letters = _letters(settings, lambda one: choose(one) and (not wanted or one.letter_id in wanted))
    for name in sorted(wanted - {letter.letter_id for letter in letters}):
        hindered[name] = "no such dead letter"
    for letter in letters:
        try:
            messages.append(resent(letter, settings.prefix))
        except NotReplayable as error:
            hindered[letter.letter_id] = str(error)
    _send(settings, messages)
    if as_json:
        typer.echo(rendering.as_json({"replayed": len(messages), "not_replayed": hindered}))
    else:
        typer.echo(f"{len(messages)} sent back")
        for name, why in hindered.items():
            typer.echo(f"{name}: {why}", err=True)
    if hindered:
        raise typer.Exit(3)


def _letters(settings: "Settings", choose: "Callable[[DeadLetter], bool]") -> "list[DeadLetter]":
    from deploy.deadletters import read_letters

    return [letter for letter in read_letters(settings) if choose(letter)]


def _chooser(stage: Stage | None, reason: RejectReason | None, source: str) -> "Callable[[DeadLetter], bool]":
    return lambda letter: (
        stage in (None, letter.stage) and reason in (None, letter.reason) and source in ("", letter.source)
    )


def _summary(letter: "DeadLetter") -> dict[str, object]:
    return letter.model_dump(mode="json", exclude={"raw"})


def _send(settings: "Settings", messages: "list[Resent]") -> None:
    from kafka import KafkaProducer

    from schemas.connections import kafka_python

    producer = KafkaProducer(**kafka_python(settings), acks="all", max_request_size=16 * 1024 * 1024)
    sent = [producer.send(m.topic, partition=m.partition, key=b"p%d" % m.partition, value=m.value) for m in messages]
    for future in sent:
        future.get(timeout=ACK_S)
    producer.close()
