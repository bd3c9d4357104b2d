"""A register from public files, on invented rows that hold the traps of the real ones."""

import lzma
from datetime import date
from pathlib import Path

import pytest

from deploy.register_build import build_register
from deploy.register_changes import Change, repaired
from deploy.register_positions import Position, read_positions, write_positions
from processors.register_files import DIVISIONS, read_divisions
from processors.rules.register import END, Division
from schemas.terms import Level

_LIST = [
    ("province", "99", "云岭省", ""),
    ("city", "9901", "澄州市", "99"),
    ("city", "9990", "省直辖县级行政区划", "99"),
    ("county", "990102", "临澄区", "9901"),
    ("county", "990171", "澄州经济开发区", "9901"),
    ("county", "999001", "直管市", "9990"),
    ("town", "990102001", "临澄区河湾街道", "990102"),
    ("town", "990102107", "石磨镇", "990102"),
    ("town", "990102203", "南坡乡", "990102"),
    ("town", "999001100", "轵岭镇", "999001"),
    ("county", "990103", "新坪市", "9901"),
    ("town", "990103101", "桑田镇", "990103"),
    ("town", "990103102", "枣林镇", "990103"),
    ("town", "990103103", "竹溪镇", "990103"),
    ("town", "990103104", "赵岗镇", "990103"),
    ("province", "98", "海棠省", ""),
]
_TABLE = [
    ("990000", "云岭省", "省级", "1981", "", ""),
    ("990100", "澄州市", "地级", "1981", "", ""),
    ("990121", "澄州县", "县级", "1981", "2016", "990102"),
    ("990102", "临澄区", "县级", "2016", "", ""),
    ("990122", "分置县", "县级", "1981", "2000", "990102[1995];990102;999001"),
    ("999001", "直管市", "县级", "1990", "", ""),
    ("990123", "新坪县", "县级", "1981", "2019", "990103"),
    ("990103", "新坪市", "县级", "2019", "", ""),
]
_CHANGES = [
    ("2017", "990102205", "石磨乡", "990102109", "石磨镇"),
    ("2023", "990102203", "南坡乡", "990102111", "南坡镇"),
    ("2014", "", "", "990102001", "河湾街道"),
]
_VILLAGES = [
    ("990102205201", "高台村委会"),
    ("990102205202", "梨花沟村村民委员会"),
    ("990102203201", "南坡村委会"),
    ("990102188201", "无名村委会"),
    ("999001100201", "轵岭居委会"),
    # The county was numbered anew in 2019; the list of 2016 numbers its townships otherwise than today's list.
    ("990123101201", "桑田村委会"),
    ("990123102201", "竹溪村委会"),
    ("990123102202", "溪口村委会"),
    ("990123103201", "东河村委会"),
    ("990123109201", "枣林村委会"),
    ("990123110201", "赵岗东村委会"),
    ("990123110202", "赵岗西村委会"),
]
_POINTS = {
    "990102205201": ("113.101", "34.201"),
    "990102205202": ("113.304", "34.406"),
    "990102203201": ("119.9", "39.9"),
    "990123101201": ("114.01", "35.01"),
    "999001100201": ("112.5", "33.5"),
}
"""One of the points is wrong, as some are; most villages have none."""
_BY_HAND = {
    "999001": Position((112.6, 33.6), 0),
    "990102": Position((1.0, 1.0), 3),
    "980101": Position((2.0, 2.0), 0),
}


def _write(path: Path, header: str, rows: list[tuple[str, ...]]) -> None:
    lines = [header, *(",".join(row) for row in rows)]
    data = ("\n".join(lines) + "\n").encode()
    path.write_bytes(lzma.compress(data) if path.suffix == ".xz" else b"\xef\xbb\xbf" + data)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sources, out = tmp_path_factory.mktemp("sources"), tmp_path_factory.mktemp("out")
    _write(sources / "nbs2023_levels1-4.csv.xz", "level,code,name,parent", _LIST)
    table = [(code, "云岭省", "", name, level, "", *rest) for code, name, level, *rest in _TABLE]
    _write(
        sources / "areacodes_result.csv",
        "代码,一级行政区,二级行政区,名称,级别,状态,启用时间,变更/弃用时间,新代码",
        table,
    )
    changes = [(year, str(n), old, was, "", new, name, "") for n, (year, old, was, new, name) in enumerate(_CHANGES)]
    header = "year,seq,old_code,old_name,reason,new_code,new_name,approval_document"
    _write(sources / "subcounty_changes_2014_2023.csv.xz", header, changes)
    villages = [(code, name, "", "", *_POINTS.get(code, ("", ""))) for code, name in _VILLAGES]
    _write(sources / "adcode2016_villages.csv.xz", "code,name,ur_code,dummy,lon_gcj02,lat_gcj02", villages)
    write_positions(out, _BY_HAND)
    build_register(sources, "99", out)
    return out


