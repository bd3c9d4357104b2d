"""A folder of rubbish: nothing stops, and each record is accounted for."""

import random
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from producers.formats.reading import parse
from producers.formats.rows import BadRow, UnknownColumn
from producers.intake import Intake
from producers.profiles import Profile, Profiles
from schemas.settings import Settings
from tests.fakes_producers import HEADER, KEYRING, NOW, FakePublisher, csv_bytes, profile, row

NOISE = random.Random(7).randbytes(200_000)
FORMATS = {
    "990101": profile(),
    "990102": profile(code="990102", file={"format": "xlsx"}),
    "990103": profile(code="990103", file={"format": "jsonl", "encoding": "gb18030"}),
    "990104": profile(code="990104", file={"format": "csv", "encoding": "gb18030"}),
}
HEAD = (",".join(HEADER) + "\n").encode()

RUBBISH: dict[str, bytes] = {
    "empty": b"",
    "endless line": HEAD + b"x" * 6_000_000,
    "binary": NOISE,
    "nothing but NUL": b"\0" * 10_000,
    "wrong columns": b"a,b\n1,2\n3,4\n",
    "half a row": HEAD + b'N1,2024/5/6 9:05,"\xe6',
    "no such date": csv_bytes(row(日期="9999-99-99")),
    "long body": csv_bytes(row(内容="长" * 100_000), row(编号="2", 内容="长" * 100_001)),
    "control characters": csv_bytes(row(内容="\x00\x01\x1b[31m路\x7f坏")),
    "emoji": csv_bytes(row(内容="😡" * 500)),
    "formulas": csv_bytes(row(标题="=cmd|'/c calc'!A1", 内容="@SUM(1+1)*cmd|' /C calc'!A0")),
    "carriage returns": csv_bytes(row(), row()).replace(b"\r\n", b"\r"),
}


@pytest.mark.parametrize("county", [*FORMATS, "990199"])
def test_a_folder_of_rubbish_stops_nothing_and_adds_up(tmp_path: Path, county: str) -> None:
    publisher = FakePublisher()
    settings = Settings(home=tmp_path / "home", partitions=4)
    intake = Intake(settings, Profiles(FORMATS.values()), KEYRING, publisher, clock=lambda: NOW)
    for name, content in RUBBISH.items():
        path = tmp_path / f"{name}.csv"
        path.write_bytes(content)
        result = intake.take(path, county)
        assert result.received == result.published + result.rejected
    reports = publisher.reports
    assert len(reports) == len(RUBBISH)
    assert sum(report.published for report in reports) == len({record.receipt for record in publisher.records})
    assert sum(report.rejected for report in reports) == len({letter.letter_id for letter in publisher.letters})
    assert max(len(message.value) for message in publisher.sent) < 1_048_576


def test_each_piece_of_rubbish_is_judged_as_it_should_be(tmp_path: Path) -> None:
    publisher = FakePublisher()
    intake = Intake(Settings(home=tmp_path), Profiles([profile()]), KEYRING, publisher, clock=lambda: NOW)
    found = {}
    for name, content in RUBBISH.items():
        path = tmp_path / name
        path.write_bytes(content)
        result = intake.feed(path, "990101")
        found[name] = (result.published, dict(result.reasons))
    found.pop("binary")
    assert found == {
        "empty": (0, {}),
        "endless line": (0, {"too_long": 1}),
        "nothing but NUL": (0, {"wrong_columns:record_no": 1}),
        "wrong columns": (0, {"wrong_columns:record_no": 2}),
        "half a row": (0, {"not_a_record": 1}),
        "no such date": (0, {"bad_date:received_at": 1}),
        "long body": (1, {"too_long:body": 1}),
        "control characters": (1, {}),
        "emoji": (1, {}),
        "formulas": (1, {}),
        "carriage returns": (0, {"not_a_record": 1}),
    }


@pytest.mark.parametrize("of", FORMATS.values(), ids=[of.file.format + of.file.encoding for of in FORMATS.values()])
def test_no_damage_to_a_ledger_makes_a_parser_raise_or_skip_a_number(of: Profile) -> None:
    chance = random.Random(of.code)
    whole = HEAD + csv_bytes(*[row(编号=f"{n}", 内容='一"二\n三') for n in range(20)])
    for _ in range(150):
        content = bytearray(whole)
        for _ in range(chance.randrange(1, 12)):
            content[chance.randrange(len(content))] = chance.choice(b'",\n\r\x00\xff\x81{[x')
        items = [item for item in parse([bytes(content)], of) if not isinstance(item, UnknownColumn)]
        assert [item.number for item in items] == list(range(1, len(items) + 1))


@pytest.mark.slow
@pytest.mark.parametrize("of", [FORMATS["990101"], FORMATS["990103"]], ids=["csv", "jsonl"])
def test_a_line_of_200_megabytes_needs_little_memory(of: Profile) -> None:
    def chunks() -> Iterator[bytes]:
        yield HEAD
        for _ in range(200):
            yield b"x" * 1_000_000

    tracemalloc.start()
    found = [item for item in parse(chunks(), of) if isinstance(item, BadRow)]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found[-1].rejected.reason == "too_long"
    assert peak < 40_000_000
