"""Weights learned for pairs of characters."""

import numpy as np
import pytest

from processors.rules.learned import SHORT, UNIT, Learned, pairs_of, to_bytes

ROWS = [("码头", True, 40, [60, -20]), ("航班", True, 40, [-20, 60]), ("头码", False, 40, [0, 0])]
LEARNED = Learned.from_bytes(to_bytes(("海", "空"), [-10, -4], ROWS))


def test_margins_are_added_weights_over_the_weight_of_the_text_and_a_bias() -> None:
    margins = LEARNED.read(["去码头，不去航班。码头"]).margins[0]
    size = (3 * (40 * UNIT) ** 2 + SHORT) ** 0.5
    wanted = [UNIT * (2 * 60 - 20) / size - 0.5, UNIT * (60 - 2 * 20) / size - 0.2]
    assert margins.tolist() == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize("text", ["", "码", "无关的话", "🙂🙂", "\ud83d", "码\x00头"])
def test_a_text_without_known_pairs_has_the_bias_as_margins(text: str) -> None:
    read = LEARNED.read([text])
    assert read.margins.tolist() == [pytest.approx([-0.5, -0.2])]
    assert read.sizes.tolist() == [0.0]
    assert not LEARNED.telling(read.rows[0], 0)


def test_no_pair_reaches_from_one_text_into_the_next() -> None:
    assert LEARNED.read(["码", "", "头航", "班"]).sizes.tolist() == [0.0] * 4


def test_only_words_that_speak_for_the_label_are_told_the_strongest_first() -> None:
    (rows,) = LEARNED.read(["航班到码头码头"]).rows
    assert LEARNED.telling(rows, 0) == ["码头"]
    assert LEARNED.telling(rows, 1) == ["航班"]


def test_the_written_weights_are_the_same_bytes_in_any_order_of_rows() -> None:
    assert to_bytes(("海", "空"), [-10, -4], ROWS[::-1]) == to_bytes(("海", "空"), [-10, -4], ROWS)


def test_pairs_are_of_chinese_characters_only() -> None:
    assert pairs_of("甲乙A丙，丁戊") == ["甲乙", "丁戊"]


def test_many_pairs_keep_their_own_weights() -> None:
    characters = [chr(0x4E00 + i) for i in range(60)]
    rows = [
        (a + b, False, 20, [(i * 60 + j) % 200 - 100])
        for i, a in enumerate(characters)
        for j, b in enumerate(characters)
    ]
    learned = Learned.from_bytes(to_bytes(("一",), [0], rows))
    read = learned.read([pair for pair, _, _, _ in rows]).margins[:, 0].tolist()
    expected = np.array([weights[0] for *_, weights in rows]) * UNIT / (1.0 + SHORT) ** 0.5
    assert read == pytest.approx(expected.tolist(), abs=1e-5)
