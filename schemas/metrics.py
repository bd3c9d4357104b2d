"""Every metric name with its meaning; processes count by outcome, never by request."""

from enum import StrEnum
from typing import Self


class Metric(StrEnum):
    """The name of a Prometheus metric, with what it counts."""

    meaning: str

    def __new__(cls, name: str, meaning: str) -> Self:
        member = str.__new__(cls, name)
        member._value_ = name
        member.meaning = meaning
        return member

    RECORDS = "petitions_records_total", "Records read by a producer, by source and outcome."
    SPOOLED_BYTES = "petitions_spooled_bytes", "Bytes that wait on disk while Kafka is away."
    STAGE_PETITIONS = "petitions_stage_petitions_total", "Records processed, by the topic that the stage reads."
    STAGE_LAG = "petitions_stage_lag_messages", "Messages not yet processed, by stage."
    STATE_RECOVERED = (
        "petitions_state_recovered_total",
        "Changelog records read back after an assignment, by table.",
    )
    DEAD_LETTERS = "petitions_dead_letters_total", "Dead letters written, by stage and reason."
    INDEXED = "petitions_indexed_total", "Items of bulk requests, by outcome."
    INDEX_LAST_WRITE = "petitions_index_last_write_timestamp_seconds", "Time of the last successful write."
    WAITING = "petitions_waiting_items", "Items that cannot be written at present; they are tried again."
    ALERTS = "petitions_alerts_total", "Alerts raised, by rule."
    SEARCHES_MISSED = "petitions_searches_missed_total", "Cases that kept searches found only in the nightly sweep."
    WEBHOOKS = (
        "petitions_webhook_deliveries_total",
        "Attempts to deliver alerts, by webhook and outcome.",
    )
    CONSOLE_REQUESTS = "petitions_console_requests_total", "Requests to the console, by route and status."
    CONSOLE_SECONDS = "petitions_console_request_seconds", "How long requests to the console took, by route."
