"""TLS and passwords all the way: a county's file becomes a search hit, and nobody without a password gets in."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka.admin import AdminClient, ScramCredentialInfo, ScramMechanism, UserScramCredentialUpsertion

from deploy.demo.generator import Ledgers
from deploy.servers.addresses import Servers
from deploy.servers.ready import elasticsearch_answers, kafka_answers
from schemas.connections import librdkafka
from schemas.settings import Settings
from tests.e2e.pipeline import STAGES, ledger_files, new_instance, pipeline
from tests.secured_servers import ADMIN, Access, secured_servers
from tests.servers_fixture import empty_home

COMMAND = [sys.executable, "-c", "from deploy.cli import main; main()"]
USER = "petitions"


@pytest.fixture(scope="module")
def secured() -> Iterator[tuple[Servers, Access]]:
    """Servers of this module alone."""
    with empty_home() as home, secured_servers(home) as made:
        yield made


def with_user(servers: Servers, access: Access, user: str) -> None:
    """Let Kafka know a user."""
    admin = AdminClient(librdkafka(Settings.model_validate(access.as_admin() | {"kafka": servers.addresses.kafka})))
    wanted = UserScramCredentialUpsertion(
        user, ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), access.password(user).encode()
    )
    for done in admin.alter_user_scram_credentials([wanted]).values():
        done.result()


def test_a_ledger_becomes_a_search_hit_over_tls_with_passwords(
    secured: tuple[Servers, Access], ledgers: Ledgers, tmp_path: Path
) -> None:
    servers, access = secured
    with_user(servers, access, USER)
    settings = new_instance(servers, tmp_path, **access.at_kafka(USER), **access.at_elasticsearch(ADMIN))
    (ledger, *_) = ledger_files(ledgers, tmp_path / "ledgers")
    with pipeline(settings, tmp_path, *STAGES) as running:
        (result,) = running.feed([ledger])
        proof = running.settle()
        assert proof.received == result.received > 0
        found = told(settings, "search", "--size", "1")
        assert found["total"] == proof.cases
        assert told(settings, "show", found["cases"][0]["case_id"])
    assert access.password(USER) not in running.fleet.logs()


def told(settings: Settings, *arguments: str) -> dict[str, object]:
    """What a command says as JSON."""
    done = subprocess.run(
        [*COMMAND, *arguments, "--json"], env=os.environ | settings.to_env(), capture_output=True, check=True
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_nobody_gets_in_without_the_right_password(secured: tuple[Servers, Access], tmp_path: Path) -> None:
    servers, access = secured
    wrong = tmp_path / "wrong"
    wrong.write_text("not the password")
    there = {"kafka": servers.addresses.kafka, "elasticsearch": servers.addresses.elasticsearch}
    right = Settings.model_validate(access.as_admin() | there)
    assert kafka_answers(right)
    assert elasticsearch_answers(right)
    mistaken = right.model_copy(update={"kafka_password_file": wrong, "elasticsearch_password_file": wrong})
    assert not kafka_answers(mistaken)
    assert not elasticsearch_answers(mistaken)


def test_a_server_with_a_certificate_of_somebody_else_is_not_trusted(secured: tuple[Servers, Access]) -> None:
    servers, access = secured
    there = {"kafka": servers.addresses.kafka, "elasticsearch": servers.addresses.elasticsearch}
    trusting = Settings.model_validate(access.as_admin() | there)
    system = trusting.model_copy(update={"kafka_ca_file": None, "elasticsearch_ca_file": None})
    assert not kafka_answers(system)
    assert not elasticsearch_answers(system)
