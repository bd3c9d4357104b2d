"""What `petitions status` tells beside processes and lag: silent counties, the index, room on the disk."""

import shutil
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from elasticsearch import ApiError, TransportError

from consumers.elastic import connect
from consumers.search.index import alias_of
from deploy.topics import administration
from schemas.settings import Settings
from schemas.topics import TOPICS

LITTLE_ROOM = 0.1
"""Less of the disk than this is told as too little: Elasticsearch stops giving shards to a disk at about the same."""


def silent_counties(last_on: Mapping[str, date], allowed: Mapping[str, int], today: date) -> dict[str, int | None]:
    """County → days without any report, for those that are silent longer than they may; None: never heard of."""
    silent: dict[str, int | None] = {}
    for county, days in sorted(allowed.items()):
        if county not in last_on:
            silent[county] = None
        elif (today - last_on[county]).days > days:
            silent[county] = (today - last_on[county]).days
    return silent


def index_standing(settings: Settings, now: datetime) -> dict[str, Any]:
    """How many documents the index has, its bytes, when its newest case was changed; empty where it cannot be asked.

    That is the case's own time: old cases written today leave it as it is. When the indexer wrote, it tells itself.
    """
    alias = alias_of(settings)
    try:
        with connect(settings) as client:
            if not client.indices.exists_alias(name=alias):
                return {}
            newest = {"newest": {"max": {"field": "updated_at"}}}
            found = client.search(index=alias, size=0, track_total_hits=True, aggs=newest).body
            stats = client.indices.stats(index=alias, metric=["store"]).body
    except (ApiError, TransportError):
        return {}
    changed = found["aggregations"]["newest"]["value"]
    newest_at = datetime.fromtimestamp(changed / 1000, UTC) if changed else None
    return {
        "documents": found["hits"]["total"]["value"],
        "bytes": stats["_all"]["total"]["store"]["size_in_bytes"],
        "newest_case_at": newest_at.isoformat() if newest_at else None,
        "newest_case_age_s": round((now - newest_at).total_seconds()) if newest_at else None,
    }


def topic_sizes(settings: Settings) -> Counter[str]:
    """Name of each topic of the instance → bytes on the disks of all brokers, replicas counted."""
    names = [spec.topic.under(settings.prefix) for spec in TOPICS]
    with administration(settings) as admin:
        folders = [folder for broker in admin.describe_log_dirs(names) for folder in broker["log_dirs"]]
    sizes: Counter[str] = Counter()
    for folder in folders:
        for topic in folder["topics"]:
            sizes[topic["name"]] += sum(part["partition_size"] for part in topic["partitions"])
    return sizes


def disk(settings: Settings) -> dict[str, Any]:
    """The disk that the home lies on; the servers may have others."""
    room = shutil.disk_usage(settings.folder)
    return {"free_bytes": room.free, "total_bytes": room.total, "is_short": room.free < room.total * LITTLE_ROOM}
