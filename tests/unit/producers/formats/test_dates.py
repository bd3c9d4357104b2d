"""Dates as counties write them."""

from datetime import UTC, datetime

import pytest

from producers.formats.dates import moment
from schemas.rejected import Rejected
from tests.fakes_producers import profile

FORMS = (
    "%Y/%m/%d %H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y年%m月%d日",
    "%d.%m.%Y",
    "%Y%m%d",
    "excel",
    "iso",
)
OF = profile(dates={"formats": FORMS})
LATEST = datetime(2024, 5, 7, 15, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2019/2/28 11:25:05", "2019-02-28T03:25:05"),
        ("2019-11-05 10:31:38", "2019-11-05T02:31:38"),
        ("2020/1/2  12:05", "2020-01-02T04:05:00"),
        ("2019年2月28日", "2019-02-27T16:00:00"),
        ("２０１９年２月２８日", "2019-02-27T16:00:00"),
        ("28.2.2019", "2019-02-27T16:00:00"),
        ("20190228", "2019-02-27T16:00:00"),
        ("43524.475752", "2019-02-28T03:25:05"),
        ("43524", "2019-02-27T16:00:00"),
        ("2019-02-28T11:25:05Z", "2019-02-28T11:25:05"),
        ("2019-02-28T11:25:05+08:00", "2019-02-28T03:25:05"),
        ("1949-01-01 08:00:00", "1949-01-01T00:00:00"),
        ("1988/7/1 12:00:00", "1988-07-01T03:00:00"),  # summer time of those years
        ("2024-05-07 23:59:59", "2024-05-07T15:59:59"),
    ],
)
def test_each_form_gives_the_moment_in_utc(text: str, utc: str) -> None:
    assert moment(text, OF, LATEST, "received_at") == datetime.fromisoformat(utc + "+00:00")


@pytest.mark.parametrize(
    "text",
    ["9999-99-99", "2019/2/30 1:00:00", "2019/2/28 24:01:00", "去年", "2019-02", "28/2/2019", "-1", "1e5"],
)
def test_what_is_no_date_is_refused_with_its_field(text: str) -> None:
    with pytest.raises(Rejected) as refused:
        moment(text, OF, LATEST, "received_at")
    assert (refused.value.reason, refused.value.field) == ("bad_date", "received_at")


@pytest.mark.parametrize(
    "text", ["1948-12-31 23:59:59", "2024-05-08 00:00:00", "9999-12-31 00:00:00", "1", "2019111", "2958465"]
)
def test_a_date_before_1949_or_after_tomorrow_is_out_of_range(text: str) -> None:
    with pytest.raises(Rejected) as refused:
        moment(text, OF, LATEST, "received_at")
    assert refused.value.reason == "date_out_of_range"


def test_a_cell_that_is_a_moment_needs_no_form() -> None:
    assert moment(datetime.fromisoformat("2019-02-28T08:00"), OF, LATEST, "x") == datetime(2019, 2, 28, tzinfo=UTC)
