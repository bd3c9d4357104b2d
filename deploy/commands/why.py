"""`petitions why`: which unit is accountable and how that comes about, for a case or for words not yet sent."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from deploy import rendering
from deploy.commands.language import Lang
from schemas.terms import Channel

if TYPE_CHECKING:
    from processors.inquiry import Answer
    from schemas.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(why)


def why(
    name: Annotated[
        str, typer.Argument(metavar="[CASE]", help="Case id, petition id, or the record number of a county.")
    ] = "",
    text: Annotated[str, typer.Option(help="Words of a letter, instead of a case.")] = "",
    county: Annotated[str, typer.Option(help="Code of the county that received the words.")] = "",
    on: Annotated[str, typer.Option("--date", help="Day of receipt, YYYY-MM-DD; today if left out.")] = "",
    place: Annotated[str, typer.Option(help="What the county wrote as the place of the matter.")] = "",
    category: Annotated[str, typer.Option(help="The county's own category, in its words.")] = "",
    channel: Annotated[Channel, typer.Option(help="How it came.")] = Channel.LETTER,
    clock: Annotated[bool, typer.Option("--clock", help="Tell the periods of a case day by day instead.")] = False,
    lang: Lang = "zh",
    folder: Annotated[
        Path | None, typer.Option("--register", exists=True, file_okay=False, help="Folder of the register.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Say which unit is accountable and why, step by step. Nothing is registered or changed."""
    if bool(name) == bool(text) or (text and not county):
        raise typer.BadParameter("name a case, or give --text with --county")
    if clock and not name:
        raise typer.BadParameter("--clock needs a case")
    if clock:
        _clocks(name, lang, as_json)
        return
    if name:
        _about_cases(name, folder, lang, as_json)
        return
    from deploy.asking import Desk
    from processors.inquiry import Question, answer

    asked = Question(text=text, county=county, on=_day(on), place=place, category=category, channel=channel)
    rulebook = Desk(folder).rulebook
    if rulebook.register.division(county, asked.on) is None:
        raise typer.BadParameter("no division of this code is in the register on that day", param_hint="--county")
    told = answer(asked, rulebook)
    typer.echo(rendering.as_json(told.model_dump(mode="json")) if as_json else "\n".join(lines(told, lang)))


def lines(told: "Answer", lang: str) -> Iterator[str]:
    """The steps, numbered, the reason, and who was not chosen."""
    for number, step in enumerate(told.steps, 1):
        yield f"{number}. {step.zh if lang == 'zh' else step.en}"
    decision = told.decision
    colon = "：" if lang == "zh" else ": "
    yield f"{'理由' if lang == 'zh' else 'Reason'}{colon}{decision.reason if lang == 'zh' else decision.reason_en}"
    yield from (f"  {'未选' if lang == 'zh' else 'not chosen'}{colon}{text}" for text in decision.refused)
    for unit in decision.assisting:
        yield f"{'协办' if lang == 'zh' else 'Assisting'}{colon}{unit.reason if lang == 'zh' else unit.reason_en}"
    yield f"{'名录版本' if lang == 'zh' else 'Register'}{colon}{decision.register_version}"


def _clocks(name: str, lang: str, as_json: bool) -> None:
    from deploy import clocks

    cases, _ = _found(name)
    if as_json:
        typer.echo(rendering.as_json([{"case_id": c["case_id"], "clocks": clocks.as_data(c)} for c in cases]))
    else:
        typer.echo("\n\n".join(f"{c['case_id']}" + "\n".join(clocks.lines(c, lang)) for c in cases))


def _about_cases(name: str, folder: Path | None, lang: str, as_json: bool) -> None:
    from deploy.asking import Desk
    from processors.register_log import adopted

    cases, settings = _found(name)
    desk = Desk(folder) if folder else Desk(settings.register_dir, lambda: adopted(settings))
    told = [(case, desk.about(case)) for case in cases]
    if as_json:
        typer.echo(rendering.as_json([_recorded(case) | answer.model_dump(mode="json") for case, answer in told]))
    else:
        typer.echo("\n\n".join("\n".join(_case_lines(case, answer, lang)) for case, answer in told))


def _found(name: str) -> "tuple[list[Mapping[str, Any]], Settings]":
    """The cases of that name in the index, and the settings of the instance."""
    from consumers.elastic import connect
    from consumers.search import finder
    from consumers.search.reader import all_cases
    from deploy.servers.instance import located
    from schemas.settings import Settings

    settings = located(Settings.from_env())
    try:
        with connect(settings) as client:
            return finder.find_cases(all_cases(client, settings), name), settings
    except finder.NoSuchCase:
        typer.echo("no case with this id or number", err=True)
        raise typer.Exit(1) from None


def _case_lines(case: Mapping[str, Any], told: "Answer", lang: str) -> Iterator[str]:
    """What stands in the case, then how the rules come to theirs; they differ where a person decided."""
    is_same = case["unit"] == told.decision.accountable_unit
    if lang == "zh":
        yield f"{case['case_id']}  责任单位：{case['unit_name']}。{case['reason']}"
        yield "规则逐步：" if is_same else "规则逐步（与在案决定不同：人工决定、后到的信访件，或名录已变更）："
    else:
        yield f"{case['case_id']}  accountable: {case['unit_name']}. {case['story']['reason_en'] or case['reason']}"
        yield (
            "By the rules:"
            if is_same
            else "By the rules (other than decided: a person, a later petition, a register):"
        )
    yield from lines(told, lang)


def _recorded(case: Mapping[str, Any]) -> dict[str, Any]:
    names = ("unit", "unit_name", "ground", "article", "reason")
    return {"case_id": case["case_id"], "recorded": {name: case[name] for name in names}}


def _day(text: str) -> date:
    from consumers.search.days import today

    try:
        return date.fromisoformat(text) if text else today()
    except ValueError:
        raise typer.BadParameter("--date must be a day like 2024-06-03") from None
