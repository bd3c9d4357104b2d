"""Each shipped profile reads the invented ledger of its county."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from producers.intake import Intake
from producers.profiles import load_profiles
from schemas.settings import Settings
from tests.fakes_producers import KEYRING, FakePublisher

LEDGERS = Path(__file__).parents[2] / "samples" / "ledgers"
LATER = datetime(2024, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "bodies", "reasons"),
    [
        (
            "410122.csv",
            ["村东的水泥路雨后塌了半边，\n农机过不去。", "工地停工后工资一直没有发。\n附名单一份"],
            {"bad_date:received_at": 1, "unknown_value:channel": 1, "bad_encoding": 1},
        ),
        ("410184.xlsx", ["小区门口垃圾三天没有清运。", "昨天起停水。"], {"bad_date:received_at": 1}),
        (
            "410185.jsonl",
            ["新线路不经过学校，孩子上学不便。", "村里自来水发黄。😟"],
            {"missing:body": 1, "not_a_record": 1},
        ),
    ],
)
def test_a_shipped_profile_reads_its_ledger(
    tmp_path: Path, name: str, bodies: list[str], reasons: dict[str, int]
) -> None:
    publisher = FakePublisher()
    intake = Intake(Settings(home=tmp_path), load_profiles(), KEYRING, publisher, clock=lambda: LATER)
    result = intake.feed(LEDGERS / name, name.split(".")[0])
    assert sorted(record.body for record in publisher.records) == sorted(bodies)
    assert Counter(result.reasons) == reasons
    assert result.unknown_columns == ()
