"""What is expensive to make and the same for everyone is made once; what the disk does is told, not waited for."""

import gc
import os
from collections.abc import Iterator

import pytest

from processors.register_files import load_register
from processors.rules.register import Register
from processors.rules.territory.gazetteer import Gazetteer


@pytest.fixture(scope="session")
def shipped() -> Register:
    """The shipped register of the whole province."""
    return load_register()


@pytest.fixture(scope="session")
def gazetteer_of_shipped(shipped: Register) -> Gazetteer:
    """Places of the shipped register."""
    gazetteer = Gazetteer(shipped)
    gc.freeze()  # a million objects that stay until the end
    return gazetteer


@pytest.fixture(scope="session", autouse=True)
def _written_through() -> Iterator[list[int]]:
    """A real disk takes milliseconds for each; what was asked of it is all that a unit test can see."""
    inodes: list[int] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda handle: inodes.append(os.fstat(handle).st_ino))
        yield inodes


@pytest.fixture
def written_through(_written_through: list[int]) -> list[int]:
    """The inodes of the files and folders that were written through to the disk in this test, in order."""
    _written_through.clear()
    return _written_through
