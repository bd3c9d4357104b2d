"""The weights of linking, as they stand in the rules."""

from deploy.documents.field_texts import field_texts
from deploy.documents.tables import table
from processors.rules import registration, relation, repeat
from processors.rules.relation import OTHER_PETITIONER, SAME_PETITIONER
from processors.rules.weighing import KINDS, Evidence, Weights

OTHER_LIMITS = (
    ("days between two petitions that may be one letter sent to many", relation.SENT_TO_MANY_DAYS),
    ("share of trigrams that such letters have in common", relation.SENT_TO_MANY_OVERLAP),
    ("share of the shorter text that makes a changed record a revision", registration.SAME_MATTER_OVERLAP),
    ("petitions of one petitioner that are compared", repeat.KEPT_TRACES),
)
SETS = (SAME_PETITIONER, OTHER_PETITIONER)
SETTINGS = ("version", "same", "unsure", "bias")


def weights_page() -> str:
    """What each kind of evidence adds, for petitions of one petitioner and of different ones."""
    rows = [_row(name, field_texts(Weights), *(str(getattr(w, name)) for w in SETS)) for name in SETTINGS]
    values = zip(KINDS, SAME_PETITIONER.of, OTHER_PETITIONER.of, strict=True)
    rows += [_row(kind, field_texts(Evidence), str(same), str(other)) for kind, same, other in values]
    return (
        "# Weights of linking\n\nWhat they mean: [linking](linking.md). They are data in "
        "`processors/rules/linking/weights.toml`, learned by `deploy/linking_training.py`; a score is the logistic "
        "function of their sum, so it is a probability. The version stands in the evidence of each decision.\n\n"
        + table(("weight", "same petitioner", "another petitioner", "meaning"), rows)
        + "\n"
        + table(("limit", "value"), [(what, str(value)) for what, value in OTHER_LIMITS])
    )


def _row(name: str, texts: dict[str, str], same: str, other: str) -> tuple[str, str, str, str]:
    return f"`{name}`", same, other, texts.get(name, "")
