"""What a console under test sends to Kafka, and what it keeps of officials' acts."""

import pytest

from consumers.message import Message
from tests.officials import Audit


@pytest.fixture
def sent() -> list[Message]:
    return []


@pytest.fixture
def audit() -> Audit:
    return Audit()
