"""Rows in the words of a county of the demo, invented for tests of rubbish and of privacy."""

import csv
import json
from datetime import UTC, datetime
from io import StringIO

from deploy.demo.province import profiles_dir
from producers.profiles import FieldName, Profile, load_profiles

RECEIVED_AT = datetime(2026, 3, 4, 2, 30, tzinfo=UTC)


def profile_of(county: str) -> Profile:
    """The profile of a county of the demo."""
    found = load_profiles(profiles_dir()).get(county)
    assert found is not None
    return found


def row(profile: Profile, **values: str) -> dict[str, str]:
    """One row under the county's columns; `values` go under our field names."""
    form = profile.dates.formats[0]
    received = RECEIVED_AT.astimezone(profile.zone)
    given: dict[FieldName, str] = {
        "record_no": "Z-1",
        "received_at": received.isoformat() if form == "iso" else received.strftime(form),
        "channel": next(iter(profile.values.channel)),
        "title": "反映路灯不亮",
        "body": "村口的路灯坏了三个月，晚上走路看不见，请派人修理。",
        "people": "1",
    }
    cells = dict.fromkeys(sorted(profile.known_columns), "")
    for name, columns in profile.columns.items():
        cells[columns[0]] = values.get(name, given.get(name, ""))
    return cells


def csv_ledger(profile: Profile, *rows: dict[str, str], with_header: bool = True) -> bytes:
    """Rows as the county's CSV file."""
    out = StringIO()
    writer = csv.DictWriter(out, sorted(profile.known_columns), delimiter=profile.file.delimiter)
    if with_header:
        writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(profile.file.encoding)


def json_ledger(*rows: object) -> bytes:
    """Rows as JSON Lines."""
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in rows).encode()
