"""Closed vocabularies of the field, each code with its Chinese label (see GLOSSARY.md)."""

from enum import StrEnum
from operator import attrgetter
from typing import TYPE_CHECKING, Self


class Term(StrEnum):
    """A code that travels in events, with the label that officials read."""

    label: str

    __hash__ = str.__hash__  # a term equals its code; the hash of Enum is a call in Python for each look-up
    if not TYPE_CHECKING:
        # Asked for every term that is written: the property of Enum is a call in Python, this one is not.
        value = property(attrgetter("_value_"))

    def __new__(cls, code: str, label: str = "") -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member


class Channel(Term):
    """How a petition reached an office."""

    LETTER = "letter", "来信"
    VISIT = "visit", "来访"
    CALL = "call", "来电"
    ONLINE = "online", "网上"
    HOTLINE = "hotline", "12345热线"
    LEADER_MAILBOX = "leader_mailbox", "领导信箱"
    VIDEO = "video", "视频接访"
    ASSIGNED_FROM_ABOVE = "assigned_from_above", "上级交办"


class Level(Term):
    """Levels of administration, highest first; responsibility goes level by level (分级负责)."""

    NATION = "nation", "国家"
    PROVINCE = "province", "省级"
    CITY = "city", "市级"
    COUNTY = "county", "县级"
    TOWNSHIP = "township", "乡级"
    VILLAGE = "village", "村级"


class Verdict(Term):
    """How a petition relates to the earlier ones of its case."""

    FIRST = "first", "初信初访"
    SENT_TO_MANY = "sent_to_many", "一信多投"
    REPEAT = "repeat", "重复信访"
    JOINING = "joining", "联名、共同信访"
    UNSURE = "unsure", "待人工判定"


class Receipt(Term):
    """What became of one received record."""

    REGISTERED = "registered", "登记"
    RESENT = "resent", "重复报送"
    REVISED = "revised", "更正"
    REJECTED = "rejected", "退回"


class Ground(Term):
    """Why exactly this unit is accountable (管辖依据)."""

    TERRITORY = "territory", "属地管理"
    COMPETENCE = "competence", "职能主管"
    LEVEL = "level", "分级负责"
    COMMON_SUPERIOR = "common_superior", "共同上级"
    SUCCESSOR = "successor", "职权承继"
    STATUTORY_CHANNEL = "statutory_channel", "法定途径"
    CONFLICT_OF_INTEREST = "conflict_of_interest", "利害回避"
    FIRST_RESPONSIBILITY = "first_responsibility", "首办责任"
    UNRESOLVED_PLACE = "unresolved_place", "属地不明"
    DECIDED = "decided", "人工决定"


class CaseStatus(Term):
    """Where a case stands."""

    REGISTERED = "registered", "已登记"
    ACCEPTED = "accepted", "已受理"
    DECLINED = "declined", "不予受理"
    TRANSFERRED = "transferred", "已转送"
    ASSIGNED = "assigned", "已交办"
    HANDLING = "handling", "办理中"
    CONCLUDED = "concluded", "已办结"
    REVIEW = "review", "复查中"
    REVIEWED = "reviewed", "已复查"
    RE_REVIEW = "re_review", "复核中"
    RE_REVIEWED = "re_reviewed", "已复核"
    TERMINATED = "terminated", "依法终结"
    MERGED = "merged", "已并案"


class StepKind(Term):
    """What happened in the life of a case: reported by a county, or decided by a person."""

    REGISTERED = "registered", "登记"
    INFORMED = "informed", "书面告知"
    TRANSFERRED = "transferred", "转送"
    ASSIGNED = "assigned", "交办"
    REASSIGNED = "reassigned", "改定责任单位"
    REDETERMINED = "redetermined", "名录变更重新确定"
    OBJECTED = "objected", "提出异议"
    ACCEPTED = "accepted", "受理"
    DECLINED = "declined", "不予受理"
    HANDLING = "handling", "办理"
    EXTENDED = "extended", "延期"
    CONCLUDED = "concluded", "办结"
    REVIEW_REQUESTED = "review_requested", "申请复查"
    REVIEWED = "reviewed", "复查"
    RE_REVIEW_REQUESTED = "re_review_requested", "申请复核"
    HEARING_OPENED = "hearing_opened", "听证开始"
    HEARING_CLOSED = "hearing_closed", "听证结束"
    RE_REVIEWED = "re_reviewed", "复核"
    TERMINATED = "terminated", "依法终结"
    REOPENED = "reopened", "重新办理"
    RATED = "rated", "满意度评价"


class ClockKind(Term):
    """A period that the law sets for a case."""

    REGISTER = "register", "登记与转送交办"
    INFORM = "inform", "书面告知"
    OBJECT = "object", "提出异议"
    REPORT_BACK = "report_back", "反馈办理结果"
    CONCLUDE = "conclude", "办结"
    ASK_REVIEW = "ask_review", "申请复查"
    REVIEW = "review", "复查"
    ASK_RE_REVIEW = "ask_re_review", "申请复核"
    RE_REVIEW = "re_review", "复核"


class DecisionKind(Term):
    """What a person may decide about a case, or state that happened to it."""

    TRANSFER = "transfer", "转送"
    ASSIGN = "assign", "交办"
    OBJECT = "object", "提出异议"
    INFORM = "inform", "书面告知"
    ACCEPT = "accept", "受理"
    HANDLE = "handle", "办理"
    DECLINE = "decline", "不予受理"
    REASSIGN = "reassign", "改定责任单位"
    REDETERMINE = "redetermine", "名录变更重新确定"
    EXTEND = "extend", "延期"
    CONCLUDE = "conclude", "办结"
    REQUEST_REVIEW = "request_review", "申请复查"
    REVIEW = "review", "复查"
    REQUEST_RE_REVIEW = "request_re_review", "申请复核"
    OPEN_HEARING = "open_hearing", "听证开始"
    CLOSE_HEARING = "close_hearing", "听证结束"
    RE_REVIEW = "re_review", "复核"
    TERMINATE = "terminate", "依法终结"
    REOPEN = "reopen", "重新办理"
    RATE = "rate", "满意度评价"


