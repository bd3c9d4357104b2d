"""The command `petitions`: each group of verbs is a module of `deploy.commands` that adds its own.

Exit codes: 0 done, 1 failed, 2 wrong use, 3 done with rejected records.
"""

import importlib
import sys
from os import PathLike, fspath

import typer

COMMAND_MODULES: tuple[str, ...] = (
    "instance",
    "creation",
    "feed",
    "pseudonym_key",
    "backup",
    "takeover",
    "search",
    "why",
    "decide",
    "judge",
    "learn",
    "verify",
    "deadletters",
    "alerts",
    "console",
    "refusals",
    "report",
    "register",
    "lexicon",
    "dry_run",
    "demo",
    "bench",
    "evaluate",
    "docs",
)
"""Modules of `deploy.commands`; each has `register(app)`. They import what is heavy inside their commands."""

FAILED, WRONG_USE = 1, 2
AWAY = {
    "elastic_transport": ("Elasticsearch", {"ConnectionError", "ConnectionTimeout"}),
    "kafka": ("Kafka", {"KafkaConnectionError", "KafkaTimeoutError", "NodeNotReadyError"}),
    "cimpl": ("Kafka", {"_TRANSPORT", "_ALL_BROKERS_DOWN", "_TIMED_OUT"}),
}
"""Package of a client → its server, and the errors that say that it does not answer."""
INDEX = {
    "IndexUnavailable": "the index is not there or does not answer: `petitions status` shows what runs",
    "SearchRefused": "the index will not be asked this: try fewer words and filters",
}
"""Errors of reading the index, whose own text is the class of the client's error, or the name of the index."""


def build_app() -> typer.Typer:
    """The command line with all its verbs."""
    app = typer.Typer(
        name="petitions",
        help="Ingest, link and assign the petitions (信访) of a province, and search them.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,  # it prints local variables, which may hold petitions
        add_completion=False,
    )
    for name in COMMAND_MODULES:
        importlib.import_module(f"deploy.commands.{name}").register(app)
    return app


def main() -> None:
    """Run the command; what goes wrong is said in one line that repeats no value of a record."""
    try:
        build_app()()
    except Exception as error:
        sys.stderr.write(f"petitions: {explain(error)}\n")
        sys.exit(exit_code(error))


def explain(error: Exception) -> str:
    """Our own errors speak for themselves; of others only the class and the place are told."""
    import pydantic

    if isinstance(error, pydantic.ValidationError):
        from schemas.contract import faulty_field

        field = faulty_field(error)
        return f"setting or contract not valid: {field}" if field else f"not a valid {error.title}"
    package = type(error).__module__.split(".")[0]
    if package == "consumers" and type(error).__name__ in INDEX:
        return INDEX[type(error).__name__]
    if package in {"deploy", "producers", "processors", "consumers", "schemas"}:
        return str(error) or type(error).__name__
    if _names_unknown_settings(error):
        return str(error)
    if isinstance(error, ModuleNotFoundError):
        return f"the package {error.name} is missing: `make setup` installs what is needed"
    server, signs = AWAY.get(package, ("", set()))
    if _kind(error) in signs:
        return f"{server} does not answer: `petitions status` shows what runs, `petitions up` starts it"
    if isinstance(error, OSError) and isinstance(error.filename, str | PathLike):
        return f"{fspath(error.filename)}: {error.strerror}"
    return f"{type(error).__name__} at {_place(error)}"


def _kind(error: Exception) -> str:
    """The class of an error, or the code that the class stands for."""
    code = getattr(error.args[0], "name", None) if error.args else None
    return str(code()) if callable(code) else type(error).__name__


def exit_code(error: Exception) -> int:
    """Settings that are not valid are wrong use; all else failed."""
    import pydantic

    return WRONG_USE if isinstance(error, pydantic.ValidationError) or _names_unknown_settings(error) else FAILED


def _names_unknown_settings(error: Exception) -> bool:
    return type(error) is ValueError and str(error).startswith("unknown settings: ")


def _place(error: Exception) -> str:
    """Where in our own code it came from."""
    place, trace = "start", error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if any(f"/{package}/" in file for package in ("deploy", "producers", "processors", "consumers", "schemas")):
            place = f"{file.rsplit('/', 1)[-1]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
