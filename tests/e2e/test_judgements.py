"""A person's judgement unites and parts cases of two partitions, and the topics alone give the same cases again."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

from consumers.deciding.judgements import Side, judgement, messages
from deploy.demo.generator import Ledgers
from deploy.demo.province import profiles_dir
from deploy.sending import send
from deploy.servers.addresses import Servers
from schemas.events import Case, Judgement
from schemas.keys import partition_of
from schemas.settings import Settings
from schemas.terms import Opinion
from tests.e2e.pipeline import STAGES, Pipeline, ledger_files, new_instance, pipeline
from tests.e2e.read_model import read_model, unequal

FILES = 3
ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests" / "samples" / "ledgers"
ELSEWHERE = "410122"
"""A county of another city than that of the invented ledgers; a city's cases share a partition."""
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def test_a_judgement_across_partitions_unites_parts_and_is_replayed(
    servers: Servers, ledgers: Ledgers, tmp_path: Path
) -> None:
    files = [*ledger_files(ledgers, tmp_path / "ledgers")[:FILES], (SAMPLES / f"{ELSEWHERE}.csv", ELSEWHERE)]
    profiles = profiles_of_two_cities(tmp_path / "profiles")
    first, again = (
        new_instance(servers, tmp_path / name).model_copy(update={"profiles_dir": profiles})
        for name in ("first", "again")
    )
    with pipeline(first, tmp_path / "first", *STAGES) as running:
        running.feed(files)
        settled(running)
        before = {case.case_id: members(case) for case in running.cases()}
        one, other = on_two_partitions(running.cases(), first)
        made = [judged(one, other, Opinion.SAME, 0), judged(one, other, Opinion.NOT_SAME, 1)]
        send(first, messages(made[0], first.partitions))
        settled(running)
        assert any(members(case) >= members(one) | members(other) for case in running.cases())
        running.kill("cases", forget=True)
        running.restart("cases")
        send(first, messages(made[1], first.partitions))
        settled(running)
        assert {case.case_id: members(case) for case in running.cases()} == before
        found = read_model(first)
    with pipeline(again, tmp_path / "again", *STAGES) as running:
        for judgement_made in made:
            send(again, messages(judgement_made, again.partitions))
        running.feed(files)
        settled(running)
        differences = unequal(read_model(again), found)
        assert not differences, "\n".join(differences)


def profiles_of_two_cities(folder: Path) -> Path:
    """The profiles of the invented county systems, and of one elsewhere."""
    shutil.copytree(profiles_dir(), folder)
    shutil.copy(ROOT / "producers" / "counties" / f"{ELSEWHERE}.toml", folder)
    return folder


def settled(running: Pipeline) -> None:
    """Everything is worked off, also what the desks wrote to one another meanwhile, and proved."""
    running.settle_stages()
    running.settle()


def members(case: Case) -> set[str]:
    return {petition.petition_id for petition in case.petitions}


def on_two_partitions(cases: list[Case], settings: Settings) -> tuple[Case, Case]:
    """The largest case, and the largest of another partition."""
    ordered = sorted(cases, key=lambda case: (-len(case.petitions), case.case_id))
    homes = {case.case_id: partition_of(case.home, settings.partitions) for case in ordered}
    return ordered[0], next(case for case in ordered if homes[case.case_id] != homes[ordered[0].case_id])


def judged(one: Case, other: Case, opinion: Opinion, minute: int) -> Judgement:
    sides = (Side(case.petitions[-1].petition_id, case.home) for case in (one, other))
    return judgement(*sides, opinion, by="市信访局 督查岗", reason="核实", at=NOON.replace(minute=minute))
