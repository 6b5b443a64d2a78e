import json

from netmocks.http import HTTPMock, httpbin


def test_json_that_is_nested_too_deeply_to_be_read_is_data(client):
    answer = client.ask("POST", "/post", body=b"[" * 100_000)
    assert json.loads(answer.body)["json"] is None


def test_json_that_is_nested_too_deeply_to_be_written_is_refused(client):
    answer = client.ask("POST", "/post", body=b"[" * 900 + b"]" * 900)
    assert answer.status == 400
    assert answer.text == "this JSON is nested too deeply to be sent back\n"


def test_odd_json_comes_back_as_it_was(client):
    sent = {
        "": {},
        "a": [],
        "b": [[1.5, -0.0, True, None], {"c": "\u0000\ud800\U0001f600"}],
        "1": 1e400,
    }
    shown = json.loads(client.ask("POST", "/anything", body=json.dumps(sent).encode()).body)
    assert shown["json"] == sent


def test_json_is_written_as_the_library_does_it(client):
    sent = {"z": [1, {"y": ['\u00e9"\\\n']}, [], {}], "a": {"b": {"c": 1.0}}}
    answer = client.ask("POST", "/post", body=json.dumps(sent).encode())
    shown = json.loads(answer.body)
    assert answer.text == json.dumps(shown, indent=2, sort_keys=True) + "\n"


def test_a_client_on_a_unix_socket_has_no_address(tmp_path, connect):
    with HTTPMock(path=tmp_path / "socket") as mock:
        httpbin.add_to(mock)
        client = connect(mock)
        client.sendall(b"GET /ip HTTP/1.0\r\nHost: example.com\r\n\r\n")
        assert b'"origin": ""' in client.makefile("rb").read()
