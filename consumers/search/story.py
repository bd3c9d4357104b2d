"""A case told in plain words: its petitions in order, each with its verdict, clocks and unit. Pure."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from consumers.search.english import in_english, note_in_english
from consumers.search.life_story import tell_life
from consumers.search.linking_story import tell_judged, tell_verdict
from schemas.life import RIGHTS
from schemas.office_time import day_of
from schemas.terms import CaseStatus, Channel, ClockKind, Ground, Level, StepKind, Term, Verdict

Document = Mapping[str, Any]

WORDS: Final[dict[str, dict[str, str]]] = {
    "zh": {
        "case": "信访事项 {case_id}（{status}，第 {version} 版）",
        "place": "属地：{place}（{code}）",
        "no_place": "属地：未识别",
        "category": "类别：{category}",
        "also": "同时反映：{category}（依据：{terms}）",
        "assisting": "协办单位：{unit}（{code}），{reason}",
        "no_category": "类别：未判定",
        "unit": "责任单位：{unit}（{level}，{code}）",
        "ground": "管辖依据：{ground}，《信访工作条例》第{article}条",
        "reason": "理由：{reason}",
        "evidence": "  依据：{text}",
        "refused": "  未选：{text}",
        "due": "期限：{kind}（第{article}条）至 {due_on}{met}",
        "met": "，已于 {met_on} 完成",
        "met_late": "，已于 {met_on} 逾期完成",
        "counts": "共 {petitions} 件，其中重复 {repeats} 件、共同信访 {joining} 件，涉及 {people} 人{collective}",
        "collective": "（集体访）",
        "petition": "{number}. {day} {channel}  {verdict}  {source} 第 {record_no} 号{revision}",
        "revision": "（更正 {times} 次）",
        "office": "   受信单位：{office}",
        "not_accepted": "   不予受理（第{article}条）：{reason}",
        "title": "   《{title}》",
        "step": "   县报：{day} {kind}{unit}",
        "step_undated": "   县报：{kind}{unit}（未报日期）",
        "step_to": "，送 {unit}",
        "step_by": "，{unit}",
        "note": "{day}  {text}{by}",
        "by": "（{by}）",
        "notes": "经过",
        "petitions": "信访件",
        "merged": "本案已并入 {merged_into}。",
        "volume_of": "本案是 {volume_of} 的分卷：同一事项信访人过多，一卷不能容纳；属地、责任单位与首卷一致。",
        "register": "名录版本：{version}",
    },
    "en": {
        "case": "Case {case_id} ({status}, version {version})",
        "place": "Place: {place} ({code})",
        "no_place": "Place: not recognised",
        "category": "Category: {category}",
        "also": "Also about: {category} (words: {terms})",
        "assisting": "Assisting: {unit} ({code}). {reason}",
        "no_category": "Category: not decided",
        "unit": "Accountable unit: {unit} ({level}, {code})",
        "ground": "Ground: {ground}, article {article} of the Regulations",
        "reason": "Reason: {reason}",
        "evidence": "  evidence: {text}",
        "refused": "  not chosen: {text}",
        "due": "Due: {kind} (article {article}) by {due_on}{met}",
        "met": ", met on {met_on}",
        "met_late": ", met late on {met_on}",
        "counts": "{petitions} petitions, {repeats} repeats, {joining} joining, {people} people{collective}",
        "collective": " (collective)",
        "petition": "{number}. {day} {channel}  {verdict}  {source} no. {record_no}{revision}",
        "revision": " (revised {times} times)",
        "office": "   addressed to: {office}",
        "not_accepted": "   not accepted again (article {article}): {reason}",
        "title": "   “{title}”",
        "step": "   reported: {day} {kind}{unit}",
        "step_undated": "   reported: {kind}{unit} (no day)",
        "step_to": " to {unit}",
        "step_by": " by {unit}",
        "note": "{day}  {text}{by}",
        "by": " ({by})",
        "notes": "What happened",
        "petitions": "Petitions",
        "merged": "This case was merged into {merged_into}.",
        "volume_of": "This is a further volume of {volume_of}: its matter has more petitioners than one holds; "
        "place and accountable unit are those of the first.",
        "register": "Register: {version}",
    },
}


def tell(case: Document, language: str = "zh", *, with_texts: bool = True) -> Iterator[str]:
    """The story of an indexed case, line by line."""
    teller = _Teller(WORDS[language], language)
    yield from teller.standing(case)
    yield from teller.jurisdiction(case)
    yield from (teller.clock(clock) for clock in case["story"]["clocks"])
    yield ""
    yield teller.words["petitions"]
    for number, petition in enumerate(case["story"]["petitions"], 1):
        yield from teller.petition(number, petition, case, with_texts)
    yield from tell_judged(case["story"], language)
    yield from tell_life(case, language)
    notes = case["story"]["notes"]
    if notes:
        yield ""
        yield teller.words["notes"]
        yield from (teller.note(note) for note in notes)


class _Teller:
    """Fills the sentences of one language."""

    def __init__(self, words: Mapping[str, str], language: str) -> None:
        self.words = words
        self._language = language
        self._name: Callable[[type[Term], str], str] = _label if language == "zh" else _code

    def standing(self, case: Document) -> Iterator[str]:
        words = self.words
        status = self._name(CaseStatus, case["status"])
        yield words["case"].format(case_id=case["case_id"], status=status, version=case["version"])
        if case["merged_into"]:
            yield words["merged"].format(merged_into=case["merged_into"])
        if case.get("volume_of"):
            yield words["volume_of"].format(volume_of=case["volume_of"])
        yield (
            words["place"].format(place=case["place_name"], code=case["place"])
            if case["place"]
            else words["no_place"]
        )
        yield (words["category"].format(category=_kind(case)) if case["category"] else words["no_category"])
        for also in case["story"].get("also", ()):
            yield words["also"].format(category=also["category_name"], terms="、".join(also["terms"]))
        yield words["counts"].format(
            petitions=case["petition_count"],
            repeats=case["repeat_count"],
            joining=case["joining_count"],
            people=case["people"],
            collective=words["collective"] if case["is_collective"] else "",
        )

    def jurisdiction(self, case: Document) -> Iterator[str]:
        words, story = self.words, case["story"]
        level = self._name(Level, case["unit_level"])
        yield words["unit"].format(unit=case["unit_name"], level=level, code=case["unit"])
        yield words["ground"].format(ground=self._name(Ground, case["ground"]), article=case["article"])
        told = {"reason": case["reason"], "reason_en": story["reason_en"]}
        yield words["reason"].format(reason=self._reason(told))
        yield from (words["evidence"].format(text=self._of_a_rule(text)) for text in story["evidence"])
        yield from (words["refused"].format(text=self._of_a_rule(text)) for text in story["refused"])
        for unit in story.get("assisting", ()):
            reason = self._reason(unit)
            yield words["assisting"].format(unit=unit["unit_name"], code=unit["unit"], reason=reason)
        yield words["register"].format(version=story["register_version"])

    def clock(self, clock: Document) -> str:
        met_on, is_right = clock["met_on"] or "", ClockKind(clock["kind"]) in RIGHTS
        is_late = met_on > clock["due_on"] and not is_right
        met = self.words["met_late" if is_late else "met"].format(met_on=met_on) if met_on else ""
        kind = self._name(ClockKind, clock["kind"])
        return self.words["due"].format(kind=kind, article=clock["article"], due_on=clock["due_on"], met=met)

    def petition(self, number: int, petition: Document, case: Document, with_texts: bool) -> Iterator[str]:
        words = self.words
        is_revised = petition["revision"] > 1
        yield words["petition"].format(
            number=number,
            day=day_of(petition["received_at"]),
            channel=self._name(Channel, petition["channel"]),
            verdict=self._name(Verdict, petition["verdict"]),
            source=petition["source"],
            record_no=petition["record_no"],
            revision=words["revision"].format(times=petition["revision"] - 1) if is_revised else "",
        )
        yield from tell_verdict(petition, self._language)
        if petition["office"]:
            yield words["office"].format(office=petition["office"])
        refused = petition.get("not_accepted")
        if refused:
            reason = self._reason(refused)
            yield words["not_accepted"].format(article=refused["article"], reason=reason)
        title = case["titles"][petition["text"]]
        if title:
            yield words["title"].format(title=title)
        if with_texts:
            yield f"   {case['bodies'][petition['text']]}"
        yield from (f"   {self.clock(clock)}" for clock in petition["clocks"])
        yield from (self.step(step) for step in petition.get("steps", ()))

    def step(self, step: Document) -> str:
        to = self.words["step_to"].format(unit=step["to_unit"]) if step["to_unit"] else ""
        by = self.words["step_by"].format(unit=step["unit"]) if step["unit"] else ""
        return self.words["step" if step["is_dated"] else "step_undated"].format(
            day=day_of(step["at"]), kind=self._name(StepKind, step["kind"]), unit=to + by
        )

    def _reason(self, told: Document) -> str:
        """In the teller's language; in Chinese where an old document has no other."""
        reason: str = told["reason"] if self._language == "zh" else told["reason_en"] or told["reason"]
        return reason

    def _of_a_rule(self, text: str) -> str:
        return text if self._language == "zh" else in_english(text)

    def note(self, note: Document) -> str:
        by = self.words["by"].format(by=self._of_a_rule(note["by"])) if note["by"] else ""
        text = note["text"] if self._language == "zh" else note_in_english(note["text"])
        return self.words["note"].format(day=day_of(note["at"]), text=text, by=by)


def _kind(case: Document) -> str:
    """The sector, the category and the issue of a matter, as far as they are known."""
    names = (case.get("sector_name"), case["category_name"] or case["category"], case.get("issue_name"))
    return " / ".join(name for name in names if name)


def _label(terms: type[Term], code: str) -> str:
    return terms(code).label


def _code(terms: type[Term], code: str) -> str:
    return terms(code).value.replace("_", " ")
