"""A feed: each row accounted for once, whatever interrupts it."""

import errno
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from producers.checkpoints import Checkpoints
from producers.intake import Intake, UnknownCounty
from producers.profiles import Profiles
from producers.publisher import Message
from schemas.settings import Settings
from schemas.terms import ReportKind
from schemas.topics import Topic
from tests.fakes_producers import KEYRING, NOW, FakePublisher, csv_bytes, profile, row


class Killed(BaseException):
    """What SIGKILL leaves behind: nothing runs after it."""


class MortalPublisher(FakePublisher):
    """Dies at the send of that number, before or after the broker has it."""

    def __init__(self, dies_at: int, *, after: bool) -> None:
        super().__init__()
        self.dies_at, self.after = dies_at, after

    def send(self, messages: Sequence[Message]) -> object:
        """Take the messages, or die."""
        if self.sends + 1 == self.dies_at and not self.after:
            raise Killed
        ticket = super().send(messages)
        if self.sends == self.dies_at:
            raise Killed
        return ticket


def ledger(folder: Path, count: int = 25) -> Path:
    rows = [row(编号=f"N{n}", 日期="" if n % 10 == 9 else "2024/5/6 9:05") for n in range(count)]
    path = folder / "ledger.csv"
    path.write_bytes(csv_bytes(*rows))
    return path


def intake(
    folder: Path,
    publisher: FakePublisher,
    profiles: Profiles | None = None,
    clock: Callable[[], datetime] = lambda: NOW,
) -> Intake:
    settings = Settings(home=folder / "home", partitions=4, batch_records=3)
    known = Profiles([profile()]) if profiles is None else profiles
    return Intake(settings, known, KEYRING, publisher, clock=clock, pause=lambda _seconds: None, parcel_rows=4)


def checksum(receipts: set[str]) -> str:
    return f"{sum(int(receipt, 16) for receipt in receipts) % 2**64:016x}"


def test_received_is_published_and_rejected_and_the_report_says_so(tmp_path: Path) -> None:
    publisher = FakePublisher()
    result = intake(tmp_path, publisher).feed(ledger(tmp_path), "990101")
    receipts = {record.receipt for record in publisher.records}
    assert (result.received, result.published, result.rejected) == (25, 23, 2)
    assert (len(receipts), len(publisher.letters)) == (23, 2)
    assert result.reasons == {"missing:received_at": 2}
    [report] = publisher.reports
    assert (report.received, report.published, report.rejected) == (25, 23, 2)
    assert report.checksum == result.checksum == checksum(receipts)
    assert report.delivery_id == result.delivery_id


def test_each_record_with_a_petitioner_has_its_sealed_identity_under_its_key(tmp_path: Path) -> None:
    publisher = FakePublisher()
    intake(tmp_path, publisher).feed(ledger(tmp_path), "990101")
    assert len(list(publisher.on(Topic.IDENTITY))) == 23
    said = b"".join(
        message.key + message.value for message in publisher.sent if message.topic is not Topic.INTAKE_DEAD
    )
    assert "石一山".encode() not in said
    assert b"13900001234" not in said


def test_the_same_file_again_sends_nothing(tmp_path: Path) -> None:
    publisher = FakePublisher()
    first = intake(tmp_path, publisher).feed(ledger(tmp_path), "990101")
    sent = len(publisher.sent)
    second = intake(tmp_path, publisher).feed(ledger(tmp_path), "990101")
    assert len(publisher.sent) == sent
    assert second.was_done
    assert (second.received, second.checksum) == (first.received, first.checksum)


def test_sent_again_on_purpose_it_is_another_delivery_of_the_same_contents(tmp_path: Path) -> None:
    publisher = FakePublisher()
    first = intake(tmp_path, publisher).feed(ledger(tmp_path), "990101")
    second = intake(tmp_path, publisher).feed(ledger(tmp_path), "990101", again=True)
    assert second.delivery_id != first.delivery_id
    assert len({record.receipt for record in publisher.records}) == 46
    assert len({record.content_hash for record in publisher.records}) == 1  # the rows differ in their number only


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("dies_at", range(1, 9))
def test_killed_at_any_send_a_second_run_completes_it(tmp_path: Path, dies_at: int, after: bool) -> None:
    whole, mortal, second = FakePublisher(), MortalPublisher(dies_at, after=after), FakePublisher()
    path = ledger(tmp_path)
    expected = intake(tmp_path / "whole", whole).feed(path, "990101")
    with pytest.raises(Killed):
        intake(tmp_path, mortal).feed(path, "990101")
    result = intake(tmp_path, second).feed(path, "990101")
    both = mortal.records + second.records
    assert {record.receipt for record in both} == {record.receipt for record in whole.records}
    assert {record.to_bytes() for record in both} == {record.to_bytes() for record in whole.records}
    assert {letter.letter_id for letter in mortal.letters + second.letters} == {x.letter_id for x in whole.letters}
    assert {report.report_id for report in mortal.reports + second.reports} == {whole.reports[0].report_id}
    assert (result.received, result.checksum) == (expected.received, expected.checksum)


