"""One way into every format."""

from collections.abc import Iterable, Iterator

from producers.formats.delimited import parse_csv
from producers.formats.json_lines import parse_json_lines
from producers.formats.rows import Item
from producers.formats.workbook import parse_workbook
from producers.profiles import Profile

PARSERS = {"csv": parse_csv, "xlsx": parse_workbook, "jsonl": parse_json_lines}


def parse(chunks: Iterable[bytes], profile: Profile) -> Iterator[Item]:
    """The rows of a delivery in the county's format, numbered from 1; nothing in it raises."""
    return PARSERS[profile.file.format](chunks, profile)
