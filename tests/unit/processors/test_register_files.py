"""The register's folder: read, written, versioned; and what is shipped."""

import lzma
from datetime import date
from pathlib import Path

import pytest

from processors.register_files import COMPETENCES, DIVISIONS, load_register, read_divisions, write_divisions
from processors.rules.register import Register
from processors.rules.territory.check import problems_of
from processors.rules.territory.gazetteer import Gazetteer
from processors.rules.territory.index import NameIndex
from processors.rules.territory.lineage import Lineage, trail_on
from schemas.terms import Confidence, Level
from tests.fakes_territory import small_divisions, small_register, write_small_register

TODAY = date(2024, 6, 1)


def test_a_folder_gives_the_register_that_it_was_written_from(tmp_path: Path) -> None:
    write_small_register(tmp_path)
    loaded, expected = load_register(tmp_path), small_register()
    assert set(loaded.units) == set(expected.units)
    assert {(d.code, d.name, d.valid_from, d.valid_to, d.successors) for d in loaded.divisions} == {
        (d.code, d.name, d.valid_from, d.valid_to, d.successors) for d in expected.divisions
    }
    assert (loaded.competences, loaded.statutory_channels) == (expected.competences, expected.statutory_channels)
    assert loaded.everyday_words == expected.everyday_words


def test_the_same_divisions_in_any_order_give_the_same_bytes(tmp_path: Path) -> None:
    write_divisions(tmp_path / "one", small_divisions())
    write_divisions(tmp_path / "two", reversed(small_divisions()))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_writing_what_was_read_changes_nothing(tmp_path: Path) -> None:
    write_divisions(tmp_path / "one", small_divisions())
    write_divisions(tmp_path / "two", read_divisions(tmp_path / "one"))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_the_version_changes_with_the_competences(tmp_path: Path) -> None:
    write_small_register(tmp_path)
    before = load_register(tmp_path).version
    (tmp_path / COMPETENCES).write_text('[competences.water]\ncounty = "government"\n', encoding="utf-8")
    assert load_register(tmp_path).version != before
    assert before.startswith("2024-01-01-")


def test_a_file_with_other_columns_is_refused(tmp_path: Path) -> None:
    write_small_register(tmp_path)
    (tmp_path / DIVISIONS).write_bytes(lzma.compress(b"code,name\n1,x\n"))
    with pytest.raises(ValueError, match="columns"):
        load_register(tmp_path)


def test_divisions_go_by_their_short_names_too(shipped: Register) -> None:
    county = shipped.division("410122", TODAY)
    assert county is not None
    assert "中牟" in county.aliases


def test_the_shipped_register_is_sound(shipped: Register) -> None:
    assert list(problems_of(shipped)) == []


def test_the_shipped_register_covers_the_province(shipped: Register) -> None:
    units = sum(unit.is_valid_on(TODAY) for unit in shipped.units)
    count = {level: sum(d.level is level and d.is_valid_on(TODAY) for d in shipped.divisions) for level in Level}
    assert count[Level.CITY] == 17
    assert count[Level.COUNTY] == 181
    assert count[Level.TOWNSHIP] > 2_500
    assert count[Level.VILLAGE] > 50_000
    assert 7_500 < units < 8_500


@pytest.mark.parametrize(
    ("text", "on", "name"),
    [
        ("许昌县", date(2015, 1, 1), "河南省许昌市许昌县"),
        ("许昌县", TODAY, "河南省许昌市建安区"),
        ("建安区", date(2015, 1, 1), "河南省许昌市许昌县"),
        ("陕县张湾乡", date(2014, 1, 1), "河南省三门峡市陕县张湾乡"),
        ("陕县张湾乡", TODAY, "河南省三门峡市陕州区甘棠街道"),
        ("偃师市山化镇", date(2020, 1, 1), "河南省洛阳市偃师市山化镇"),
        ("偃师市山化镇", TODAY, "河南省洛阳市偃师区山化镇"),
        ("安阳县水冶镇", date(2019, 1, 1), "河南省安阳市安阳县水冶镇"),
        ("安阳县水冶镇", TODAY, "河南省安阳市殷都区水冶镇"),
        ("通许县城关镇", TODAY, "河南省开封市通许县咸平街道"),
        ("济源市轵城镇", TODAY, "河南省济源市轵城镇"),
    ],
)
def test_renamed_and_moved_divisions_work_on_both_sides_of_the_day(
    gazetteer_of_shipped: Gazetteer, text: str, on: date, name: str
) -> None:
    assert gazetteer_of_shipped.locate(text, on).name == name


def test_generated_addresses_are_found_and_never_wrong(shipped: Register, gazetteer_of_shipped: Gazetteer) -> None:
    """Every 4th township and 60th village, with all levels, from the county, and alone with the source's county."""
    wrong = missed = asked = 0
    places = [d for d in shipped.divisions if d.is_valid_on(TODAY) and d.level in (Level.TOWNSHIP, Level.VILLAGE)]
    townships = [d for d in places if d.level is Level.TOWNSHIP][::4]
    villages = [d for d in places if d.level is Level.VILLAGE and len(d.parent) == 9][::60]
    for division in (*townships, *villages):
        path = list(shipped.ancestors(division.code, TODAY))
        names = [d.name for d in path]
        county = next(d for d in path if d.level is Level.COUNTY)
        township = next(d for d in path if d.level is Level.TOWNSHIP)
        below = names[: path.index(county)]
        for text, near in (
            ("".join(reversed(names)), ""),
            ("".join(reversed(names[: path.index(county) + 1])), ""),
            ("".join(reversed(below)), county.code),
        ):
            place = gazetteer_of_shipped.locate(text, TODAY, near)
            found = shipped.at_level(place.code, Level.TOWNSHIP, TODAY) if place.code else None
            is_confident = place.confidence in (Confidence.CERTAIN, Confidence.LIKELY)
            asked += 1
            missed += found is None or not is_confident
            wrong += found is not None and is_confident and found.code != township.code
    assert asked > 4_000
    assert wrong == 0
    assert missed / asked < 0.01


def test_the_places_that_are_kept_for_reading_texts_are_those_of_the_register(shipped: Register) -> None:
    """Each place above the villages, and each village that always lay in one township, on each day of a change."""
    lineage = Lineage(shipped)
    days = sorted({day for d in shipped.divisions for day in (d.valid_from, d.valid_to)})
    for code in {d.code for d in shipped.divisions if d.level is not Level.VILLAGE}:
        for on in days:
            assert lineage.trail(code, on).divisions == tuple(shipped.ancestors(code, on))
    villages = [v for same in NameIndex(shipped, lineage).villages.values() for v in same]
    steady = [village for village in villages if village.above]
    assert len(steady) > 40_000
    for village in steady[::20]:
        for on in (date(1990, 1, 1), date(2013, 1, 1), TODAY):
            told = "".join(reversed([d.name for d in shipped.ancestors(village.code, on)]))
            assert trail_on(village.above, on).name + village.name == told