def test_a_resumed_feed_does_not_send_what_was_acknowledged(tmp_path: Path) -> None:
    mortal, second = MortalPublisher(6, after=False), FakePublisher()
    with pytest.raises(Killed):
        intake(tmp_path, mortal).feed(ledger(tmp_path), "990101")
    intake(tmp_path, second).feed(ledger(tmp_path), "990101")
    assert 0 < len(second.records) < 23


def test_while_kafka_is_away_the_feed_waits_and_then_goes_on(tmp_path: Path) -> None:
    publisher = FakePublisher()
    publisher.fails = {1, 2, 4, 7}
    result = intake(tmp_path, publisher).feed(ledger(tmp_path), "990101")
    assert checksum({record.receipt for record in publisher.records}) == result.checksum


def test_an_unknown_county_is_refused_as_one_accounted_record(tmp_path: Path) -> None:
    publisher = FakePublisher()
    one = intake(tmp_path, publisher)
    with pytest.raises(UnknownCounty):
        one.feed(ledger(tmp_path), "990199")
    result = one.refuse(ledger(tmp_path), "990199")
    assert (result.received, result.rejected) == (1, 1)
    assert [letter.reason for letter in publisher.letters] == ["unknown_county"]
    assert [report.rejected for report in publisher.reports] == [1]
    assert one.refuse(ledger(tmp_path), "990199").was_done


def test_what_was_refused_for_want_of_a_profile_is_fed_as_soon_as_there_is_one(tmp_path: Path) -> None:
    publisher, file = FakePublisher(), ledger(tmp_path)
    refused = intake(tmp_path, publisher, Profiles([])).take(file, "990101")
    fed = intake(tmp_path, publisher).take(file, "990101")
    assert (fed.was_done, fed.published, fed.rejected) == (False, 23, 2)
    assert fed.delivery_id != refused.delivery_id
    assert intake(tmp_path, publisher).take(file, "990101").was_done


def test_what_is_refused_before_eight_in_the_morning_is_reported_for_the_day_of_the_office(tmp_path: Path) -> None:
    publisher, night = FakePublisher(), datetime(2024, 5, 6, 18, 0, tzinfo=UTC)
    intake(tmp_path, publisher, Profiles([]), clock=lambda: night).take(ledger(tmp_path), "990101")
    assert [report.period_on for report in publisher.reports] == [date(2024, 5, 7)]


def test_a_zero_report_is_one_for_county_and_day(tmp_path: Path) -> None:
    publisher = FakePublisher()
    one = intake(tmp_path, publisher)
    for _ in range(2):
        one.zero_report("990101", NOW.date())
    assert {report.kind for report in publisher.reports} == {ReportKind.ZERO}
    assert len({report.report_id for report in publisher.reports}) == 1


def test_a_disk_that_takes_no_checkpoint_sends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publisher = FakePublisher()
    of = intake(tmp_path, publisher)

    def full(_self: Checkpoints, _checkpoint: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(Checkpoints, "write", full)
        for county in ("990101", "990199"):
            with pytest.raises(OSError, match="No space"):
                of.take(ledger(tmp_path), county)
    assert publisher.sends == 0
    assert of.take(ledger(tmp_path), "990101").published == 23


def test_a_feed_of_which_nothing_was_acknowledged_may_become_a_takeover(tmp_path: Path) -> None:
    path, second = ledger(tmp_path), FakePublisher()
    with pytest.raises(Killed):
        intake(tmp_path, MortalPublisher(1, after=False)).feed(path, "990101")
    with pytest.raises(Killed):
        intake(tmp_path, MortalPublisher(5, after=False)).feed(path, "990101", takeover=True)
    intake(tmp_path, second).feed(path, "990101")
    assert {record.takeover for record in second.records} == {True}
