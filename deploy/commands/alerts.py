"""`petitions alerts`: what a supervisor should know."""

from typing import TYPE_CHECKING, Annotated

import typer

from deploy.commands.language import Lang
from schemas.office_time import OFFICE_TIME

if TYPE_CHECKING:
    from schemas.events import Alert


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(alerts)


def alerts(
    follow: Annotated[bool, typer.Option("--follow", help="Go on with new ones until Ctrl-C.")] = False,
    lang: Lang = "zh",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Show the alerts that were raised, oldest first."""
    from threading import Event

    from consumers.replay import Positions, replay
    from deploy.servers.instance import located
    from schemas.events import Alert
    from schemas.settings import Settings
    from schemas.topics import Topic

    settings = located(Settings.from_env())
    positions: Positions = {}
    while True:
        for records in replay(settings, Topic.ALERTS.under(settings.prefix), since=positions):
            for record in records:
                positions[record.topic, record.partition] = record.offset + 1
                if record.value is not None:
                    typer.echo(_line(Alert.from_bytes(record.value), lang, as_json))
        if not follow:
            return
        Event().wait(1)


def _line(alert: "Alert", lang: str, as_json: bool) -> str:
    if as_json:
        return alert.to_bytes().decode()
    rule, message = alert.rule.label, alert.message
    if lang == "en":
        rule, message = alert.rule.value, alert.message_en or alert.message
    return f"{alert.raised_at.astimezone(OFFICE_TIME):%Y-%m-%d %H:%M}  [{rule}]  {message}"
