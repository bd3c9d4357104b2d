"""How much work the pipeline made: operations of the index, messages and bytes of the topics."""

from collections import Counter
from typing import Any

from consumers.elastic import connect
from consumers.replay import end_positions
from consumers.search.index import alias_of
from deploy.standing import topic_sizes
from schemas.settings import Settings
from schemas.topics import TOPICS

METRICS = ["indexing", "bulk", "refresh", "merge", "store"]


def index_work(settings: Settings, petitions: int) -> dict[str, Any]:
    """What the index did so far: a case that changes is written again, and each refresh and merge costs as well."""
    with connect(settings) as client:
        found = client.indices.stats(index=alias_of(settings), metric=METRICS).body
    total = found["_all"]["primaries"]
    operations = total["indexing"]["index_total"]
    return {
        "operations": operations,
        "operations_per_petition": round(operations / petitions, 3),
        "bulk_requests": total["bulk"]["total_operations"],
        "bulk_bytes_per_petition": round(total["bulk"]["total_size_in_bytes"] / petitions),
        "refreshes": total["refresh"]["total"],
        "merged_documents": total["merges"]["total_docs"],
        "stored_mb": round(total["store"]["size_in_bytes"] / 1e6, 1),
    }


def topic_work(settings: Settings, petitions: int) -> dict[str, dict[str, float]]:
    """Messages of each topic, and the bytes that they take compressed, for each petition."""
    names = {spec.topic.under(settings.prefix): spec.topic for spec in TOPICS}
    messages: Counter[str] = Counter()
    for (name, _), end in end_positions(settings, *names).items():
        messages[name] += end
    sizes = topic_sizes(settings)
    return {
        topic.value: {"messages": messages[name], "bytes_per_petition": round(sizes[name] / petitions, 1)}
        for name, topic in names.items()
        if messages[name]
    }
