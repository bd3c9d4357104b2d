"""Least rights: every process has what the table of topics says, and none has what would show it who petitions."""

import json

import pytest
from typer.testing import CliRunner

from deploy.cli import build_app
from deploy.topic_rights import OPERATOR, SETUP, USERS, Right, rights
from deploy.topic_users import GROUPS, PROCESSES, READERS, WITHOUT_GROUP, WRITERS
from schemas.topics import WORKER_SOURCES, Topic

ALL = rights("p")


def may(user: str, operation: str) -> set[str]:
    """Topics on which a user has a right by their whole names."""
    return {
        right.name.removeprefix("p.")
        for right in ALL
        if (right.user, right.operation, right.resource, right.is_prefix) == (f"p-{user}", operation, "topic", False)
    }


def test_only_the_console_reads_sealed_identities() -> None:
    assert {right.user for right in ALL if right.name == "p.identity" and right.operation == "read"} == {"p-console"}
    assert not [right for right in ALL if right.is_prefix and right.operation in {"read", "write"}]


def test_what_comes_from_outside_writes_and_reads_back_nothing_of_records() -> None:
    assert may("gateway", "read") == {"register", "key.claims"}
    assert may("gateway", "write") == {"intake", "intake.dead", "identity", "reports", "key.claims"}


def test_who_everybody_reaches_writes_to_no_topic_that_records_come_from() -> None:
    assert may("console", "write") == {
        "decisions", "judgements", "alerts.actions", "contests", "searches", "searches.found", "audit", "replays",
        "key.claims",
    }  # fmt: skip
    assert may("alerts", "write") == {"intake", "registered", "linked", "decisions", "judgements", "alerts"}
    assert WRITERS[Topic.REPLAYS] == ("console",)


@pytest.mark.parametrize("process", PROCESSES)
def test_a_process_has_the_rights_of_its_rows_and_no_others(process: str) -> None:
    assert may(process, "write") == {topic.value for topic, writers in WRITERS.items() if process in writers}
    assert may(process, "read") == {topic.value for topic, readers in READERS.items() if process in readers}
    assert {right.operation for right in ALL if right.user == f"p-{process}"} <= {"read", "write", "describe"}


def test_every_program_of_the_table_is_a_process_or_a_command() -> None:
    programs = {program for table in (READERS, WRITERS) for named in table.values() for program in named}
    assert {program for program in programs if not program.startswith("petitions ")} <= set(PROCESSES)
    assert set(GROUPS) | set(WITHOUT_GROUP) <= set(PROCESSES)


def test_only_setup_creates_topics_and_it_reads_only_where_it_commits() -> None:
    assert {right.user for right in ALL if right.operation == "create"} == {f"p-{SETUP}"}
    assert may(SETUP, "read") == {topic.value for topics in WORKER_SOURCES.values() for topic in topics}
    assert may(SETUP, "write") == set()


def test_instances_that_share_a_cluster_share_no_right() -> None:
    for right in rights("q"):
        assert right.user.startswith("q-")
        assert right.name.startswith("q.") or right.resource == "cluster"


def test_the_list_is_told_for_people_and_for_programs() -> None:
    told = CliRunner().invoke(build_app(), ["rights"], env={"PETITIONS_PREFIX": "p"})
    assert told.exit_code == 0
    assert len(told.output.splitlines()) == len(ALL)
    found = json.loads(CliRunner().invoke(build_app(), ["rights", "--json"], env={"PETITIONS_PREFIX": "p"}).output)
    assert tuple(Right(**line) for line in found["kafka"]) == ALL
    assert set(found["elasticsearch"]) == {f"p-{user}" for user in ("search", "console", SETUP, OPERATOR)}
    assert {right.user for right in ALL} == {f"p-{user}" for user in USERS}


def test_only_who_writes_the_index_may_change_it() -> None:
    told = CliRunner().invoke(build_app(), ["rights", "--json"], env={"PETITIONS_PREFIX": "p"})
    console = json.loads(told.output)["elasticsearch"]["p-console"]["indices"]
    on_cases = [right["privileges"] for right in console if "p-cases" in right["names"]]
    assert on_cases == [["read", "maintenance", "view_index_metadata"]]
