"""What a supervisor should know about counties, sources, processes and places as a whole. Pure."""

from datetime import date, datetime, timedelta

from consumers.alerts.rise import chance
from consumers.alerts.rules import alert_id
from consumers.alerts.table import RiseRow
from consumers.alerts.tally import Risen, first_day
from schemas.events import Alert, CountyReport
from schemas.office_time import office_day
from schemas.terms import AlertRule, ReportKind


def county_silent(
    county: str, *, last_report_on: date, is_never_seen: bool, days: int, today: date, now: datetime
) -> Alert | None:
    """A county that has reported neither data nor zero for longer than its profile allows; once each silence."""
    silent = (today - last_report_on).days
    if silent <= days:
        return None
    since = "从未报送" if is_never_seen else f"自 {last_report_on} 后"
    return Alert(
        alert_id=alert_id(AlertRule.COUNTY_SILENT, county, "" if is_never_seen else last_report_on.isoformat()),
        rule=AlertRule.COUNTY_SILENT,
        subject=county,
        raised_at=now,
        division=county,
        due_on=None,
        message=f"{county}：{since}，已 {silent} 天无报送（含零报告），规定不超过 {days} 天。",
        message_en=f"{county}: no report, not even a zero report, for {silent} days; {days} are allowed.",
    )


def dead_letters_rising(source: str, *, day: date, count: int, limit: int, now: datetime) -> Alert | None:
    """More refused records of one source in one day than the limit; once for each source and day."""
    if count <= limit:
        return None
    return Alert(
        alert_id=alert_id(AlertRule.DEAD_LETTERS_RISING, source, day.isoformat()),
        rule=AlertRule.DEAD_LETTERS_RISING,
        subject=source,
        raised_at=now,
        division=source,
        message=f"{source}：{day} 被退回的记录已超过 {limit} 条，请核对来源系统。",
        message_en=f"{source}: more than {limit} records refused on {day}; check the source system.",
    )


def county_late(report: CountyReport, *, days: int, now: datetime) -> Alert | None:
    """A report that came more days after the day that it is about than allowed; a correction is never late."""
    late = (office_day(report.reported_at) - report.period_on).days
    if late <= days or report.kind is ReportKind.CORRECTION:
        return None
    return Alert(
        alert_id=alert_id(AlertRule.COUNTY_LATE, report.county, report.period_on.isoformat()),
        rule=AlertRule.COUNTY_LATE,
        subject=report.county,
        raised_at=now,
        division=report.county,
        due_on=report.period_on + timedelta(days=days),
        message=f"{report.county}：{report.period_on} 的报送迟了 {late} 天，规定不超过 {days} 天。",
        message_en=f"{report.county}: the report of {report.period_on} came {late} days later; {days} are allowed.",
    )


def sudden_rise(risen: Risen, name: str, row: RiseRow, *, now: datetime) -> Alert | None:
    """More first letters in a week than chance explains; once for each county, category and week."""
    (county, category), week, count, past = risen
    if count < row.least or chance(count, past) > row.false_alarm_rate:
        return None
    day, usual = first_day(week), sum(past) / len(past)
    return Alert(
        alert_id=alert_id(AlertRule.SUDDEN_RISE, county, category, day.isoformat()),
        rule=AlertRule.SUDDEN_RISE,
        subject=county,
        raised_at=now,
        division=county,
        message=f"{county}：“{name}”类首次信访在 {day} 起的一周内达 {count} 件，"
        f"此前 {len(past)} 周平均每周 {usual:.1f} 件。",
        message_en=f"{county}: {count} first letters about {category} in the week from {day}; "
        f"{usual:.1f} a week in the {len(past)} weeks before.",
    )


def lagging(process: str, *, messages: int, since: datetime, minutes: int, now: datetime) -> Alert | None:
    """Too many messages have waited for a process for too long; once for each process and day of its beginning."""
    if now - since < timedelta(minutes=minutes):
        return None
    return Alert(
        alert_id=alert_id(AlertRule.LAG, process, office_day(since).isoformat()),
        rule=AlertRule.LAG,
        subject=process,
        raised_at=now,
        message=f"{process}：{messages} 条消息等待处理已超过 {minutes} 分钟，检索和统计尚不完整。",
        message_en=f"{process}: {messages} messages have waited for more than {minutes} minutes; "
        "searches and numbers are not complete.",
    )
