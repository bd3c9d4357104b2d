"""Profiles of many letters at once are those of each by itself."""

from processors.rules.profiling import Letter, profile, profiles

LETTERS = [
    Letter("丽泽新苑旁搅拌站噪音扰民", "丽泽新苑小区旁边建了搅拌站，夜里噪音很大。"),
    Letter("", ""),
    Letter("", "字"),
    Letter("，。！", "？"),
    Letter("石佛镇道路", "石佛镇的道路坏了，积水２０厘米。", ("石佛镇",)),
    Letter("𣗋路", "𣗋路½公里没有路灯，ｶﾞス站旁也没有。"),
    Letter("丽泽新苑搅拌站粉尘", "搅拌站离丽泽新苑不到百米。" * 200),
]


def test_a_letter_has_the_same_profile_alone_and_among_others() -> None:
    alone = [profile(*letter) for letter in LETTERS]
    assert profiles(LETTERS) == alone
    assert profiles(LETTERS * 40) == alone * 40


def test_no_pair_reaches_from_one_letter_into_the_next() -> None:
    assert profiles([Letter("", "甲"), Letter("乙", ""), Letter("丙", "丁")]) == [b"", b"", b""]


def test_no_letters_have_no_profiles() -> None:
    assert profiles([]) == []
