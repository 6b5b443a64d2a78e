import pytest

from netmocks.http import HTTPMock, Response
from netmocks.http.matching import ANYWHERE
from netmocks.http.service import Service


@pytest.fixture
def rule():
    return Service(
        lambda request: Response(request.path),
        HTTPMock(),
        ANYWHERE,
        [],
        is_last_resort=False,
        spelling="mock.service()",
    )


def test_it_answers_what_its_function_makes_at_once(rule, request_of):
    assert rule.answer(request_of(target="/a")).body == b"/a"
    assert rule.count == 1


def test_it_can_be_told_to_reply_otherwise(rule, request_of):
    rule.reply("closed")
    assert rule.answer(request_of(target="/a")).body == b"closed"
