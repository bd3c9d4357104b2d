"""One pipeline that was fed in order, once; several tests look at it or feed something else into it."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from deploy.demo.generator import Ledgers, generate
from deploy.servers.addresses import Servers
from processors.register_files import load_register
from processors.rulebook import Rulebook
from schemas.events import Case, DeadLetter
from schemas.topics import Topic
from tests.e2e.pipeline import MODULES, STAGES, Pipeline, ledger_files, new_instance, pipeline
from tests.e2e.read_model import Name, read_model

SIZE = int(os.environ.get("SOAK_SIZE", "600"))
"""Petitions of the ledgers; `make soak` feeds more."""
SEED = 7
UNTIL = date(2026, 10, 31)


@dataclass(frozen=True, slots=True)
class Fed:
    """A pipeline, what it was fed, and what it made of that."""

    pipeline: Pipeline
    files: list[tuple[Path, str]]
    model: dict[Name, dict[str, Any]]
    cases: list[Case]
    refused: list[tuple[str, int, str, str]]
    """Source, row, reason and field of every refused row."""


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    """The rules with the register that is shipped."""
    return Rulebook(load_register(None))


@pytest.fixture(scope="session")
def ledgers(rulebook: Rulebook) -> Ledgers:
    """The ledgers of twelve county systems, faults included."""
    return generate(SIZE, SEED, rulebook.register, UNTIL)


@pytest.fixture(scope="session")
def fed(servers: Servers, ledgers: Ledgers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fed]:
    """Every ledger fed once, in order, and worked off; the processes go on running."""
    folder = tmp_path_factory.mktemp("fed")
    files = ledger_files(ledgers, folder / "ledgers")
    with pipeline(new_instance(servers, folder), folder, *STAGES) as made:
        made.feed(files)
        proof = made.settle()
        wanted = ledgers.expected
        assert (proof.received, proof.registered, proof.rejected) == (wanted.received, SIZE, wanted.rejected)
        assert not made.exits
        yield Fed(made, files, read_model(made.settings), made.cases(), refused(made))


@pytest.fixture(scope="session")
def odd(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """All five processes with their metrics, for what no county should send."""
    folder = tmp_path_factory.mktemp("odd")
    with pipeline(new_instance(servers, folder), folder, *MODULES, with_metrics=True) as made:
        yield made


def refused(made: Pipeline) -> list[tuple[str, int, str, str]]:
    """What the dead letters of the intake say."""
    letters = (DeadLetter.from_bytes(value) for _, value in made.read(Topic.INTAKE_DEAD))
    return sorted((letter.source, letter.row, letter.reason.value, letter.field) for letter in letters)
