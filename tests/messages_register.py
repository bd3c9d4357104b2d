"""Makes the profile and the register for public messages whose places are pseudonyms (`A市`, `A3区`, `A7县`).

`python -m tests.messages_register FILE.csv.gz... --out tests/samples/messages`: a letter is a city, a letter and a
number one of its counties or districts, `西地省` the province. Only these names are kept, never a text.
"""

import argparse
import csv
import gzip
import re
import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from processors.register_files import COMPETENCES, DEPARTMENTS, DIVISIONS, MANIFEST, shipped_folder, write_divisions
from processors.rules.register import Division
from schemas.terms import Level

PROVINCE, PROVINCE_NAME = "43", "西地省"
SOURCE, SOURCE_NAME = "4301", "A市"
"""The board is the province's, but most messages are about this city: it stands for those that name no place."""
PLACE = re.compile(r"(?<![A-Za-z0-9])([A-Z])(\d{0,2})([市区县])")
LEAST_MENTIONS = 2
"""What stands in one message only may be a slip of the pen."""
_TEXTS = ("title", "body", "segmented_text")
_PROFILE = f'''# Messages to a provincial board, places and people as pseudonyms: made by tests/messages_register.py.
code = "{SOURCE}"
name = "{SOURCE_NAME}"
ignored_columns = ["matter_id"]

[file]
format = "csv"

[columns]
record_no = "message_id"
received_at = "time"
title = "title"
body = "body"
name = "user_id"
residence = "user_id"

[constants]
channel = "网上"

[values.channel]
"网上" = "online"

[dates]
formats = ["%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"]

[reports]
every = "weekly"
silent_after_days = 30
records_per_day = 10
'''


def divisions_of(texts: Iterable[str]) -> list[Division]:
    """The province, and every city and county that the texts name often enough."""
    named: Counter[tuple[str, str, str]] = Counter()
    for text in texts:
        named.update(set(PLACE.findall(text)))
    seen = {name for name, count in named.items() if count >= LEAST_MENTIONS}
    letters = sorted({letter for letter, _, _ in seen})
    made = [Division(PROVINCE, PROVINCE_NAME, Level.PROVINCE, "")]
    for letter in letters:
        city = f"{PROVINCE}{ord(letter) - ord('A') + 1:02}"
        made.append(Division(city, f"{letter}市", Level.CITY, PROVINCE))
        counties = sorted((int(number), kind) for of, number, kind in seen if of == letter and number)
        taken: set[int] = set()
        for number, kind in counties:
            code = number if number not in taken else number + 50
            taken.add(code)
            made.append(Division(f"{city}{code:02}", f"{letter}{number}{kind}", Level.COUNTY, city))
    return made


def write(divisions: list[Division], out: Path) -> None:
    """Write `profile.toml` and the folder `register`, with the departments and competences that are shipped."""
    register = out / "register"
    register.mkdir(parents=True, exist_ok=True)
    write_divisions(register / DIVISIONS, divisions)
    for name in (DEPARTMENTS, COMPETENCES):
        shutil.copyfile(shipped_folder() / name, register / name)
    (register / MANIFEST).write_text(f'province = "{PROVINCE}"\nas_of = "2020-01-01"\n', "utf-8")
    (out / "profile.toml").write_text(_PROFILE, "utf-8")


def _texts(path: Path) -> Iterable[str]:
    csv.field_size_limit(10**8)
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            yield "\n".join((row.get(name) or "").replace(" ", "") for name in _TEXTS)


def main() -> None:
    """Read the messages, write profile and register."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("messages", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    write(divisions_of(text for path in given.messages for text in _texts(path)), given.out)


if __name__ == "__main__":
    main()
