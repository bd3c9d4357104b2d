"""The table of alert rules: data, read once when the feed starts."""

import tomllib
from pathlib import Path
from typing import Final

from pydantic import ConfigDict, Field

from schemas.contract import Contract
from schemas.terms import AlertRule

SHIPPED: Final = Path(__file__).with_name("rules.toml")


class Row(Contract):
    """What every rule has."""

    model_config = ConfigDict(extra="forbid")

    is_on: bool = True
    escalate_after_days: int = Field(default=0, ge=0)


class DaysRow(Row):
    """A rule with a number of days."""

    days: int = Field(ge=0)


class TimesRow(Row):
    """A rule that tells each of these counts once."""

    times: tuple[int, ...] = Field(min_length=1)


class PeopleRow(Row):
    """A rule with a number of people."""

    people: int = Field(ge=2)


class RiseRow(Row):
    """How a sudden rise is told from chance."""

    weeks: int = Field(ge=4, le=104)
    least_weeks: int = Field(ge=4)
    least: int = Field(ge=1)
    false_alarm_rate: float = Field(gt=0, lt=0.1)


class LettersRow(Row):
    """Dead letters of one source and day."""

    a_day: int = Field(ge=0)


class LagRow(Row):
    """Messages that wait for a process for so long."""

    messages: int = Field(ge=1)
    minutes: int = Field(ge=1)


class RuleTable(Contract):
    """All rules. The third refusal (`ruling_forced`) belongs to `refused_again`."""

    model_config = ConfigDict(extra="forbid")

    recent_days: int = Field(ge=1)
    near_due: DaysRow
    overdue: Row
    refused_again: Row
    extended_without_reason: Row
    passed_on: TimesRow
    repeated: TimesRow
    collective: PeopleRow
    sudden_rise: RiseRow
    county_silent: DaysRow
    county_late: DaysRow
    dead_letters_rising: LettersRow
    lag: LagRow

    def row(self, rule: AlertRule) -> Row:
        """What the table says about the rule of an alert; of an escalated one nothing more follows."""
        if rule is AlertRule.ESCALATED:
            return Row()
        found: Row = getattr(self, "refused_again" if rule is AlertRule.RULING_FORCED else rule.value)
        return found


def load_rules(path: Path | None = None) -> RuleTable:
    """The table of a file, else the shipped one; raises `pydantic.ValidationError` for what it does not know."""
    return RuleTable.model_validate(tomllib.loads((path or SHIPPED).read_text("utf-8")))
