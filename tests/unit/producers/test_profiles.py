"""County profiles: errors name file and key, and every shipped profile can be used."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from producers.profiles import ProfileError, load_profile, load_profiles

GOOD = """
code = "990101"
name = "青禾县"
[file]
format = "csv"
[columns]
record_no = "编号"
received_at = "日期"
channel = "形式"
body = ["内容", "补充"]
[values.channel]
"来信" = "letter"
[dates]
formats = ["%Y-%m-%d"]
"""


def test_the_shipped_profiles_can_be_used() -> None:
    profiles = list(load_profiles())
    assert {profile.file.format for profile in profiles} == {"csv", "xlsx", "jsonl"}


def test_one_column_or_several_may_give_a_field(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(GOOD, "utf-8")
    profile = load_profiles(tmp_path).get("990101")
    assert profile is not None
    assert (profile.columns["record_no"], profile.columns["body"]) == (("编号",), ("内容", "补充"))


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('code = "990101"', 'code = "青禾"', "code"),
        ('name = "青禾县"', 'name = "青禾县"\ntimezone = "Asia/Qinghe"', "timezone"),
        ('name = "青禾县"', 'name = "青禾县"\ncolour = "red"', "colour"),
        ('format = "csv"', 'format = "pdf"', "file.format"),
        ('format = "csv"', 'format = "csv"\ndelimiter = "||"', "file.delimiter"),
        ('received_at = "日期"', 'recieved_at = "日期"', "columns.recieved_at"),
        ('received_at = "日期"', "", "columns need received_at"),
        ('body = ["内容", "补充"]', "", "columns need title or body"),
        ('"来信" = "letter"', '"来信" = "post"', "values.channel.来信"),
        ('"来信" = "letter"', "", "values.channel is empty"),
        ('["%Y-%m-%d"]', '["%Y-%m"]', "dates.formats"),
        ('["%Y-%m-%d"]', "[]", "dates.formats"),
        ("[dates]", '[constants]\nchannel = "来信"\n[dates]', "constants repeat columns: channel"),
        ("[dates]", "[dates", "line 13"),
    ],
)
def test_an_error_names_the_file_and_the_key(tmp_path: Path, old: str, new: str, named: str) -> None:
    assert old in GOOD
    path = tmp_path / "990101.toml"
    path.write_text(GOOD.replace(old, new), "utf-8")
    with pytest.raises(ProfileError) as error:
        load_profile(path)
    assert str(error.value).startswith("990101.toml: ")
    assert named in str(error.value)


def test_a_code_stands_in_one_file_only(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(GOOD, "utf-8")
    (tmp_path / "b.toml").write_text(GOOD, "utf-8")
    with pytest.raises(ProfileError, match=r"b\.toml: code: also in a\.toml"):
        load_profiles(tmp_path)


def test_the_version_of_a_profile_is_the_same_in_every_process() -> None:
    told = "from producers.profiles import load_profiles; print([one.version for one in load_profiles()])"
    versions = {
        subprocess.run(
            [sys.executable, "-c", told],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in "123"
    }
    assert len(versions) == 1
