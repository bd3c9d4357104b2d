"""A result as rows: what a supervisor takes along. No title and no text, because they may name people. Pure."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from schemas.office_time import day_of
from schemas.terms import CaseStatus, Channel, Ground

COLUMNS: Final = {
    "case_id": "事项编号",
    "status": "状态",
    "opened_at": "首次信访",
    "last_received_at": "最近信访",
    "place": "属地代码",
    "place_name": "属地",
    "category_name": "类别",
    "unit": "责任单位代码",
    "unit_name": "责任单位",
    "ground": "管辖依据",
    "article": "条款",
    "channels": "渠道",
    "petition_count": "件数",
    "repeat_count": "重复件数",
    "people": "人数",
    "refusal_count": "异议次数",
    "next_due_on": "最近期限",
}
BYTE_ORDER_MARK: Final = "\ufeff"
"""Without it Excel reads UTF-8 as something else."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def row(case: Mapping[str, Any]) -> list[str | int]:
    """One case; numbers stay numbers."""
    return [_cell(name, case[name]) for name in COLUMNS]


def csv_lines(cases: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The table as CSV, some lines at a time."""
    yield BYTE_ORDER_MARK + _line(list(COLUMNS.values()))
    for case in cases:
        yield _line([_harmless(cell) for cell in row(case)])


def _cell(name: str, value: Any) -> str | int:
    match name:
        case "status":
            return CaseStatus(value).label
        case "ground":
            return Ground(value).label
        case "channels":
            return "、".join(Channel(one).label for one in value)
        case "opened_at" | "last_received_at":
            return day_of(value).isoformat()
        case _:
            return value if isinstance(value, int) else value or ""


def _line(cells: list[str | int]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def _harmless(cell: str | int) -> str | int:
    """Programs for tables run what looks like a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
