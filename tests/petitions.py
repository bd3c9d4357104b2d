"""Makes petitions of invented people about invented matters, for tests."""

from datetime import UTC, datetime, timedelta
from typing import Any

from processors.rules.registration import register
from processors.rules.repeat import History, Reading, link
from schemas.events import CasePetition
from schemas.keys import digest, receipt
from schemas.life import JurisdictionDecision
from schemas.petition import Classification, IntakeRecord, LinkedPetition, Petition, Place
from schemas.terms import Channel, Confidence, Ground, Level, Verdict

START = datetime(2025, 3, 3, 1, 0, tzinfo=UTC)
ROAD = "我村村南的生产路长期无人维修，路面塌陷，雨后积水半米深，收麦时农机无法下地，请求尽快修复。"
WAGES = "我们二十三名工人在宏盛嘉苑工地干了八个月，施工方拖欠工资共计46万元，多次讨要无果，请求帮助追回血汗钱。"
NOISE = "楼下烧烤店每晚营业到凌晨两点，油烟直排居民楼，噪音很大，老人小孩无法入睡，希望责令整改。"
PLACE = Place(code="411002100", name="河南省许昌市魏都区某镇", level=Level.TOWNSHIP, confidence=Confidence.CERTAIN)


def intake_record(**changed: Any) -> IntakeRecord:
    """One received record; `day` shifts when it was received, `row` gives it a receipt of its own."""
    day, row = changed.pop("day", 0), changed.pop("row", 1)
    fields: dict[str, Any] = {
        "source": "411002",
        "record_no": "XF-1",
        "delivery_id": "d1",
        "row": row,
        "receipt": receipt(changed.get("delivery_id", "d1"), row),
        "received_at": START + timedelta(days=day),
        "ingested_at": START + timedelta(days=400),
        "channel": Channel.LETTER,
        "petitioner_ref": "R1",
        "title": "反映道路问题",
        "body": ROAD,
    } | changed
    content = (fields["title"], fields["body"], str(fields["received_at"]), str(fields.get("reported_status")))
    return IntakeRecord(**({"content_hash": digest(*content)} | fields))


def petition(**changed: Any) -> Petition:
    """A registered petition."""
    made = register(intake_record(**changed), ()).petition
    assert made is not None
    return made


def linked(history: History = (), place: Place = PLACE, category: str = "traffic", **changed: Any) -> LinkedPetition:
    """A linked petition; `history` holds the earlier ones of the same petitioner."""
    return link(petition(**changed), Reading(place, Classification(category=category), "411002"), history).petition


def member(of: LinkedPetition) -> CasePetition:
    """The same petition as a member of a case."""
    return CasePetition.grown_from(of, verdict=Verdict.FIRST)


def jurisdiction(unit: str = "411002100-government") -> JurisdictionDecision:
    """Some decision, for cases whose unit does not matter in a test."""
    return JurisdictionDecision(
        accountable_unit=unit,
        unit_name="某镇人民政府",
        unit_level=Level.TOWNSHIP,
        unit_division="411002100",
        ground=Ground.TERRITORY,
        article="6",
        reason="属地管理",
        register_version="test",
    )
