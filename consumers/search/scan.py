"""Walk through all documents of the index: ids and versions only."""

from collections.abc import Iterator

from elasticsearch import Elasticsearch

PAGE = 10_000
KEEP_ALIVE = "2m"


def scan_versions(client: Elasticsearch, alias: str) -> Iterator[tuple[str, int]]:
    """Case id and version of each document, as of one moment."""
    client.indices.refresh(index=alias)
    point = client.open_point_in_time(index=alias, keep_alive=KEEP_ALIVE).body["id"]
    try:
        after = None
        while True:
            page = client.search(
                pit={"id": point, "keep_alive": KEEP_ALIVE},
                size=PAGE,
                sort=["_shard_doc"],
                search_after=after,
                version=True,
                source=False,
                track_total_hits=False,
            ).body
            point = page["pit_id"]
            hits = page["hits"]["hits"]
            if not hits:
                return
            yield from ((hit["_id"], hit["_version"]) for hit in hits)
            after = hits[-1]["sort"]
    finally:
        client.close_point_in_time(id=point)