@pytest.fixture(scope="module")
def built(folder: Path) -> list[Division]:
    return list(read_divisions(folder / DIVISIONS))


def _periods(built: list[Division], name: str) -> list[tuple[str, str, date, date]]:
    return [(d.code, d.parent, d.valid_from, d.valid_to) for d in built if d.name == name]


def test_a_change_of_a_year_is_in_force_on_the_first_day_of_the_next(built: list[Division]) -> None:
    old, new = _periods(built, "澄州县")[0], _periods(built, "临澄区")[0]
    assert old[3] == new[2] == date(2017, 1, 1)


def test_a_split_keeps_only_the_successors_of_what_was_left(built: list[Division]) -> None:
    split = next(d for d in built if d.name == "分置县")
    assert split.successors == ("990102", "999001")


def test_a_county_under_the_province_has_no_pseudo_city(built: list[Division]) -> None:
    assert [d.parent for d in built if d.code == "999001"] == ["99"]
    assert "省直辖县级行政区划" not in {d.name for d in built}


def test_a_zone_of_the_list_is_a_county_that_always_was(built: list[Division]) -> None:
    assert [d.level for d in built if d.name == "澄州经济开发区"] == [Level.COUNTY]


def test_townships_are_matched_by_name_and_not_by_the_code_of_the_other_source(built: list[Division]) -> None:
    old = next(d for d in built if d.name == "石磨乡" and d.valid_to == date(2018, 1, 1))
    assert old.successors == ("990102107",)
    assert "990102109" not in {d.code for d in built}


def test_a_township_of_a_renamed_county_had_the_countys_old_code(built: list[Division]) -> None:
    assert ("990121205", "990121", date(1900, 1, 1), date(2017, 1, 1)) in _periods(built, "石磨乡")


def test_a_change_that_the_list_does_not_have_yet_is_carried_out(built: list[Division]) -> None:
    assert _periods(built, "南坡镇") == [("990102111", "990102", date(2024, 1, 1), END)]


def test_a_name_is_listed_without_its_county(built: list[Division]) -> None:
    assert {d.name for d in built if d.code == "990102001"} == {"河湾街道"}


def test_a_village_follows_its_township_through_every_change(built: list[Division]) -> None:
    parents = {(start.year, parent) for _, parent, start, _ in _periods(built, "高台村")}
    assert {(2018, "990102107"), (2017, "990102205")} <= parents


def test_a_village_of_an_unknown_township_lies_under_its_county(built: list[Division]) -> None:
    assert {parent for _, parent, _, _ in _periods(built, "无名村")} == {"990102"}


@pytest.mark.parametrize(
    ("village", "township"),
    [
        ("桑田村", "990103101"),
        ("溪口村", "990103103"),
        ("枣林村", "990103102"),
        ("东河村", "990103"),
        ("赵岗西村", "990103104"),
    ],
)
def test_in_a_county_that_was_numbered_anew_the_villages_names_tell_their_township(
    built: list[Division], village: str, township: str
) -> None:
    assert {parent for _, parent, _, end in _periods(built, village) if end == END} == {township}


def test_no_day_has_two_homes_for_one_village(built: list[Division]) -> None:
    for code in {d.code for d in built if d.level is Level.VILLAGE}:
        for year in (2010, 2016, 2017, 2018, 2024):
            assert sum(d.code == code and d.is_valid_on(date(year, 6, 1)) for d in built) == 1


def test_a_county_of_today_lies_in_the_middle_of_its_villages_unless_its_place_is_kept_by_hand(folder: Path) -> None:
    assert read_positions(folder) == {
        "990102": Position((113.3, 34.41), 3),
        "990103": Position((114.01, 35.01), 1),
        "999001": Position((112.6, 33.6), 0),
    }


def test_rows_whose_sides_slipped_by_a_line_are_put_right() -> None:
    rows = [
        Change(2015, "", "", "990102001", "东街道"),
        Change(2015, "990102100", "城关镇", "990103001", "西街道"),
        Change(2015, "990103100", "城关镇", "990104008", "新街道"),
    ]
    assert {(c.old_code, c.new_code) for c in repaired(rows)} == {
        ("990102100", "990102001"),
        ("990103100", "990103001"),
        ("", "990104008"),
    }


def test_a_township_that_moves_under_its_own_name_is_no_slipped_row() -> None:
    row = Change(2022, "990102203", "大马乡", "990104204", "大马乡")
    assert repaired([row]) == [row]
