"""What the demo prints: an account that adds up, the quality of the links, searches, alerts, and how to go on."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import astuple

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from deploy.demo.province import profiles_dir
from deploy.demo.run import Account
from deploy.demo.users import OFFICIALS
from deploy.evaluation import Quality, Score, Share
from deploy.readiness import announced
from deploy.verify import Verification
from producers.profiles import load_profiles
from schemas.events import Alert
from schemas.terms import Verdict

PLAIN_WIDTH = 110
CHANGES = (
    "identical", "lightly edited", "shortened or extended", "reordered, new events", "reworded", "retold", "misread",
)  # fmt: skip
SHOWN_ALERTS = 2


def console() -> Console:
    """Pretty on a terminal, plain elsewhere."""
    found = Console(highlight=False)
    return found if found.is_terminal else Console(highlight=False, width=PLAIN_WIDTH)


def show(account: Account, out: Console) -> None:
    """The whole account."""
    if account.verification is not None:
        _show_received(account, account.verification, out)
    if account.quality is not None:
        show_quality(account.quality, out)
    _show_searches(account, out)
    _show_alerts(account.alerts, out)
    total = sum(account.seconds.values())
    parts = ", ".join(f"{name} {value:.0f} s" for name, value in account.seconds.items())
    out.print(f"\n{total:.0f} seconds in all: {parts}")


def show_quality(quality: Quality, out: Console) -> None:
    """Links, cases and places against the truth."""
    out.print(f"\n[bold]Decisions about {quality.petitions:,} petitions against the truth[/bold]")
    table = _table(out, "", "precision", "recall", "F1")
    table.add_row("same person, same matter (pairs)", *_score(quality.same_person))
    table.add_row("cases (B-cubed)", *_score(quality.cases))
    table.add_row("matters of several people (B-cubed)", *_score(quality.collective))
    for verdict, score in quality.verdicts.items():
        table.add_row(f"verdict {verdict} {Verdict(verdict).label}", *_score(score))
    out.print(table)
    table = _table(out, "by level of change", "found together", "of", "rate", "precision", "recall")
    for (verdict, change), level in quality.by_change.items():
        of_cases = _score(level.cases)[:2]
        table.add_row(f"{Verdict(verdict).label}, {CHANGES[change]}", *_share(level.found), *of_cases)
    out.print(table)
    table = _table(out, "", "right", "of", "rate")
    table.add_row("same words elsewhere, kept apart", *_share(quality.twins_apart))
    table.add_row("same form with other names in one place, kept apart", *_share(quality.forms_apart))
    table.add_row("places recognised", *_share(quality.place_named))
    table.add_row("  of these in the right county", *_share(quality.county))
    table.add_row("  of these in the right township", *_share(quality.township))
    table.add_row("categories right", *_share(quality.category))
    out.print(table)
    if quality.missing or quality.surplus:
        out.print(f"{quality.missing} petitions without a decision, {quality.surplus} that the truth does not know")


def _show_received(account: Account, proof: Verification, out: Console) -> None:
    names = {profile.code: profile.name for profile in load_profiles(profiles_dir())}
    out.print("\n[bold]Received = registered + resent + revised + rejected[/bold]")
    table = _table(out, "county", "received", "registered", "resent", "revised", "rejected")
    for county, tally in proof.by_county.items():
        table.add_row(f"{county} {names.get(county, '')}", *_numbers(astuple(tally)))
    table.add_row("all", *_numbers(astuple(proof.total)), style="bold")
    table.add_row("in the ledgers", *_numbers(astuple(account.ledgers.expected)))
    out.print(table)
    sign = "=" if proof.total.adds_up else "≠"
    total = proof.total
    out.print(f"{total.received} {sign} {total.registered} + {total.resent} + {total.revised} + {total.rejected}")
    out.print(
        f"{proof.cases:,} cases, {proof.merged:,} merged into others, {proof.documents:,} documents in the index"
    )
    out.print("complete: nothing is missing" if proof.is_complete else "[bold red]NOT complete[/bold red]")
    for difference in proof.differences[:10]:
        out.print(f"  {difference.kind.value} {difference.subject}: {difference.detail}", markup=False)


def _show_searches(account: Account, out: Console) -> None:
    for words, found in account.searches:
        out.print(f"\n[bold]search {escape(words)}[/bold]: {found.total} cases")
        for hit in found.hits:
            case = hit.case
            out.print(
                f"  {case['case_id']}  {case['place_name']}  {case['unit_name']}  {case['petition_count']} 件",
                soft_wrap=True,
            )
            for fragment in hit.highlights[:2]:
                text = escape(fragment.replace("\n", " "))
                out.print("      " + text.replace("【", "[reverse]【").replace("】", "】[/reverse]"), soft_wrap=True)


def _show_alerts(alerts: Iterable[Alert], out: Console) -> None:
    found = list(alerts)
    counts = Counter(alert.rule for alert in found)
    out.print(f"\n[bold]{len(found):,} alerts[/bold]")
    for rule, count in counts.most_common():
        out.print(f"  {rule.label} {rule.value}: {count}")
        for alert in [alert for alert in found if alert.rule is rule][:SHOWN_ALERTS]:
            out.print(f"      {alert.message}", markup=False, soft_wrap=True)


def show_next_steps(account: Account, out: Console) -> None:
    """The commands with which to go on while the demo serves."""
    settings = account.settings
    out.print("\n[bold]It serves until Ctrl-C. In another terminal:[/bold]")
    out.print(f"  export PETITIONS_HOME={settings.folder} PETITIONS_PREFIX={settings.prefix}", soft_wrap=True)
    out.print(f"  export PETITIONS_PROFILES_DIR={settings.profiles_dir}", soft_wrap=True)
    case = next((hit.case["case_id"] for _, found in account.searches for hit in found.hits), "CASE")
    for line in (
        "petitions status",
        "petitions search 基本农田 --size 3",
        f"petitions show {case}",
        "petitions verify",
    ):
        out.print(f"  {line}")
    out.print(f"\n[bold]Console[/bold] {announced(settings, 'console')}, passwords of this run:")
    for user in OFFICIALS:
        where = user.unit or user.territory or "–"
        out.print(f"  {user.name:<10}{account.passwords[user.name]}  {user.role.label} {where}", markup=False)


def _table(out: Console, first: str, *others: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD if out.is_terminal else None, pad_edge=False)
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="right")
    return table


def _numbers(values: Iterable[int]) -> list[str]:
    return [f"{value:,}" for value in values]


def _score(score: Score) -> list[str]:
    return [f"{value:.3f}" for value in (score.precision, score.recall, score.f1)]


def _share(share: Share) -> list[str]:
    return [f"{share.right:,}", f"{share.of:,}", f"{share.rate:.3f}"]
