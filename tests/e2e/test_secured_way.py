"""TLS, passwords and least rights all the way: from a file to a search hit, and nothing unneeded is allowed."""

import json
import os
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from confluent_kafka.admin import AdminClient, ScramCredentialInfo, ScramMechanism, UserScramCredentialUpsertion

from consumers.dead_letters.replaying import GROUP
from consumers.replay import behind
from deploy.demo.generator import Ledgers
from deploy.index_rights import index_roles
from deploy.sending import Message, send
from deploy.servers.addresses import Servers
from deploy.servers.ready import elasticsearch_answers, kafka_answers
from deploy.topic_rights import OPERATOR, SETUP, USERS, Right, give_rights, missing_rights, rights, user_at_kafka
from deploy.topic_users import PROCESSES, READERS
from producers.gateway_keys import create_key, gateway_keys_path
from schemas.connections import librdkafka
from schemas.events import DeadLetter
from schemas.replay_events import ReplayRequest
from schemas.settings import Settings
from schemas.terms import RejectReason, Stage
from schemas.topics import Topic
from tests.e2e.odd_ledgers import profile_of, row
from tests.e2e.pipeline import MODULES, Pipeline, ledger_files, new_instance, pipeline
from tests.integration.fleet import until
from tests.secured_servers import PREFIX, Access, SecuredBroker, secured_servers
from tests.servers_fixture import empty_home

COMMAND = [sys.executable, "-c", "from deploy.cli import main; main()"]
JSONL = profile_of("411321")
SELDOM = {
    ("search", "write", Topic.INDEX_DEAD),  # the index refuses a case for good
    ("cases", "write", Topic.LINKED),  # letters about one matter meet whose places are in two cities
    ("cases", "write", Topic.DESK),
    ("cases", "read", Topic.DESK),
    ("gateway", "write", Topic.KEY_CLAIMS),  # another process with the same key file was first
    *((process, "read", Topic.REGISTER) for process in READERS[Topic.REGISTER]),  # somebody adopted a change
}
"""Rights that nothing in this test makes use of."""


@pytest.fixture(scope="module")
def secured() -> Iterator[tuple[Servers, Access]]:
    """Servers of this module alone."""
    with empty_home() as home, secured_servers(home) as made:
        yield made


@pytest.fixture(scope="module")
def admin(secured: tuple[Servers, Access]) -> Settings:
    """Settings of whoever gives names and rights."""
    servers, access = secured
    there = {"kafka": servers.addresses.kafka, "elasticsearch": servers.addresses.elasticsearch}
    return Settings.model_validate(access.as_admin() | there | {"prefix": PREFIX})


def signed_in(access: Access, user: str) -> dict[str, Any]:
    """Settings of one user at both servers; who has no role at Elasticsearch has no name there."""
    name = user_at_kafka(PREFIX, user)
    return access.at_kafka(name) | (access.at_elasticsearch(name) if user in index_roles(PREFIX) else {})


def let_in(admin: Settings, access: Access, users: tuple[str, ...]) -> None:
    """Let Kafka know its users by name and password."""
    names = [user_at_kafka(PREFIX, user) for user in users]
    kind = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096)
    wanted = [UserScramCredentialUpsertion(name, kind, access.password(name).encode()) for name in names]
    client = AdminClient(librdkafka(admin))
    for done in client.alter_user_scram_credentials(wanted).values():
        done.result()


def told(settings: Settings, *arguments: str) -> str:
    """What a command says."""
    done = subprocess.run([*COMMAND, *arguments], env=os.environ | settings.to_env(), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2_000:]
    return done.stdout


def test_a_ledger_becomes_a_search_hit_and_everybody_needs_exactly_the_rights_of_the_table(
    secured: tuple[Servers, Access], admin: Settings, ledgers: Ledgers, tmp_path: Path
) -> None:
    servers, access = secured
    let_in(admin, access, USERS)
    give_rights(admin, missing_rights(admin))
    assert missing_rights(admin) == ()
    setup = new_instance(servers, tmp_path, prefix=PREFIX, **signed_in(access, SETUP))
    told(setup, "create")
    settings = setup.model_copy(update=signed_in(access, OPERATOR))
    (ledger, *_) = ledger_files(ledgers, tmp_path / "ledgers")
    with pipeline(settings, tmp_path) as running:
        start(running, access)
        (result,) = running.feed([ledger])
        pushed = push(running, "S-1")
        proof = running.settle()
        assert proof.received == result.received + pushed
        found = json.loads(told(settings, "search", "--size", "1", "--json"))
        assert found["total"] == proof.cases > 0
        assert told(settings, "status", "--json")
        start_anew(running)
        push(running, "S-2")
        running.settle()
        spoil(running, admin)
        ask_back(admin)
        logs = running.fleet.logs()
    assert not [name for name in USERS if access.password(user_at_kafka(PREFIX, name)) in logs]
    assert isinstance(servers.kafka, SecuredBroker)
    asked = set(servers.kafka.asked())
    assert sorted(one for one in asked if not one.is_allowed) == []
    used = {(one.user, one.operation, one.resource, one.name) for one in asked}
    needed = {(right.user, right.operation, right.resource, right.name) for right in process_rights()}
    assert needed - used == set()


