"""`petitions search` and `petitions show`: find cases and tell their story."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from deploy import rendering
from deploy.commands.language import Lang

if TYPE_CHECKING:
    from consumers.search.finder import Found
    from deploy.labelled_search import LabelledQuality

MOST_TOLD = 10
WORDS: Final[dict[str, dict[str, str]]] = {
    "zh": {
        "total": "共 {total} 案",
        "lacking": "（没有同时含全部词语的事项，以下各案可缺 {missing} 个词）",
        "no_category": "未分类",
        "no_place": "属地未识别",
        "petitions": "{count} 件",
        "due": "  期限 {day}",
    },
    "en": {
        "total": "{total} found",
        "lacking": " (no case has all the words; these may lack {missing} of them)",
        "no_category": "no category",
        "no_place": "place not recognised",
        "petitions": "petitions: {count}",
        "due": "  due {day}",
    },
}
JSON = Annotated[bool, typer.Option("--json", help="For programs.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    # A word that is to be excluded begins like an option; none of ours has one letter.
    app.command(context_settings={"ignore_unknown_options": True})(search)
    app.command()(show)
    app.command()(search_quality)


def search(
    words: Annotated[list[str] | None, typer.Argument(help='Words, "a phrase", -excluded, place:4110 …')] = None,
    unit: Annotated[list[str] | None, typer.Option(help="Accountable unit: code, or part of its name.")] = None,
    place: Annotated[list[str] | None, typer.Option(help="Division: code, or part of its name.")] = None,
    category: Annotated[list[str] | None, typer.Option(help="Category: code or name.")] = None,
    channel: Annotated[list[str] | None, typer.Option(help="How it came: visit, 来访 …")] = None,
    status: Annotated[list[str] | None, typer.Option(help="Where it stands: handling, 办理中 …")] = None,
    since: Annotated[str, typer.Option("--from", help="Received on this day or later.")] = "",
    until: Annotated[str, typer.Option("--to", help="Received on this day or earlier.")] = "",
    overdue: Annotated[bool, typer.Option("--overdue", help="Only cases with a due day that has passed.")] = False,
    size: Annotated[int, typer.Option(min=1, max=1_000, help="Most cases shown.")] = 10,
    sort: Annotated[str, typer.Option(help="relevance, newest, oldest or due.")] = "relevance",
    lang: Lang = "zh",
    as_json: JSON = False,
) -> None:
    """Find cases. All words must occur; merged cases are left out unless --status merged asks for them."""
    from consumers.elastic import connect
    from consumers.search import finder
    from consumers.search.days import today
    from consumers.search.query_language import QueryError, parse_query
    from consumers.search.reader import all_cases
    from consumers.search.words import load_words
    from deploy.servers.instance import located
    from schemas.settings import Settings

    if mistyped := next((word for word in words or [] if word.startswith("--")), ""):
        raise typer.BadParameter(f"no such option: {mistyped}")
    options: dict[str, list[str]] = {
        "unit": unit or [],
        "place": place or [],
        "category": category or [],
        "channel": channel or [],
        "status": status or [],
        "from": [since] if since else [],
        "to": [until] if until else [],
        "overdue": ["yes"] if overdue else [],
    }
    try:
        query = parse_query(" ".join(_quoted(word) for word in words or [])).narrowed(options)
        settings = located(Settings.from_env())
        with connect(settings) as client:
            found = finder.search_kindly(
                all_cases(client, settings),
                query,
                today=today(),
                size=size,
                sort=sort,
                with_facets=as_json,
                words=load_words(settings),
            )
    except QueryError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    typer.echo(_as_json(found) if as_json else _as_text(found, WORDS[lang]))


def show(
    name: Annotated[str, typer.Argument(help="Case id, petition id, or the record number of a county.")],
    lang: Lang = "zh",
    texts: Annotated[bool, typer.Option(help="With the texts of the petitions.")] = True,
    as_json: JSON = False,
) -> None:
    """Tell the whole story of a case; a merged case leads to the one that took it over."""
    from consumers.elastic import connect
    from consumers.search import finder
    from consumers.search.reader import all_cases
    from consumers.search.story import tell
    from deploy.servers.instance import located
    from schemas.settings import Settings

    settings = located(Settings.from_env())
    try:
        with connect(settings) as client:
            cases = finder.find_cases(all_cases(client, settings), name)
    except finder.NoSuchCase:
        typer.echo("no case with this id or number", err=True)
        raise typer.Exit(1) from None
    if as_json:
        typer.echo(rendering.as_json(cases))
    else:
        typer.echo("\n\n".join("\n".join(tell(case, lang, with_texts=texts)) for case in cases))


def search_quality(
    sample: Annotated[int, typer.Option(min=1, max=5_000, help="How many cases are drawn.")] = 150,
    seed: Annotated[int, typer.Option(help="The same seed draws the same cases and words.")] = 7,
    least: Annotated[float, typer.Option(help="Exit 1 where the mean of all is lower.")] = 0.85,
    truth: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="What is true of every row of the demo's ledgers, as CSV."),
    ] = None,
    as_json: JSON = False,
) -> None:
    """Look for cases by what a clerk remembers of a letter: the mean reciprocal rank, by kind of query.

    With --truth instead by sixty labelled queries: how far up the cases of the matter are that is meant (nDCG).
    """
    from consumers.elastic import connect
    from consumers.search.days import today
    from consumers.search.reader import all_cases
    from consumers.search.words import load_words
    from deploy.demo.truth import from_csv
    from deploy.labelled_search import labelled_quality
    from deploy.search_quality import search_quality as measure
    from deploy.servers.instance import located
    from schemas.settings import Settings

    settings = located(Settings.from_env())
    with connect(settings) as client:
        reader = all_cases(client, settings)
        if truth is not None:
            rows = from_csv(truth.read_text("utf-8"))
            labelled = labelled_quality(reader, rows, today=today(), words=load_words(settings))
            typer.echo(rendering.as_json(asdict(labelled)) if as_json else _as_table(labelled))
            raise typer.Exit(int(labelled.mean_reciprocal_rank < least))
        found = measure(reader, sample=sample, seed=seed, today=today(), words=load_words(settings))
    if as_json:
        typer.echo(rendering.as_json([asdict(one) for one in found]))
    else:
        typer.echo("mean reciprocal rank, share found, queries")
        for one in found:
            typer.echo(f"  {one.mean_reciprocal_rank:.3f}  {one.found:.3f}  {one.queries:>5}  {one.kind}")
    if found[-1].mean_reciprocal_rank < least:
        raise typer.Exit(1)


def _as_table(labelled: "LabelledQuality") -> str:
    means = f"nDCG {labelled.ndcg:.3f}, mean reciprocal rank {labelled.mean_reciprocal_rank:.3f}; the worst queries:"
    worst = (f"  {one.ndcg:.3f}  {one.reciprocal_rank:.3f}  {one.query}" for one in labelled.queries[:MOST_TOLD])
    return "\n".join([means, *worst])


def _quoted(word: str) -> str:
    """What the shell gave as one argument with blanks in it was meant as one phrase."""
    if '"' in word or ":" in word or not any(char.isspace() for char in word):
        return word
    sign = "-" if word.startswith("-") else ""
    return f'{sign}"{word.removeprefix("-")}"'


def _as_text(found: "Found", words: Mapping[str, str]) -> str:
    blocks = [_block(hit.case, hit.highlights, words) for hit in found.hits]
    lacking = words["lacking"].format(missing=found.missing) if found.missing else ""
    return "\n\n".join([words["total"].format(total=found.total) + lacking, *blocks])


def _block(case: Mapping[str, Any], highlights: tuple[str, ...], words: Mapping[str, str]) -> str:
    from schemas.office_time import day_of

    due = words["due"].format(day=case["next_due_on"]) if case["next_due_on"] else ""
    title = next((title for title in case["titles"] if title), "")
    category, place = case["category_name"] or words["no_category"], case["place_name"] or words["no_place"]
    head = f"{case['case_id']}  {day_of(case['opened_at'])}  {category}  {title}"
    unit = f"  {case['unit_name']}  {place}  {words['petitions'].format(count=case['petition_count'])}{due}"
    return "\n".join([head, unit, *(f"    …{fragment}…".replace("\n", " ") for fragment in highlights)])


def _as_json(found: "Found") -> str:
    hits = [{**hit.case, "highlights": list(hit.highlights)} for hit in found.hits]
    return rendering.as_json({"total": found.total, "missing": found.missing, "cases": hits, "facets": found.facets})
