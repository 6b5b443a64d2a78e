from datetime import date, datetime

import pytest

from netmocks.mail.imap.dates import day_of, moment_of, shown
from netmocks.mail.imap.reply import Bad

MOMENT = datetime.fromisoformat("1994-02-01T21:52:25-08:00")


@pytest.mark.parametrize("text", ["1-Feb-1994", "01-feb-1994", "1-FEB-1994"])
def test_a_date_is_read(text):
    assert day_of(text) == date(1994, 2, 1)


@pytest.mark.parametrize("text", ["", "30-Feb-1994", "1-Foo-1994", "1-Feb-94", "1 Feb 1994", "x"])
def test_what_is_no_date_is_refused(text):
    with pytest.raises(Bad, match="is no date such as"):
        day_of(text)


@pytest.mark.parametrize("text", [" 1-Feb-1994 21:52:25 -0800", "01-Feb-1994 21:52:25 -0800"])
def test_a_date_time_is_read(text):
    assert moment_of(text) == MOMENT


@pytest.mark.parametrize(
    "text",
    [
        *("1-Feb-1994 21:52:25 -0800", "01-Feb-1994 25:00:00 +0000", "01-Feb-1994 00:00:00"),
        *("01-Feb-1994 00:00:00 +9900", "31-Feb-1994 00:00:00 +0000", ""),
    ],
)
def test_what_is_no_date_time_is_refused(text):
    with pytest.raises(Bad, match="is no date-time such as"):
        moment_of(text)


def test_a_date_time_is_written_with_its_zone():
    assert shown(MOMENT) == b'" 1-Feb-1994 21:52:25 -0800"'
    assert moment_of(shown(MOMENT).decode().strip('"')) == MOMENT
