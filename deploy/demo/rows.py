"""An invented petition as a row of its county's ledger: the county's words, dates and gaps."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from deploy.demo.answers import AnswerWriter
from deploy.demo.corpus import Phrases
from deploy.demo.letters import render
from deploy.demo.matters import slots_of
from deploy.demo.scenario import Submission
from producers.profiles import Profile
from schemas.terms import CaseStatus, RejectReason

CONCLUDED_AFTER = 75
NUMBER_FORMS = ("{code}{year}{serial:06d}", "XF-{year}-{serial:05d}", "{year}{serial:07d}", "NY{code}-{serial:06d}")
FAULTS: tuple[tuple[str, str, RejectReason], ...] = (
    ("received_at", "9999-99-99", RejectReason.BAD_DATE),
    ("received_at", "2025-02-30", RejectReason.BAD_DATE),
    ("received_at", "不详", RejectReason.BAD_DATE),
    ("received_at", "", RejectReason.MISSING),
    ("received_at", "later", RejectReason.DATE_OUT_OF_RANGE),
    ("record_no", "", RejectReason.MISSING),
    ("body", "", RejectReason.MISSING),
    ("channel", "信鸽", RejectReason.UNKNOWN_VALUE),
    ("half row", "", RejectReason.WRONG_COLUMNS),
    ("encoding", "", RejectReason.BAD_ENCODING),
)

Value = str | int | datetime


@dataclass(slots=True)
class Row:
    """One row before it is written: our field names, the county's words."""

    submission: Submission
    values: dict[str, Value]
    written_at: datetime
    """When the county wrote the row: gives the order in its ledger."""
    outcome: str
    date_form: int
    """Which of the county's ways of writing dates; a resent row keeps it."""
    is_reused: bool = False
    is_late: bool = False
    is_cut: bool = False
    is_broken: bool = False
    rejected: str = ""

    @property
    def record_no(self) -> str:
        """The number that the county gave."""
        return str(self.values["record_no"])

    @property
    def petition(self) -> str:
        """The petition's key in the truth."""
        return f"{self.submission.source}:{self.record_no}" + ("#2" if self.is_reused else "")


class RowWriter:
    """Puts the petitions of one county system into its words."""

    def __init__(self, rng: Random, profile: Profile, phrases: Phrases, index: int, until: datetime) -> None:
        """`index` chooses how the county numbers its records."""
        self._rng = rng
        self._profile = profile
        self._phrases = phrases
        self._until = until
        self._form = NUMBER_FORMS[index % len(NUMBER_FORMS)]
        self._channels = _words(profile.values.channel)
        self._statuses = _words(profile.values.status)
        self._answers = AnswerWriter(profile.code)
        self._serial = 0

    def row(self, submission: Submission) -> Row:
        """The row as the county first writes it."""
        self._serial += 1
        person, draft = submission.person, submission.draft
        spot = submission.matter.spot
        place = "" if submission.is_place_missing else spot.written(draft.place_style)
        slots = slots_of(submission.matter, person, submission.received_at.date(), place, draft.number_style)
        if submission.is_place_missing:
            slots |= {"v": "本村" if spot.village.endswith("村") else "本社区", "t": "当地政府", "c": "县"}
        title, body = render(draft, submission.matter, self._phrases, slots)
        values: dict[str, Value] = {
            "record_no": self._number(submission),
            "received_at": submission.received_at,
            "channel": self._channels[submission.channel.value],
            "office": submission.office,
            "title": title,
            "body": body.replace("：", "：\n", 1) if person.number % 6 == 0 else body,
            "place_text": self._place_text(submission),
            "category_hint": self._hint(submission),
            "people": submission.people,
        }
        values |= self._status(submission) | self._petitioner(submission)
        if values["status"] == self._statuses[CaseStatus.CONCLUDED.value]:
            values["answer"] = self._answers.answer(submission, title, str(values["record_no"]))
        date_form = 1 if self._rng.random() < 0.1 else 0
        return Row(submission, values, submission.received_at, "registered", date_form)

    def _number(self, submission: Submission) -> str:
        year = submission.received_at.year
        return self._form.format(code=self._profile.code, year=year, serial=self._serial)

    def _place_text(self, submission: Submission) -> str:
        draw = self._rng.random()
        if submission.is_place_missing or draw < 0.1:
            return ""
        if len(self._profile.columns.get("place_text", ())) > 1:
            return submission.matter.spot.written(2)
        return submission.matter.spot.written(int(draw * 4))

    def _hint(self, submission: Submission) -> str:
        draw = self._rng.random()
        hints = self._phrases.hints
        if draw < 0.15:
            return ""
        category = submission.matter.kind.category if draw > 0.2 else list(hints)[int(draw * 1000) % len(hints)]
        return hints[category][int(draw * 100) % len(hints[category])]

    def _status(self, submission: Submission) -> dict[str, Value]:
        rng = self._rng
        age = (self._until - submission.received_at).days
        is_concluded = rng.random() < (0.94 if age > CONCLUDED_AFTER else 0.4 if age > 30 else 0.0)
        if is_concluded:
            status, days = CaseStatus.CONCLUDED, 12 + rng.random() * min(age - 12, 45)
        else:
            status = (CaseStatus.REGISTERED, CaseStatus.ACCEPTED, CaseStatus.HANDLING)[min(2, age // 8)]
            days = rng.random() * min(age, 14)
        at = submission.received_at + timedelta(days=days)
        return {"status": self._statuses[status.value], "status_at": min(at, self._until).replace(microsecond=0)}

    def _petitioner(self, submission: Submission) -> dict[str, Value]:
        """How completely a person is known depends on the person, so that the same person is known the same way."""
        person = submission.person
        if submission.is_anonymous:
            return {"name": "匿名", "id_number": "", "phone": "", "residence": ""}
        has_phone = person.number % 10 != 1
        has_id = person.number % 10 > 1
        return {
            "name": person.name,
            "id_number": person.id_number if has_id else "",
            "phone": person.phone if has_phone else "",
            "residence": person.residence,
        }


def resent(row: Row, days: float) -> Row:
    """The same row sent again."""
    return Row(row.submission, row.values, row.written_at + timedelta(days=days), "resent", row.date_form)


def revised(row: Row, days: float, addition: str) -> Row:
    """The row sent again with something added."""
    at = row.written_at + timedelta(days=days)
    values = {**row.values, "body": f"{row.values['body']}{addition}", "modified_at": at}
    return Row(row.submission, values, at, "revised", row.date_form)


def spoilt(row: Row, fault: int, kind: str) -> Row:
    """The row with a fault that must be refused; faults of bytes only where the format has lines of bytes."""
    name, value, reason = FAULTS[fault % (len(FAULTS) if kind != "xlsx" else len(FAULTS) - 2)]
    row.outcome, row.rejected = "rejected", reason.value
    if name == "half row":
        row.is_cut = True
        row.rejected = (reason if kind == "csv" else RejectReason.NOT_A_RECORD).value
    elif name == "encoding":
        row.is_broken = True
    elif value == "later":
        row.values[name] = row.submission.received_at + timedelta(days=9 * 365)
    else:
        row.values[name] = value
        if name == "body":
            row.values["title"] = ""
    return row


def _words(codes: Mapping[str, str]) -> dict[str, str]:
    return {str(code): word for word, code in codes.items()}
