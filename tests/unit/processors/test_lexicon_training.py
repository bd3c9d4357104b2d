"""Learning weights from labelled letters, invented ones; the real ones are in `tests/integration`."""

import io

import numpy as np

from processors.lexicon_training import learn, read_letters, validate
from processors.rules.classification import shipped_lexicon
from processors.rules.learned import Learned

MATTERS = {
    "环境保护": ("河水发黑发臭，工厂夜里排放废水", "砖厂冒黑烟，粉尘落满院子", "养殖场臭味熏人，粪水流进沟里"),
    "教育文体": (
        "学校周末补课收费，老师不开发票",
        "小学没有学位，孩子入学要等一年",
        "幼儿园食堂饭菜凉，家长要求换人",
    ),
}


def letters_csv(column: str = "text") -> io.StringIO:
    """Sixty invented letters of two labels, each sentence with another beginning."""
    openings = [
        "您好",
        "请问",
        "反映一个问题",
        "麻烦转告",
        "多次打电话没有回音",
        "盼望答复",
        "第二次写信",
        "谢谢",
        "此致",
        "急",
    ]
    rows = [
        f"{label},{opening}。{text}" for label, texts in MATTERS.items() for text in texts for opening in openings
    ]
    return io.StringIO("\n".join([f"category,{column}", *rows]) + "\n")


def test_what_was_learned_tells_letters_of_its_labels_apart() -> None:
    letters = read_letters(letters_csv())
    learned = Learned.from_bytes(learn(letters, np.arange(len(letters.texts))))
    for label, texts in MATTERS.items():
        for text in texts:
            assert learned.labels[int(learned.read([text]).margins.argmax())] == label


def test_the_same_letters_give_the_same_bytes() -> None:
    letters = read_letters(letters_csv())
    everything = np.arange(len(letters.texts))
    assert learn(letters, everything) == learn(letters, everything)


def test_segmented_letters_are_read_without_their_spaces() -> None:
    letters = read_letters(io.StringIO("category,segmented_text\n环境保护,河水 发黑 A1 区\n"))
    assert letters.texts == ["河水发黑A1区"]
    assert letters.words == [{"河水", "发黑", "A1", "区"}]


def test_people_addressed_by_name_and_office_are_not_learned_from() -> None:
    rows = "".join(f"环境保护,尊敬的赵甲市长您好，河水发黑{i}\n教育文体,学校收费{i}\n" for i in range(10))
    letters = read_letters(io.StringIO(f"category,text\n{rows}"))
    learned = Learned.from_bytes(learn(letters, np.arange(len(letters.texts))))
    addressed, matter = learned.read(["赵甲市长", "河水发黑"]).sizes.tolist()
    assert not addressed
    assert matter


def test_validation_learns_from_other_letters_than_it_measures() -> None:
    same = "category,text\n" + "环境保护,河水发黑发臭\n" * 40 + "教育文体,学校补课收费\n" * 40
    result = validate(read_letters(io.StringIO(same)), 2)
    assert result.macro_f1_learned < 1.0  # letters of one text are in one fold, so that some label was never learned


def test_shipped_weights_fit_into_the_repository_and_know_the_labels_of_the_scheme() -> None:
    lexicon = shipped_lexicon()
    assert len(lexicon.learned.labels) == 7
    assert set(lexicon.labels) == set(range(8))
