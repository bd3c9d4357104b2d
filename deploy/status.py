"""What an operator asks first: are the servers there, do the processes run, how far are they, who reported last."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.admin import OffsetSpec
from kafka.errors import KafkaError

from consumers.alerts.expected import expected_days
from deploy.indexer_health import last_write_age_s
from deploy.processes import has_processes, process_states, supervisor_mark
from deploy.servers.instance import Instance, is_given, located
from deploy.servers.ready import elasticsearch_answers, kafka_answers
from deploy.standing import disk, index_standing, silent_counties, topic_sizes
from deploy.topics import administration
from deploy.verify import lags
from schemas.connections import kafka_python
from schemas.events import CountyReport
from schemas.office_time import office_day
from schemas.settings import Settings
from schemas.topics import Topic

DEAD_LETTER_TOPICS = (Topic.INTAKE_DEAD, Topic.STAGE_DEAD, Topic.INDEX_DEAD)


def status(settings: Settings) -> dict[str, Any]:
    """The state of an instance as plain data; parts that cannot be asked are left empty."""
    known = Instance.read(settings.folder)
    if known is None and not is_given(settings):
        return {"home": str(settings.folder), "prefix": settings.prefix, "servers": None, "is_well": False}
    found = located(settings)
    is_kafka_up = kafka_answers(found)
    is_index_up = elasticsearch_answers(found)
    processes = _processes(settings)
    told: dict[str, Any] = {
        "home": str(settings.folder),
        "prefix": settings.prefix,
        "servers": {
            "origin": known.origin.value if known else "environment",
            "kafka": {"address": found.kafka, "answers": is_kafka_up},
            "elasticsearch": {"address": found.elasticsearch, "answers": is_index_up},
        },
        "has_processes": has_processes(settings),
        "is_supervised": supervisor_mark(settings) is not None,
        "processes": processes,
    }
    told |= _in_kafka(found) if is_kafka_up else {"lag": {}, "reports": {}, "dead_letters": {}, "silent": {}}
    told["index"] = index_standing(found, datetime.now(UTC)) if is_index_up else {}
    told["indexer"] = {"last_write_age_s": last_write_age_s(settings)}
    told["disk"] = disk(settings) | ({"topics_bytes": topic_sizes(found).total()} if is_kafka_up else {})
    told["is_well"] = is_kafka_up and is_index_up and (_are_kept(told) or not told["has_processes"])
    return told


def _are_kept(told: dict[str, Any]) -> bool:
    """Whether all processes run, and will be started again where they end."""
    return told["is_supervised"] and bool(told["processes"]) and all(one["is_running"] for one in told["processes"])


def _processes(settings: Settings) -> list[dict[str, Any]]:
    return [
        {
            "name": state.name,
            "is_running": state.is_running,
            "pid": state.pid,
            "restarts": max(0, state.starts - 1),
            "last_exit": state.last_exit,
        }
        for state in process_states(settings)
    ]


def _in_kafka(settings: Settings) -> dict[str, Any]:
    reports = last_reports(settings)
    last_on = {county: date.fromisoformat(report["period_on"]) for county, report in reports.items()}
    return {
        "lag": lags(settings),
        "reports": reports,
        "silent": silent_counties(last_on, expected_days(settings), office_day(datetime.now(UTC))),
        "dead_letters": {
            topic.value: message_count(settings, topic.under(settings.prefix)) for topic in DEAD_LETTER_TOPICS
        },
    }


def last_reports(settings: Settings) -> dict[str, dict[str, Any]]:
    """The latest report of each county."""
    latest: dict[str, CountyReport] = {}
    for report in _reports(settings):
        if report.county not in latest or report.reported_at >= latest[report.county].reported_at:
            latest[report.county] = report
    return {
        county: {
            "kind": report.kind.value,
            "reported_at": report.reported_at.isoformat(),
            "period_on": report.period_on.isoformat(),
            "received": report.received,
            "published": report.published,
            "rejected": report.rejected,
        }
        for county, report in sorted(latest.items())
    }


def _reports(settings: Settings) -> Iterator[CountyReport]:
    """All reports up to the end that the topic has now."""
    partition = TopicPartition(Topic.REPORTS.under(settings.prefix), 0)
    with KafkaConsumer(**kafka_python(settings), enable_auto_commit=False) as consumer:
        consumer.assign([partition])
        try:
            end = consumer.end_offsets([partition])[partition]
            consumer.seek_to_beginning(partition)
            while consumer.position(partition) < end:
                for records in consumer.poll(timeout_ms=1_000, max_records=5_000).values():
                    yield from (CountyReport.from_bytes(record.value) for record in records)
        except KafkaError:
            return  # the topic is not there yet


def message_count(settings: Settings, topic: str) -> int:
    """Messages in a topic that is not compacted."""
    with administration(settings) as admin:
        if topic not in admin.list_topics():
            return 0
        (described,) = admin.describe_topics([topic])
        partitions = [TopicPartition(topic, one["partition_index"]) for one in described["partitions"]]
        first = admin.list_partition_offsets(dict.fromkeys(partitions, OffsetSpec.EARLIEST))
        end = admin.list_partition_offsets(dict.fromkeys(partitions, OffsetSpec.LATEST))
    return sum(end[one].offset - first[one].offset for one in partitions)
