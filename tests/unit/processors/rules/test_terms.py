"""What letters name and what they are about is compared without their texts."""

from io import BytesIO

import numpy as np
import pytest

from processors.rules.agreement import Agreement, agreement
from processors.rules.profiling import NAMES, TOPICS, pairs_of, profile
from processors.rules.terms import names_in
from processors.terms_training import learn

MIXER = ("丽泽新苑旁搅拌站噪音扰民", "丽泽新苑小区旁边建了搅拌站，夜里噪音很大，粉尘飘进家里。")
SHORTER = ("丽泽新苑搅拌站粉尘", "搅拌站离丽泽新苑不到百米，灰尘和噪音让人无法生活。")
BUS = ("丽泽新苑门口公交线路太少", "丽泽新苑门口只有一趟公交车，上班要等半个小时，建议增加线路。")
ELSEWHERE = ("金科雅居旁搅拌站噪音扰民", "金科雅居小区旁边建了搅拌站，夜里噪音很大，粉尘飘进家里。")


def compared(one: tuple[str, str], other: tuple[str, str]) -> Agreement:
    return agreement(b"", b"", profile(*one, ()), profile(*other, ()))


def test_a_letter_is_like_itself_and_unlike_nothing() -> None:
    assert compared(MIXER, MIXER)[2:] == pytest.approx((1.0, 1.0, 1.0, 1.0))
    assert compared(MIXER, ("", "")) == (0.0,) * 6


def test_an_estate_is_a_name_without_any_list_of_names() -> None:
    assert compared(MIXER, SHORTER).covered > 1.5 * compared(MIXER, ELSEWHERE).covered


def test_the_same_estate_about_other_trouble_points_elsewhere() -> None:
    assert compared(MIXER, SHORTER).topics > compared(MIXER, BUS).topics
    assert compared(MIXER, SHORTER).gist > compared(MIXER, BUS).gist


def test_the_name_of_a_division_is_no_name_of_a_matter() -> None:
    letter = ("石佛镇道路", "石佛镇的道路坏了。")
    named = set(names_in(profile(*letter, ("石佛镇",)), NAMES))
    assert named.isdisjoint(pair.to_bytes(3, "big") for pair in pairs_of("石佛镇").tolist())
    assert not named.isdisjoint(names_in(profile(*letter, ()), NAMES)) or not named


@pytest.mark.parametrize("body", ["", "，。！", "字", "两字", "😀😀😀", "长" * 5_000, "a1 b2\n" * 900])
def test_any_text_has_a_profile_of_bounded_size(body: str) -> None:
    made = profile(body[:20], body, ())
    assert len(made) <= 2 + 4 * (NAMES + TOPICS) + 32
    assert agreement(b"", b"", made, made).names <= 1.0 + 1e-12


def test_punctuation_width_and_blanks_do_not_count() -> None:
    plain, spaced = ("5栋漏水", "5栋ABC漏水，没有人管"), ("５栋 漏水", "５栋ＡＢＣ漏水没有人管。")
    assert profile(*plain, ()) == profile(*spaced, ())


def test_training_keeps_what_many_letters_hold_and_forgets_names() -> None:
    letters = [f"小区电梯故障无人维修{number}号" for number in range(90)] + [f"道路积水{n}" for n in range(900)]
    with np.load(BytesIO(learn([*letters, "盛世豪庭的事"], "t")), allow_pickle=False) as stored:
        known = set(stored["pairs"].tolist())
        assert str(stored["version"]) == "t"
    assert set(pairs_of("电梯故障").tolist()) <= known
    assert known.isdisjoint(pairs_of("盛世豪庭").tolist())
