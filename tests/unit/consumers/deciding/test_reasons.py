"""What may be shown again of a reason that was not taken."""

import pytest

from consumers.deciding.reasons import names_a_person, without_numbers


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("地点不同", "地点不同"),
        ("电话13800001234，身份证 41102319700101001X。", "电话〔号码〕，身份证 〔号码〕。"),
        ("㈱电话１３８ ００００ １２３４（完）", "㈱电话〔号码〕（完）"),
        ("文号 4110232026000001", "文号 4110232026000001"),
        ("①③800001234", "〔号码〕"),
        ("⑬800001234", ""),
    ],
)
def test_of_a_reason_all_but_the_numbers_of_persons_is_shown_again(text: str, shown: str) -> None:
    assert without_numbers(text) == shown
    assert not names_a_person(shown)
