"""How far webhooks got, on real Kafka: each has its place, and a restart finds it."""

from consumers.api.webhook_places import GroupPlaces
from schemas.settings import Settings
from schemas.topics import Topic
from tests.consumers_running import publish


def test_each_webhook_goes_on_where_it_was_after_a_restart(settings: Settings) -> None:
    publish(settings, Topic.ALERTS, {f"A{number}": b"{}" for number in range(3)})
    places = GroupPlaces(settings)
    assert places.of("new").read() == 2
    places.of("board").write(1)
    places.of("city").write(0)
    again = GroupPlaces(settings)
    assert (again.of("board").read(), again.of("city").read(), again.of("later").read()) == (1, 0, 2)
