"""The command line as a page: every verb with its arguments and options."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import typer.main

from deploy.cli import build_app
from deploy.documents.tables import table

EXIT_CODES = (("0", "done"), ("1", "failed"), ("2", "wrong use"), ("3", "done, with rejected records"))


def commands_page() -> str:
    """Every verb of `petitions`, in the order of its help."""
    parts = [_section(path, command) for path, command in commands()]
    return (
        "# Commands\n\n`petitions VERB --help` says the same. `--json` is there wherever a program might read the "
        "answer.\n\n" + table(("exit code", "meaning"), EXIT_CODES) + "\n" + "\n".join(parts)
    )


def commands() -> Iterator[tuple[str, Any]]:
    """Words of each verb, and the verb."""
    yield from _below("petitions", typer.main.get_command(build_app()))


def _below(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    verbs = getattr(command, "commands", None)
    if verbs is None:
        yield path, command
        return
    for name, verb in verbs.items():
        yield from _below(f"{path} {name}", verb)


def _section(path: str, command: Any) -> str:
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    options = [one for one in command.params if one.param_type_name == "option" and "--help" not in one.opts]
    usage = " ".join([path, *(["[OPTIONS]"] if options else []), *map(_placeholder, arguments)])
    text = "\n".join(line.strip() for line in (command.help or "").splitlines())
    rows = [*_argument_rows(arguments), *_option_rows(options)]
    shown = "\n" + table(("argument or option", "default", "meaning"), rows) if rows else ""
    return f"## {path}\n\n    {usage}\n\n{text}\n{shown}"


def _placeholder(argument: Any) -> str:
    name = argument.metavar or argument.name.upper()
    name += "..." if argument.nargs == -1 and not name.endswith("...") else ""
    return name if argument.required else f"[{name}]"


def _argument_rows(arguments: Iterable[Any]) -> Iterator[tuple[str, str, str]]:
    for one in arguments:
        yield f"`{_placeholder(one)}`", "needed" if one.required else "–", one.help or ""


def _option_rows(options: Iterable[Any]) -> Iterator[tuple[str, str, str]]:
    for one in options:
        names = " ".join(f"`{name}`" for name in (*one.opts, *one.secondary_opts))
        repeated = " May be repeated." if one.multiple else ""
        yield names, "needed" if one.required else _default(one), (one.help or "") + repeated


def _default(option: Any) -> str:
    value = option.default
    if value is None or value == "" or callable(value):
        return "–"
    if isinstance(value, bool):
        return f"`{option.opts[0]}`" if value else "off"
    return f"`{value.as_posix() if isinstance(value, Path) else value}`"
