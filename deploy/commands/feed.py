"""`petitions feed`, `zero-report`, `watch`, `profile check` and `gateway-key`: what counties send."""

import shutil
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated

import typer

from deploy import rendering
from schemas.garbage import collect_rarely

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from producers.intake import FeedResult, Intake, Progress
    from schemas.settings import Settings

WITH_REJECTED = 3
JSON = Annotated[bool, typer.Option("--json", help="For programs.")]
COUNTY = Annotated[str, typer.Option("--county", help="Division code of the county whose profile applies.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(feed)
    app.command("zero-report")(zero_report)
    app.command()(watch)
    app.command("gateway-key")(gateway_key)
    app.command("identity-key")(identity_key)
    app.command("receipt-code")(receipt_code)
    profile = typer.Typer(help="County profiles.", no_args_is_help=True)
    profile.callback()(_profiles)
    profile.command("check")(profile_check)
    app.add_typer(profile, name="profile")


def _profiles() -> None:
    """County profiles: how each county system writes its records."""


def feed(
    path: Annotated[str, typer.Argument(metavar="FILE|FOLDER|-", help="A ledger, a folder of ledgers, or -.")],
    county: COUNTY = "",
    again: Annotated[bool, typer.Option("--again", help="Send a file again that was fed before.")] = False,
    takeover: Annotated[bool, typer.Option("--takeover", help="Old records: indexed, but fire no alert.")] = False,
    as_json: JSON = False,
) -> None:
    """Publish the records of ledgers; interrupted, it goes on where it was. Exit 3 when some were rejected.

    Without --county, FOLDER holds one folder for each county, named after its code.
    """
    from deploy.feed_progress import shown_progress

    if path != "-" and not Path(path).exists():
        raise typer.BadParameter(f"{path} does not exist")
    if not county and not Path(path).is_dir():
        raise typer.BadParameter("a file needs --county")
    if county:  # what lies in the folder of an unknown county is kept as refused; a typing error is only told
        _check_county(county)
    settings = _settings()
    collect_rarely()
    with _on_disk(path, settings) as source:
        ledgers = ledgers_in(source, county)
        with shown_progress() as progress, _intake(settings, progress) as intake:
            results = [intake.take(file, of, again=again, takeover=takeover) for file, of in ledgers]
    say(results, as_json)
    if any(result.rejected for result in results):
        raise typer.Exit(WITH_REJECTED)


def zero_report(
    county: COUNTY,
    on: Annotated[datetime, typer.Option("--on", formats=["%Y-%m-%d"], help="The day without petitions.")],
    as_json: JSON = False,
) -> None:
    """Report that a county had nothing to report on a day (零报告)."""
    from producers.entering import NotYet
    from producers.intake import UnknownCounty

    try:
        with _intake(_settings(), None) as intake:
            found = intake.zero_report(county, on.date())
    except (UnknownCounty, NotYet) as error:
        raise typer.BadParameter(str(error)) from None
    typer.echo(found.model_dump_json() if as_json else f"zero report of {county} for {found.period_on}")


def watch(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="Holds a folder for each county.")],
    once: Annotated[bool, typer.Option("--once", help="Leave when all files that are there are fed.")] = False,
    as_json: JSON = False,
) -> None:
    """Feed each file that is put into FOLDER/<county code>/, until Ctrl-C. Exit 1 where a file could not be read."""
    from producers.watching import watch_folder
    from schemas.logs import configure_logs

    settings = _settings()
    configure_logs(settings.log_level)
    with _intake(settings, None) as intake:
        left = watch_folder(folder, intake, Event(), lambda result: say([result], as_json), until_settled=once)
    if left:
        raise typer.Exit(1)


def profile_check(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A county profile in TOML.")],
) -> None:
    """Say whether a county profile can be used, and if not, which key is wrong."""
    from producers.profiles import ProfileError, load_profile

    try:
        profile = load_profile(file)
    except ProfileError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{file.name}: {profile.code} {profile.name}, {profile.file.format}, {len(profile.columns)} fields")


