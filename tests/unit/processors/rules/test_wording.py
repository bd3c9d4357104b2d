"""The words of a letter that decide about its unit, found in one pass."""

import pytest

from processors.rules.wording import Kind, read_lexicon, read_wording


@pytest.mark.parametrize(
    ("text", "channel"),
    [
        ("公司解除劳动合同，我已申请劳动仲裁", "arbitration"),
        ("不服行政处罚，门店被罚两万元", "reconsideration"),
        ("不服行政复议决定", "litigation"),
        ("先申请劳动仲裁，现在不服一审判决", "litigation"),
        ("对事故认定书不服", "police_procedure"),
        ("不服党纪处分", "party_appeal"),
        ("承包地仲裁没有下文", "land_arbitration"),
        ("路灯不亮", ""),
        ("", ""),
    ],
)
def test_a_letter_names_the_procedure_that_it_asks_for_or_disputes(text: str, channel: str) -> None:
    found = read_wording(text)
    assert found.channel == channel
    assert bool(found.channel_words) is bool(channel)
    assert all(word in text for word in found.channel_words)


def test_words_are_found_only_where_an_office_and_an_act_are_named() -> None:
    assert read_wording("镇政府就在路边").words == ()
    assert read_wording("有人推诿").words == ()
    assert [word.word for word in read_wording("𠮷家说镇政府推诿").words] == ["镇政府", "推诿"]
    assert read_wording("镇政府推诿").words[1].kinds == {Kind.STALLING}


def test_half_a_character_stops_nothing() -> None:
    assert [word.start for word in read_wording("\ud800镇政府推诿").words] == [1, 4]


def test_no_procedure_hides_an_office() -> None:
    offices = read_lexicon("offices.toml")
    names = {word for row in (*offices["office"], *offices["department"]) for word in row["words"]}
    procedures = [word for row in read_lexicon("channels.toml").values() for word in row["words"]]
    assert [word for word in procedures if any(name in word for name in names)] == []
    assert len(procedures) == len(set(procedures))
