import json

import pytest


@pytest.mark.parametrize("length", range(1, 130))
def test_the_length_that_is_listed_is_the_length(client, length):
    answer = client.get(f"/response-headers?a={'x' * length}")
    assert json.loads(answer.body)["Content-Length"] == str(len(answer.body))


def test_framing_can_not_be_asked_for(client):
    answer = client.get("/response-headers?Content-Length=1&Transfer-Encoding=chunked&X-A=1")
    assert answer.all("X-A") == ["1"]
    assert not answer.all("Transfer-Encoding")
    assert client.get("/uuid").status == 200


def test_a_connection_can_be_asked_to_close(client):
    client.get("/response-headers?Connection=close")
    assert client.rest() == b""
