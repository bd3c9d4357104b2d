"""Who writes and who reads each topic: the one table that documents and rights at Kafka are made from.

A name alone is a process, `petitions …` a command of the operator.
"""

from schemas.topics import Topic

PROCESSES = ("gateway", "linking", "cases", "search", "alerts", "console")
FEEDS = ("petitions feed", "petitions watch", "gateway")
REPLAY = "petitions dead-letters replay"
KEY_USERS = (*FEEDS, "petitions receipt-code", "console")
"""Who claims the instance's keys, or compares them, before using them."""
WRITERS: dict[Topic, tuple[str, ...]] = {
    Topic.INTAKE: (*FEEDS, "alerts", REPLAY),
    Topic.INTAKE_DEAD: FEEDS,
    Topic.IDENTITY: FEEDS,
    Topic.REPORTS: (*FEEDS, "petitions zero-report"),
    Topic.REGISTERED: ("linking", "alerts", REPLAY),
    Topic.RECORDS: ("linking",),
    Topic.LINKED: ("linking", "cases", "alerts", REPLAY),
    Topic.PETITIONERS: ("linking",),
    Topic.CASES: ("cases",),
    Topic.DECISIONS: ("petitions decide", "petitions register due", "console", "alerts", REPLAY),
    Topic.JUDGEMENTS: ("petitions judge", "console", "alerts", REPLAY),
    Topic.DESK: ("cases",),
    Topic.REGISTER: ("petitions register apply",),
    Topic.KEY_CLAIMS: KEY_USERS,
    Topic.ALERTS: ("alerts",),
    Topic.ALERT_ACTIONS: ("console",),
    Topic.CONTESTS: ("console",),
    Topic.SEARCHES: ("console",),
    Topic.SEARCHES_FOUND: ("console",),
    Topic.AUDIT: ("console",),
    Topic.REPLAYS: ("console",),
    Topic.STAGE_DEAD: ("linking", "cases"),
    Topic.INDEX_DEAD: ("search", "petitions reindex"),
}
READERS: dict[Topic, tuple[str, ...]] = {
    Topic.INTAKE: ("linking", "petitions verify"),
    Topic.INTAKE_DEAD: ("alerts", "console", "petitions dead-letters", "petitions verify"),
    Topic.IDENTITY: ("console",),
    Topic.REPORTS: ("alerts", "console", "petitions report", "petitions status", "petitions verify"),
    Topic.REGISTERED: ("linking",),
    Topic.RECORDS: ("linking",),
    Topic.LINKED: ("cases",),
    Topic.PETITIONERS: ("linking",),
    Topic.CASES: (
        "cases",
        "search",
        "alerts",
        "console",
        "petitions learn",
        "petitions register due",
        "petitions reindex",
        "petitions verify",
    ),
    Topic.DECISIONS: ("cases",),
    Topic.JUDGEMENTS: ("cases", "petitions judgements", "petitions learn", "petitions verify"),
    Topic.DESK: ("cases",),
    Topic.REGISTER: (
        "gateway",
        "linking",
        "cases",
        "console",
        "petitions register due",
        "petitions report",
        "petitions why",
    ),
    Topic.KEY_CLAIMS: KEY_USERS,
    Topic.ALERTS: ("alerts", "console", "petitions alerts", "petitions report"),
    Topic.ALERT_ACTIONS: ("alerts", "console"),
    Topic.CONTESTS: ("console",),
    Topic.SEARCHES: ("console",),
    Topic.SEARCHES_FOUND: ("console",),
    Topic.AUDIT: ("console",),
    Topic.REPLAYS: ("alerts",),
    Topic.STAGE_DEAD: ("alerts", "console", "petitions dead-letters", "petitions verify"),
    Topic.INDEX_DEAD: ("alerts", "console", "petitions dead-letters"),
}
GROUPS: dict[str, tuple[str, ...]] = {
    "linking": ("linking",),
    "cases": ("cases",),
    "search": ("search",),
    "alerts": ("alerts", "replays"),
    "console": ("audit", "webhooks"),
}
"""Process → the consumer groups whose offsets it commits, after the prefix."""
WITHOUT_GROUP = ("gateway", "linking", "cases", "alerts", "console")
"""Processes that also read whole topics without a group: what was adopted, raised or decided before."""
