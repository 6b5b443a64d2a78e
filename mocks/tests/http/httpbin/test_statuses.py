import json


def test_one_of_several_statuses_is_drawn_by_its_weight(client):
    drawn = {client.get("/status/201:1,202:0,203:3").status for _ in range(60)}
    assert 202 not in drawn
    assert drawn == {201, 203}  # save once in thirty million runs


def test_a_status_of_no_name_is_sent_all_the_same(client):
    assert client.get("/status/799").status == 799


def test_a_connection_goes_on_behind_every_status(client):
    for status in (200, 204, 205, 304, 404, 500):
        assert client.get(f"/status/{status}").status == status


def test_a_teapot_says_so(client):
    assert "teapot" in client.get("/status/418").text


def test_what_is_not_acceptable_comes_with_what_is(client):
    assert json.loads(client.get("/status/406").body)["accept"][0] == "image/webp"
