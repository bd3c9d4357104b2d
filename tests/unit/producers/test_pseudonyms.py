"""One person, one pseudonym; what identifies nobody gives none."""

import pytest

from producers.pseudonyms import best_identifier, petitioner_ref
from schemas.identity import Petitioner

NUMBER = "99010119800101123X"
HOME = "青禾县白石镇东头村8号"


def who(name: str = "", id_number: str = "", phone: str = "", residence: str = "") -> Petitioner:
    return Petitioner(name=name, id_number=id_number, phone=phone, residence=residence)


@pytest.mark.parametrize(
    ("petitioner", "identified"),
    [
        (who("石一山", NUMBER, "13900001234", HOME), ("id", NUMBER)),
        (who("石一山", " 990101 19800101 123x "), ("id", NUMBER)),
        (who("石一山", "９９０１０１１９８００１０１１２３Ｘ"), ("id", NUMBER)),
        (who("石一山", "110105491231002"), ("id", "11010519491231002X")),  # the example of GB 11643
        (who("石一山", "11010519491231002x"), ("id", "11010519491231002X")),
        (who("石一山", "G12345678"), ("id", "G12345678")),
        (who("石一山", "9901011980****123X", "13900001234"), ("phone", "13900001234")),
        (who("石一山", "无", "+86 139-0000-1234"), ("phone", "13900001234")),
        (who("石一山", "", "0086 13900001234"), ("phone", "13900001234")),
        (who("石一山", "", "8613900001234"), ("phone", "13900001234")),
        (who("石一山", "", "(0999)6543210"), ("phone", "09996543210")),
        (who("石一山", "", "12345/13900001234"), ("phone", "13900001234")),
        (who("石一山", "", "11111111111", HOME), ("name", "石一山", HOME)),
        (who("石一山", "", "13800000000", HOME), ("name", "石一山", HOME)),
        (who("石 一山", "", "不详", f" {HOME}"), ("name", "石一山", HOME)),
        (who("石一山"), None),
        (who("石一山", residence="青禾"), None),
        (who("石先生", residence=HOME), None),
        (who("石某", residence=HOME), None),
        (who("群众", residence=HOME), None),
        (who(residence=HOME), None),
        (who(), None),
    ],
)
def test_the_best_identifier_counts_in_its_one_form(petitioner: Petitioner, identified: tuple[str, ...]) -> None:
    assert best_identifier(petitioner) == identified


def test_a_pseudonym_depends_on_the_person_and_on_the_key_only() -> None:
    written, dictated = who("石一山", NUMBER), who("石一三", NUMBER.lower(), "13900001234")
    assert petitioner_ref(written, b"k" * 32) == petitioner_ref(dictated, b"k" * 32)
    assert petitioner_ref(written, b"k" * 32) != petitioner_ref(written, b"j" * 32)
    assert petitioner_ref(written, b"k" * 32) != petitioner_ref(who("石一山", phone="13900001234"), b"k" * 32)


def test_a_pseudonym_is_r_and_sixteen_hex_digits() -> None:
    found = petitioner_ref(who("石一山", NUMBER), b"k" * 32)
    assert found is not None
    assert found[0] == "R"
    assert int(found[1:], 16) >= 0
    assert len(found) == 17
