"""A small invented province (99) with everything that is hard: renamed, split, moved and equally named divisions."""

from datetime import date
from pathlib import Path

from processors.register_files import COMPETENCES, DEPARTMENTS, DIVISIONS, ELSEWHERE, MANIFEST, WORDS, write_divisions
from processors.rules.register import BEGINNING, END, Division, Register
from processors.rules.territory.units import Template, generate_units
from schemas.terms import Level

TURN = date(2017, 1, 1)

_TEMPLATE = {
    "units_since": date(2007, 1, 1),
    "zone": {"endings": ["开发区"], "government": "{place}管理委员会"},
    "subdistrict": {"ending": "街道", "government": "{place}办事处"},
    "departments": {
        "government": {
            "province": "{place}人民政府",
            "city": "{place}人民政府",
            "county": "{place}人民政府",
            "township": "{place}人民政府",
            "in_zones": True,
        },
        "court": {
            "province": "{place}高级人民法院",
            "city": "{place}中级人民法院",
            "county": "{place}人民法院",
            "superior": "same_department",
        },
        "water": {"province": "{place}水利厅", "city": "{place}水利局", "county": "{place}水利局"},
    },
}

_ROWS: tuple[tuple[str, str, Level, str, date, date, tuple[str, ...]], ...] = (
    ("99", "云岭省", Level.PROVINCE, "", BEGINNING, END, ()),
    ("9901", "澄州市", Level.CITY, "99", BEGINNING, END, ()),
    ("9902", "砚山市", Level.CITY, "99", BEGINNING, END, ()),
    ("990101", "青桐区", Level.COUNTY, "9901", BEGINNING, END, ()),
    ("990121", "澄州县", Level.COUNTY, "9901", BEGINNING, TURN, ("990102",)),
    ("990102", "临澄区", Level.COUNTY, "9901", TURN, END, ()),
    ("990171", "澄州经济开发区", Level.COUNTY, "9901", BEGINNING, END, ()),
    ("990221", "麦积县", Level.COUNTY, "9902", BEGINNING, END, ()),
    ("990222", "桑田县", Level.COUNTY, "9902", BEGINNING, END, ()),
    ("990223", "合并县", Level.COUNTY, "9902", BEGINNING, TURN, ("990221", "990222")),
    ("990101001", "柳荫街道", Level.TOWNSHIP, "990101", BEGINNING, END, ()),
    ("990121200", "石磨乡", Level.TOWNSHIP, "990121", BEGINNING, TURN, ("990102100",)),
    ("990102100", "石磨镇", Level.TOWNSHIP, "990102", TURN, END, ()),
    ("990171001", "星河街道", Level.TOWNSHIP, "990171", BEGINNING, END, ()),
    ("990221100", "城关镇", Level.TOWNSHIP, "990221", BEGINNING, END, ()),
    ("990222100", "城关镇", Level.TOWNSHIP, "990222", BEGINNING, END, ()),
    ("990222101", "枣林镇", Level.TOWNSHIP, "990222", BEGINNING, END, ()),
    ("990102100201", "高台村", Level.VILLAGE, "990121200", BEGINNING, TURN, ()),
    ("990102100201", "高台村", Level.VILLAGE, "990102100", TURN, END, ()),
    ("990221100201", "高台村", Level.VILLAGE, "990221100", BEGINNING, END, ()),
    ("990222101201", "高台村", Level.VILLAGE, "990222101", BEGINNING, END, ()),
    ("990222101202", "梨花沟村", Level.VILLAGE, "990222101", BEGINNING, END, ()),
    ("990101001001", "书院路社区", Level.VILLAGE, "990101001", BEGINNING, END, ()),
)

_ELSEWHERE = (
    Division("98", "海棠省", Level.PROVINCE, ""),
    Division("9801", "望江市", Level.CITY, "98"),
    Division("980101", "青桐区", Level.COUNTY, "9801"),
)


def small_divisions() -> tuple[Division, ...]:
    """The divisions of the invented province."""
    return tuple(Division(*row) for row in _ROWS)


def small_register() -> Register:
    """The invented province with its units."""
    divisions = small_divisions()
    return Register(
        version="test",
        divisions=divisions,
        units=generate_units(divisions, Template.from_dict(_TEMPLATE)),
        competences={"water": {Level.COUNTY: "water"}},
        statutory_channels={"litigation": "court"},
        elsewhere=_ELSEWHERE,
        everyday_words=frozenset({"麦积"}),
    )


def write_small_register(folder: Path) -> None:
    """The invented province as a register's folder."""
    write_divisions(folder / DIVISIONS, small_divisions())
    write_divisions(folder / ELSEWHERE, _ELSEWHERE)
    (folder / MANIFEST).write_text('province = "99"\nas_of = "2024-01-01"\n', encoding="utf-8")
    (folder / WORDS).write_text('words = ["麦积"]\n', encoding="utf-8")
    (folder / COMPETENCES).write_text(
        '[competences.water]\ncounty = "water"\n[statutory_channels]\nlitigation = "court"\n', encoding="utf-8"
    )
    lines = [
        "units_since = 2007-01-01",
        '[zone]\nendings = ["开发区"]\ngovernment = "{place}管理委员会"',
        '[subdistrict]\nending = "街道"\ngovernment = "{place}办事处"',
    ]
    for code, row in _TEMPLATE["departments"].items():  # type: ignore[attr-defined]
        values = [f"{key} = {str(value).lower() if value is True else repr(value)}" for key, value in row.items()]
        lines.append("\n".join([f"[departments.{code}]", *values]))
    (folder / DEPARTMENTS).write_text("\n".join(lines) + "\n", encoding="utf-8")
