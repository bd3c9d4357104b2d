"""A worker has everything compiled before it joins its group."""

import pytest

from processors.register_files import load_register
from processors.rulebook import Rulebook
from processors.rules import agreement, compiling
from processors.warming import warm_up


def test_letters_of_two_people_are_read_and_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, ...]] = []
    counted = agreement._compiled()
    monkeypatch.setattr(agreement, "_compiled", lambda: lambda *data: compared.append(data) or counted(*data))
    warm_up(Rulebook(load_register(None)))
    assert len(compared) > 2


def test_where_nothing_can_be_kept_loops_are_compiled_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(loop: object = None, *, cache: bool = False) -> object:
        if cache:
            raise RuntimeError("no locator available")
        return loop

    monkeypatch.setattr("numba.njit", refused)
    assert compiling.jitted(len)("abc") == 3
