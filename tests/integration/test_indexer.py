"""The indexer on real servers: whatever happens to it, the index becomes what the topic says."""

import pytest

from consumers import loop
from consumers.elastic import connect
from consumers.replay import behind, replay
from consumers.search import indexer
from consumers.search.index import alias_of, current_index, ensure_index
from consumers.search.scan import scan_versions
from deploy.servers.addresses import Servers
from schemas.events import DeadLetter
from schemas.settings import Settings
from schemas.terms import RejectReason
from schemas.topics import Topic
from tests.consumers_running import eventually, indexed, publish, running
from tests.fakes_consumers import case, merged, petition


def versions(settings: Settings) -> dict[str, int]:
    with connect(settings) as client:
        return dict(scan_versions(client, alias_of(settings)))


def test_cases_become_documents_with_their_versions_and_a_restart_changes_nothing(settings: Settings) -> None:
    cases = [case(petition(str(number))) for number in range(50)]
    newer = [cases[0].model_copy(update={"version": 2}), merged(cases[1], cases[0])]
    expected = {one.case_id: one.version for one in [*cases, *newer]}
    publish(settings, Topic.CASES, [*cases, *newer])
    with connect(settings) as client:
        for _ in range(2):
            with running(indexer.run, settings):
                eventually(lambda: indexed(client, settings) == 50 and versions(settings) == expected)
            publish(settings, Topic.CASES, [newer[0], *cases])  # late and out of order


def test_poison_goes_to_the_dead_letters_and_the_rest_goes_on(settings: Settings) -> None:
    poison: dict[str, bytes] = {"Cbad": b"\xff not json"}
    publish(settings, Topic.CASES, poison)  # type: ignore[arg-type]
    publish(settings, Topic.CASES, [case()])
    with connect(settings) as client, running(indexer.run, settings):
        eventually(lambda: indexed(client, settings) == 1)
        eventually(lambda: len(letters(settings)) == 1)
    (letter,) = letters(settings)
    assert (letter.reason, letter.source) == (RejectReason.UNDECODABLE, "Cbad")


def test_live_cases_pass_old_ones_and_all_is_written_and_committed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "PART_RECORDS", 20)
    monkeypatch.setattr(loop, "COMMIT_EVERY_S", 0.0)
    written: list[list[str]] = []
    attempt = indexer.CaseIndexer.attempt

    def noted(self: indexer.CaseIndexer, work: list[indexer.Entry]) -> list[indexer.Entry]:
        written.append([entry.item.id for entry in work])
        return attempt(self, work)

    monkeypatch.setattr(indexer.CaseIndexer, "attempt", noted)
    old = [case(petition(f"old-{number}", takeover=True), takeover=True) for number in range(500)]
    live = [case(petition(f"live-{number}")) for number in range(3)]
    publish(settings, Topic.CASES, [*old, *live])
    group, topic = f"{settings.prefix}.search", Topic.CASES.under(settings.prefix)
    with connect(settings) as client, running(indexer.run, settings):
        eventually(lambda: indexed(client, settings) == 503)
        eventually(lambda: behind(settings, group, topic) == {topic: 0})
    places = {name: at for at, part in enumerate(written) for name in part}
    assert max(places[one.case_id] for one in live) < max(places[one.case_id] for one in old)
    assert all(len(part) <= 20 for part in written)


def letters(settings: Settings) -> list[DeadLetter]:
    topic = Topic.INDEX_DEAD.under(settings.prefix)
    return [DeadLetter.from_bytes(record.value or b"") for batch in replay(settings, topic) for record in batch]


def test_starting_twice_makes_one_index(settings: Settings) -> None:
    with connect(settings) as client:
        names = {ensure_index(client, settings) for _ in range(2)}
        assert names == {f"{alias_of(settings)}-1"}
        assert current_index(client, alias_of(settings)) in names


@pytest.mark.slow
def test_the_indexer_outlives_an_elasticsearch_that_stops_and_comes_back(
    own_servers: Servers, own_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "LONGEST_PAUSE_S", 1.0)
    with connect(own_settings) as client, running(indexer.run, own_settings):
        publish(own_settings, Topic.CASES, [case(petition("before"))])
        eventually(lambda: indexed(client, own_settings) == 1)
        own_servers.elasticsearch.stop()
        publish(own_settings, Topic.CASES, [case(petition(f"while-{n}")) for n in range(20)])
        own_servers.elasticsearch.start()
        eventually(lambda: indexed(client, own_settings) == 21, 120)