def start(running: Pipeline, access: Access) -> None:
    """All processes, each with its own name."""
    for process in PROCESSES:
        own = running.settings.model_copy(update=signed_in(access, process))
        module = "deploy" if process in {"gateway", "console"} else MODULES[process]
        running.start(process, module=module, **{k: v for k, v in own.to_env().items() if "STATE" not in k})
    until((running.settings.folder / "gateway.json").exists, "the gateway listens")
    until((running.settings.folder / "console.json").exists, "the console listens")


def start_anew(running: Pipeline) -> None:
    """Workers without their state, and alerts without their memory: all of it is in topics."""
    until(lambda: bool(running.read(Topic.ALERTS)), "alerts are raised")
    for process in ("linking", "cases", "alerts"):
        running.kill(process, forget=True)
        running.restart(process)


def push(running: Pipeline, number: str) -> int:
    """A right record, a wrong one, and the word that there was nothing; how many records that were."""
    address = json.loads((running.settings.folder / "gateway.json").read_text())["address"]
    key = {"X-Source-Key": create_key(gateway_keys_path(running.settings), JSONL.code)}
    county = f"{address}/v1/counties/{JSONL.code}"
    right = row(JSONL, record_no=number, name="石一山", phone="13977770000")
    for path, body in (
        ("petitions", [right, right | {"submitTime": "yesterday"}]),
        ("zero-reports", {"on": "2026-10-30"}),
        ("questions", {"text": "村口的路灯不亮。", "on": "2026-10-30"}),
    ):
        assert httpx.post(f"{county}/{path}", json=body, headers=key, timeout=60).is_success
    return 2


def spoil(running: Pipeline, admin: Settings) -> None:
    """What no stage can read, so that each buries something."""
    send(admin, [Message(topic, 0, b"broken", b"broken") for topic in (Topic.INTAKE, Topic.LINKED)])
    until(lambda: len(running.read(Topic.STAGE_DEAD)) >= 2, "the stages bury it")


def ask_back(admin: Settings) -> None:
    """Officials want records sent back to each topic that the stages read."""
    empty = {
        Topic.INTAKE: b'{"records":[]}',
        Topic.REGISTERED: b'{"petitions":[]}',
        Topic.LINKED: b'{"petitions":[]}',
        Topic.DECISIONS: b"{}",
        Topic.JUDGEMENTS: b"{}",
    }
    at = datetime.now(UTC)
    for name, value in empty.items():
        letter = DeadLetter(
            letter_id=f"L-{name}",
            stage=Stage.CASES,
            reason=RejectReason.INVALID,
            source=JSONL.code,
            origin=f"{name.under(PREFIX)}:0:1",
            at=at,
            raw=b64encode(value).decode(),
        )
        asked = ReplayRequest(request_id=f"V-{name}", letter_id=letter.letter_id, by="east", at=at)
        send(admin, [Message(Topic.STAGE_DEAD, 0, b"", letter.to_bytes())])
        send(admin, [Message(Topic.REPLAYS, 0, b"", asked.to_bytes())])
    replays = Topic.REPLAYS.under(PREFIX)
    until(lambda: behind(admin, f"{PREFIX}.{GROUP}", replays)[replays] == 0, "they are sent back")


def process_rights() -> list[Right]:
    """The rights to data that this test must see used. What the console does, officials ask for: here nobody does."""
    seldom = {(user_at_kafka(PREFIX, user), does, topic.under(PREFIX)) for user, does, topic in SELDOM}
    processes = {user_at_kafka(PREFIX, process) for process in PROCESSES if process != "console"}
    return [
        right
        for right in rights(PREFIX)
        if right.user in processes
        and right.operation in {"read", "write"}
        and (right.user, right.operation, right.name) not in seldom
    ]


def test_nobody_gets_in_without_the_right_password(admin: Settings, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("not the password")
    assert kafka_answers(admin)
    assert elasticsearch_answers(admin)
    mistaken = admin.model_copy(update={"kafka_password_file": wrong, "elasticsearch_password_file": wrong})
    assert not kafka_answers(mistaken)
    assert not elasticsearch_answers(mistaken)


def test_a_server_whose_certificate_nobody_vouches_for_is_not_trusted(admin: Settings) -> None:
    system = admin.model_copy(update={"kafka_ca_file": None, "elasticsearch_ca_file": None})
    assert not kafka_answers(system)
    assert not elasticsearch_answers(system)
