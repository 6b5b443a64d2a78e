"""C7 to C11, C13: what requests makes of an answer."""

import gzip
import json

import pytest
import requests

GBK = "百度一下".encode("gbk")


@pytest.mark.example("C7")
def test_the_text_has_all_that_the_server_tells(program, httpbin):
    console = program("requests_form.py").run()

    told = json.loads(console.text)
    assert told.pop("headers")["Host"] == "httpbin.org"
    assert told == {
        "args": {},
        "data": "",
        "files": {},
        "form": {"key": "value"},
        "json": None,
        "origin": "127.0.0.1",
        "url": "http://httpbin.org/post",
    }


@pytest.mark.example("C8")
def test_the_text_changes_with_the_encoding(program, baidu):
    baidu.on("GET", "/").reply(GBK, headers={"Content-Type": "text/html"})

    console = program("requests_encoding.py").run()

    assert list(console.lines) == [
        f"ISO-8859-1 {GBK.decode('latin-1')}",  # what HTTP once took text to be
        "gbk 百度一下",
    ]


@pytest.mark.example("C8")
def test_an_encoding_that_the_server_states_needs_no_setting(program, baidu):
    baidu.on("GET", "/").reply(GBK, headers={"Content-Type": "text/html; charset=gbk"})

    console = program("requests_encoding.py").run()

    assert list(console.lines) == ["gbk 百度一下"] * 2


@pytest.mark.example("C8")
@pytest.mark.parametrize("encoding", ["utf-8", "no-such-encoding"])
def test_a_wrong_encoding_leaves_marks_and_raises_nothing(program, baidu, encoding):
    baidu.on("GET", "/").reply(GBK, headers={"Content-Type": "text/html; charset=gbk"})

    console = program("requests_encoding.py").run(encoding=encoding)

    assert console.lines[1] == f"{encoding} {GBK.decode('utf-8', 'replace')}"
    assert "\N{REPLACEMENT CHARACTER}" in console.lines[1]


ORIGINAL = bytes(range(256)) * 16


def send_as_gzip(web, body):
    web.on("GET", "/").reply(body, headers={"Content-Encoding": "gzip"})


@pytest.mark.example("C9")
def test_the_content_is_what_it_was_before_it_was_compressed(program, baidu):
    send_as_gzip(baidu, gzip.compress(ORIGINAL))

    console = program("requests_content.py").run()

    assert console.text == f"{ORIGINAL!r}\n"


@pytest.mark.example("C9")
def test_the_wire_carries_gzip_because_requests_asks_for_it(program, baidu):
    compressed = gzip.compress(ORIGINAL)
    send_as_gzip(baidu, compressed)

    program("requests_content.py").run()

    [sent] = [entry.data for entry in baidu.journal if entry.kind == "sent"]
    assert sent.endswith(b"\r\n\r\n" + compressed)
    assert len(sent) < len(ORIGINAL)
    [request] = baidu.requests
    assert "gzip" in request.headers["Accept-Encoding"].split(", ")


@pytest.mark.example("C9")
def test_a_body_that_only_claims_to_be_gzip_is_raised(program, baidu):
    send_as_gzip(baidu, ORIGINAL)

    with pytest.raises(requests.exceptions.ContentDecodingError):
        program("requests_content.py").run()


OBJECT = {"text": "北京", "list": [1, 2.5, None, True], "object": {}}


@pytest.mark.example("C10")
def test_the_object_is_printed(program, httpbin):
    httpbin.on("POST", "/post").reply(json=OBJECT)

    console = program("requests_json.py").run()

    assert console.text == f"{OBJECT}\n"


@pytest.mark.example("C10")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_where_no_type_is_stated_any_encoding_of_unicode_is_recognised(program, httpbin, encoding):
    answer = json.dumps(OBJECT, ensure_ascii=False).encode(encoding)
    httpbin.on("POST", "/post").reply(answer)

    console = program("requests_json.py").run()

    assert console.text == f"{OBJECT}\n"


@pytest.mark.example("C10")
@pytest.mark.parametrize("answer", ["", "<html>", '{"form":', "{'form': {}}"])
def test_an_answer_that_is_no_json_is_raised(program, httpbin, answer):
    httpbin.on("POST", "/post").reply(answer, headers={"Content-Type": "application/json"})

    with pytest.raises(requests.JSONDecodeError):
        program("requests_json.py").run()


@pytest.mark.example("C11")
def test_the_status_codes_are_printed_and_none_is_raised(program, httpbin):
    console = program("requests_status.py").run()

    assert list(console.lines) == ["200", "404", "503"]


@pytest.mark.example("C11")
def test_a_redirection_is_followed_to_the_status_behind_it(program, httpbin):
    httpbin.on("GET", "/status/301").reply(status=301, headers={"Location": "/status/404"})

    console = program("requests_status.py").run(codes=[301])

    assert list(console.lines) == ["404"]
    assert [request.path for request in httpbin.requests] == ["/status/301", "/status/404"]


FIELDS = {
    "Connection": "keep-alive",
    "Server": "gunicorn/19.8.1",
    "Content-Type": "application/json",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Credentials": "true",
    "Via": "1.1 vegur",
    "Content-Length": "2",
}


@pytest.mark.example("C13")
def test_the_fields_are_printed_as_the_server_sent_them(program, httpbin):
    httpbin.on("GET", "/get").reply("{}", headers=FIELDS)

    console = program("requests_headers.py").run()

    *fields, _ = console.lines
    assert fields == [f"{name}: {value}" for name, value in FIELDS.items()]


@pytest.mark.example("C13")
@pytest.mark.parametrize("sent", ["Content-Type", "content-type", "cOnTeNt-TyPe"])
def test_the_case_of_a_name_matters_nowhere(program, httpbin, sent):
    httpbin.on("GET", "/get").reply("{}", headers={sent: "application/json"})

    console = program("requests_headers.py").run()

    assert console.lines[-1] == "application/json application/json application/json"


@pytest.mark.example("C13")
def test_a_field_that_repeats_becomes_one(program, httpbin):
    hops = [("Via", "1.1 vegur"), ("Via", "1.0 other"), ("Content-Type", "text/plain")]
    httpbin.on("GET", "/get").reply("{}", headers=hops)

    console = program("requests_headers.py").run()

    assert "Via: 1.1 vegur, 1.0 other" in console