def gateway_key(
    county: Annotated[str, typer.Argument(help="Division code of the county.")],
    keep_old: Annotated[
        bool, typer.Option("--keep-old", help="The present key works on until --retire-old.")
    ] = False,
    retire_old: Annotated[bool, typer.Option("--retire-old", help="No new key; only the newest works on.")] = False,
) -> None:
    """Make a new key with which a county system may push records; it is shown once, and the old one ends."""
    from producers.gateway_keys import create_key, gateway_keys_path, retire_old_key

    _check_county(county)
    path = gateway_keys_path(_settings(with_servers=False))
    if retire_old:
        typer.echo("the old key has ended" if retire_old_key(path, county) else "there is no older key")
    else:
        typer.echo(create_key(path, county, keep_old=keep_old))


def identity_key() -> None:
    """Seal with a new key from the next start of a process on; former keys open what they sealed."""
    from producers.keyring import change_identity_key, key_path

    typer.echo(change_identity_key(key_path(_settings(with_servers=False))))


def receipt_code(
    county: Annotated[str, typer.Argument(help="Division code of the county that sends the record.")],
    numbers: Annotated[list[str], typer.Argument(help="Record numbers, as the county gave them.")],
) -> None:
    """Print the code for each petitioner's receipt, by which they see what became of their petition."""
    from producers.instance_keys import compared_keyring
    from producers.keyring import key_path
    from schemas.cleaning import identifier

    path = key_path(_settings(with_servers=False))
    if not path.exists():  # codes of a key that is made now would open nothing
        typer.echo(f"{path}: no key file, so no record has been taken with its keys", err=True)
        raise typer.Exit(1)
    keyring = compared_keyring(_settings(), with_kept=False)
    for number in numbers:
        typer.echo(f"{number}\t{keyring.receipt_code(county, identifier(number))}")


def _settings(*, with_servers: bool = True) -> "Settings":
    from deploy.servers.instance import located
    from schemas.settings import Settings

    return located(Settings.from_env()) if with_servers else Settings.from_env()


def _check_county(county: str) -> None:
    from producers.profiles import load_profiles

    if load_profiles(_settings(with_servers=False).profiles_dir).get(county) is None:
        raise typer.BadParameter(f"no profile for county {county}")


@contextmanager
def _intake(settings: "Settings", progress: "Progress | None") -> "Iterator[Intake]":
    from producers.instance_keys import keyring_of
    from producers.intake import Intake
    from producers.kafka_publisher import KafkaPublisher
    from producers.profiles import load_profiles

    publisher = KafkaPublisher(settings)
    try:
        profiles, keyring = load_profiles(settings.profiles_dir), keyring_of(settings)
        yield Intake(settings, profiles, keyring, publisher, progress=progress)
    finally:
        publisher.close()


@contextmanager
def _on_disk(path: str, settings: "Settings") -> "Iterator[Path]":
    """Standard input is kept in a file first, so that it can be resumed like any other."""
    if path != "-":
        yield Path(path)
        return
    settings.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile(dir=settings.folder, prefix="stdin-") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
        file.flush()
        yield Path(file.name)


def ledgers_in(path: Path, county: str) -> list[tuple[Path, str]]:
    """The files to feed, each with its county: the one that is given, else the folder's name."""
    if path.is_file():
        return [(path, county)]
    files = sorted(f for f in path.rglob("*") if f.is_file() and not f.name.startswith((".", "~$")))
    if county:
        return [(file, county) for file in files]
    found = [(file, file.relative_to(path).parts[0]) for file in files if file.parent != path]
    if files and not found:
        raise typer.BadParameter(f"{path} holds files, but no folder of a county: name the folder above, or --county")
    return found


def say(results: "Sequence[FeedResult]", as_json: bool) -> None:
    """What became of each file."""
    if as_json:
        typer.echo(rendering.as_json([asdict(result) for result in results]))
        return
    for result in results:
        done = " (fed before, nothing sent)" if result.was_done else ""
        typer.echo(
            f"{Path(result.path).name} of {result.county}: received {result.received} = published"
            f" {result.published} + rejected {result.rejected}{done}"
        )
        for reason, count in sorted(result.reasons.items()):
            typer.echo(f"  rejected for {reason}: {count}")
        for column in result.unknown_columns:
            typer.echo(f"  unknown column, neither mapped nor ignored: {column}", err=True)