class Rating(Term):
    """How satisfied a petitioner is with the handling."""

    SATISFIED = "satisfied", "满意"
    FAIRLY_SATISFIED = "fairly_satisfied", "基本满意"
    DISSATISFIED = "dissatisfied", "不满意"


class Opinion(Term):
    """What a person judges about two petitions."""

    SAME = "same", "同一事项"
    NOT_SAME = "not_same", "不是同一事项"
    UNSURE = "unsure", "暂不能判定"


class ReportKind(Term):
    """What a county reported."""

    DATA = "data", "报送"
    ZERO = "zero", "零报告"
    CORRECTION = "correction", "更正报告"


class AlertRule(Term):
    """The rules that raise alerts; all are about cases, deadlines and feeds."""

    NEAR_DUE = "near_due", "临期提醒"
    OVERDUE = "overdue", "超期未办"
    REFUSED_AGAIN = "refused_again", "再次推诿"
    RULING_FORCED = "ruling_forced", "须由共同上级裁定"
    EXTENDED_WITHOUT_REASON = "extended_without_reason", "无理由延期"
    PASSED_ON = "passed_on", "多次转办"
    REPEATED = "repeated", "多次重复信访"
    COLLECTIVE = "collective", "集体访"
    SUDDEN_RISE = "sudden_rise", "同类信访突增"
    COUNTY_SILENT = "county_silent", "未报送"
    COUNTY_LATE = "county_late", "迟报"
    DEAD_LETTERS_RISING = "dead_letters_rising", "退回记录增多"
    LAG = "lag", "处理滞后"
    ESCALATED = "escalated", "上报督办"


class Notice(Term):
    """When an official is told what a kept search has found."""

    AT_ONCE = "at_once", "即时"
    DAILY = "daily", "每日汇总"
    NEVER = "never", "不提醒"


class AlertActionKind(Term):
    """What an official says to an alert."""

    ACKNOWLEDGED = "acknowledged", "已确认"
    SNOOZED = "snoozed", "暂缓提醒"


class ContestKind(Term):
    """A county contests a number of the statistics, and a level above answers."""

    RAISED = "raised", "提出异议"
    UPHELD = "upheld", "维持原数"
    ACCEPTED = "accepted", "异议成立"


class Role(Term):
    """What an official may do on the platform, within the official's own territory or unit."""

    HANDLER = "handler", "承办人员"
    SUPERVISOR = "supervisor", "督查人员"
    PROVINCE = "province", "省级督查人员"
    AUDITOR = "auditor", "审计人员"
    ADMINISTRATOR = "administrator", "系统管理员"


class Purpose(Term):
    """What a petitioner's identity is looked at for; a closed list, because free words could name people."""

    INFORM = "inform", "书面告知或送达"
    CONTACT = "contact", "联系核实情况"
    HEARING = "hearing", "组织听证"
    MERGE_CHECK = "merge_check", "核对是否同一信访人"


class AuditKind(Term):
    """What leaves an audit record."""

    IDENTITY_SHOWN = "identity_shown", "查看信访人身份"
    IDENTITY_REFUSED = "identity_refused", "拒绝查看信访人身份"
    EXPORTED = "exported", "导出检索结果"
    DECIDED = "decided", "作出决定"
    JUDGED = "judged", "判定是否同一事项"
    NUMBER_CONTESTED = "number_contested", "对统计数提出异议"
    CONTEST_ANSWERED = "contest_answered", "答复统计数异议"
    DEAD_LETTER_REPLAYED = "dead_letter_replayed", "重新处理退回记录"
    KEY_CHANGE_BEGUN = "key_change_begun", "开始更换化名密钥"
    KEY_CHANGE_ENDED = "key_change_ended", "完成更换化名密钥"


class Confidence(Term):
    """How sure the place of a matter is."""

    CERTAIN = "certain", "确定"
    LIKELY = "likely", "较可能"
    AMBIGUOUS = "ambiguous", "多处可能"
    NONE = "none", "未识别"


class Stage(Term):
    """Where in the pipeline a record was refused."""

    INTAKE = "intake", "接入"
    REGISTRATION = "registration", "登记"
    LINKING = "linking", "关联"
    CASES = "cases", "立案"
    INDEX = "index", "入库"


class RejectReason(Term):
    """Why a record was refused; the value itself is never repeated."""

    MISSING = "missing", "缺少必填项"
    BAD_DATE = "bad_date", "日期无法识别"
    DATE_OUT_OF_RANGE = "date_out_of_range", "日期超出范围"
    BAD_ENCODING = "bad_encoding", "编码错误"
    UNKNOWN_VALUE = "unknown_value", "代码值未登记"
    TOO_LONG = "too_long", "内容过长"
    WRONG_COLUMNS = "wrong_columns", "列数或列名不符"
    NOT_A_RECORD = "not_a_record", "不是一条记录"
    UNKNOWN_COUNTY = "unknown_county", "来源单位未登记"
    INVALID = "invalid", "内容不合规"
    REFUSED_BY_INDEX = "refused_by_index", "索引拒绝"
    UNDECODABLE = "undecodable", "消息无法解析"
