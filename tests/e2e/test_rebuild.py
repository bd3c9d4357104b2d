"""Topics are the truth: without index, the state of any worker and the alerts' memory everything comes back the same.

Also from a backup, when Kafka has lost its topics, and while the pseudonym key changes: repeats of people who wrote
under the old key are found during it and after it.
"""

from pathlib import Path
from shutil import rmtree

import pytest
from confluent_kafka.admin import AdminClient

from consumers.alerts.feed import SOURCES
from consumers.elastic import connect
from consumers.replay import behind
from consumers.rights.users import User
from consumers.search.index import alias_of
from consumers.search.reindex import reindex
from deploy.backup import BackupRefused, back_up
from deploy.official_users import users_of
from deploy.pseudonym_change import begin, carry, end
from deploy.restoring import restore
from deploy.servers.addresses import Servers
from deploy.verify import lags
from producers.keyring import key_path, load_keyring
from schemas.audit_events import AuditRecord
from schemas.connections import librdkafka
from schemas.events import Alert
from schemas.settings import Settings
from schemas.terms import AlertRule, AuditKind, Role
from schemas.topics import Topic
from tests.e2e.conftest import Fed
from tests.e2e.pipeline import STAGES, Pipeline, new_instance, pipeline
from tests.e2e.read_model import read_model, unequal
from tests.integration.fleet import until


def test_index_and_state_that_were_deleted_come_back_from_saved_topics_though_the_pseudonym_key_changed(
    fed: Fed, servers: Servers, tmp_path: Path
) -> None:
    settings = new_instance(servers, tmp_path)
    half, quarter = len(fed.files) // 2, len(fed.files) // 4
    users_of(settings).put(User(name="root", role=Role.ADMINISTRATOR))
    with pipeline(settings, tmp_path, *STAGES, "alerts") as lost:
        lost.feed(fed.files[:quarter])
        carried = begin_change(settings)
        lost.feed(fed.files[quarter:half])
        before = lost.settle()
        raised = alerts_of(lost)
        assert raised
        with pytest.raises(BackupRefused, match=r"alerts, cases, linking, .*search"):
            back_up(settings, tmp_path / "too-early")
        for name in lost.names:
            lost.leave(name)
        topics_from_backup(lost, tmp_path / "backup")
        rmtree(tmp_path / "state")
        with connect(settings) as client:
            client.indices.delete(index=f"{alias_of(settings)}-1")
        left = end_change(settings)
        assert 0 < carried < carried + left == lost.written(Topic.IDENTITY)
        lost.start(*STAGES, "alerts")
        reindex(settings)
        after = lost.settle()
        assert (after.registered, after.cases, after.documents) == (before.registered, before.cases, before.documents)
        lost.feed(fed.files[half:])
        proof = lost.settle()
        assert proof.registered == len(fed.model)
        in_the_end = alerts_of(lost)
        assert len(in_the_end) == len(set(in_the_end)), "what was raised before is not raised again"
        assert set(raised) < set(in_the_end)
        differences = unequal(read_model(settings), fed.model)
        assert not differences, "\n".join(differences)
        acts = [AuditRecord.from_bytes(value) for _, value in lost.read(Topic.AUDIT)]
        assert [(one.kind, one.by) for one in acts] == [
            (AuditKind.KEY_CHANGE_BEGUN, "root"),
            (AuditKind.KEY_CHANGE_ENDED, "root"),
        ]


def alerts_of(running: Pipeline) -> list[str]:
    """Ids of the alerts about cases and counties, when all that they look at was read: it is acknowledged after that.

    Alerts about processes that fall behind are left out: they tell of the machine.
    """
    settings = running.settings
    names = [topic.under(settings.prefix) for topic in SOURCES]
    until(lambda: not any(behind(settings, f"{settings.prefix}.alerts", *names).values()), "the alerts read all")
    found = (Alert.from_bytes(value) for _, value in running.read(Topic.ALERTS))
    return sorted(one.alert_id for one in found if one.rule is not AlertRule.LAG)


def topics_from_backup(lost: Pipeline, folder: Path) -> None:
    """Save the topics, lose them and make them again: the same messages, and every reader stands where it stood."""
    before = {topic: sorted(lost.read(topic)) for topic in Topic}
    saved = back_up(lost.settings, folder)
    with pytest.raises(BackupRefused, match="not empty"):
        restore(lost.settings, folder)
    admin = AdminClient(librdkafka(lost.settings))
    for deleted in admin.delete_topics([topic.under(lost.settings.prefix) for topic in Topic]).values():
        deleted.result()
    assert restore(lost.settings, folder) == saved
    assert {topic: sorted(lost.read(topic)) for topic in Topic} == before
    assert not any(lags(lost.settings).values())


def begin_change(settings: Settings) -> int:
    """A new key beside the old one; returns how many identities were carried over to it."""
    begin(settings, "root")
    return carry(settings).read


def end_change(settings: Settings) -> int:
    """The old key is deleted after those were carried over who came since; returns how many identities these are."""
    old = load_keyring(key_path(settings)).pseudonym_key
    left = end(settings, "root")
    assert left.kept > 0
    assert load_keyring(key_path(settings)).pseudonym_key != old
    return left.read
