"""The weights of linking, as they stand in the rules."""

from dataclasses import fields

from deploy.documents.field_texts import field_texts
from deploy.documents.tables import table
from processors.rules import registration, relation, repeat
from processors.rules.relation import OTHER_PETITIONER, SAME_PETITIONER, Weights

OTHER_LIMITS = (
    ("days between two petitions that may be one letter sent to many", relation.SENT_TO_MANY_DAYS),
    ("share of trigrams that such letters have in common", relation.SENT_TO_MANY_OVERLAP),
    ("share of the shorter text that makes a changed record a revision", registration.SAME_MATTER_OVERLAP),
    ("petitions of one petitioner that are compared", repeat.KEPT_TRACES),
)


def weights_page() -> str:
    """What each kind of evidence adds, for petitions of one petitioner and of different ones."""
    texts = field_texts(Weights)
    rows = [
        (
            f"`{field.name}`",
            str(getattr(SAME_PETITIONER, field.name)),
            str(getattr(OTHER_PETITIONER, field.name)),
            texts.get(field.name, ""),
        )
        for field in fields(Weights)
    ]
    return (
        "# Weights of linking\n\nWhat they mean: [linking](linking.md). They are data in "
        "`processors/rules/relation.py`; the version stands in the evidence of each decision.\n\n"
        + table(("weight", "same petitioner", "another petitioner", "meaning"), rows)
        + "\n"
        + table(("limit", "value"), [(what, str(value)) for what, value in OTHER_LIMITS])
    )
