"""The same requests to httpbin itself and to our mock; where they differ, `DIFFERENCES` says why.

Not compared are the reason phrase, Date, Server and Connection: they are the server's.
"""

import base64
import gzip
import hashlib
import json
import re
import threading
import zlib
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest

httpbin = pytest.importorskip("httpbin", reason="httpbin itself is not installed")
serving = pytest.importorskip("werkzeug.serving", reason="httpbin's server is not installed")


class Ask(NamedTuple):
    """A request."""

    target: str
    fields: tuple[str, ...] = ()
    method: str = "GET"
    body: bytes = b""
    version: str = "1.1"

    def __str__(self) -> str:
        return " ".join([self.method, self.target, *self.fields, self.body.decode("latin-1")])

    @property
    def wire(self) -> bytes:
        lines = [f"{self.method} {self.target} HTTP/{self.version}", *self.fields]
        if self.version == "1.1":
            lines.append("Host: example.com")
        if self.body and "Transfer-Encoding: chunked" not in self.fields:
            lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + self.body


@pytest.fixture(scope="module")
def original() -> Iterator[SimpleNamespace]:
    """Httpbin itself, on loopback."""

    class Handler(serving.WSGIRequestHandler):  # type: ignore[name-defined,misc]  # may be absent
        def log(self, *_: object) -> None:
            """Keep silent."""

    server = serving.make_server(
        "127.0.0.1", 0, httpbin.app, threaded=True, request_handler=Handler
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield SimpleNamespace(address=("127.0.0.1", server.port))
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def both(original: Any, rule: Any, web: Any, dial: Any) -> Callable[[Ask], tuple[Any, Any]]:
    """Ask httpbin and our mock the same; return both answers."""

    def ask(what: Ask) -> tuple[Any, Any]:
        theirs, ours = (
            dial(server).send(what.wire).answer(what.method) for server in (original, web)
        )
        return theirs, ours

    return ask


# -- what is compared -------------------------------------------------------------------------

#: The fields that say something about an answer, rather than about the server.
FIELDS = (
    "Accept-Ranges",
    "Access-Control-Allow-Credentials",
    "Access-Control-Allow-Headers",
    "Access-Control-Allow-Methods",
    "Access-Control-Allow-Origin",
    "Access-Control-Max-Age",
    "Allow",
    "Cache-Control",
    "Content-Encoding",
    "Content-Length",
    "Content-Range",
    "Content-Type",
    "ETag",
    "Last-Modified",
    "Location",
    "Proxy-Authenticate",
    "Set-Cookie",
    "WWW-Authenticate",
    "X-Y",
)

#: What is new in each answer, and what stands for it.
NEW = (
    (re.compile(r'(nonce|opaque)="([0-9a-f]+)"'), lambda m: f"{m[1]}: {len(m[2])} digits"),
    (re.compile(r"[0-9a-f]{32}"), lambda _: "32 digits"),
    (re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}"), lambda _: "a UUID"),
    (re.compile(r"\w{3}, \d\d \w{3} 2\d{3} \d\d:\d\d:\d\d GMT"), lambda _: "a date"),
    (re.compile(r'realm="(me@kennethreitz.com|netmocks)"'), lambda _: "a realm"),
)


def _without_news(text: str) -> str:
    for pattern, name in NEW:
        text = pattern.sub(name, text)
    return text


def _head(answer: Any, *, but: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return what is compared of an answer's head."""
    head: dict[str, Any] = {"status": answer.status}
    for name in FIELDS:
        if name not in but:
            head[name] = [_without_news(value) for value in answer.all(name)]
    if head.get("Allow"):  # a set, whose order is not the same in each process
        head["Allow"] = set(head["Allow"][0].split(", "))
    return head


def _brotli(data: bytes) -> bytes:
    return pytest.importorskip("brotlicffi").decompress(data)


DECODERS = {"gzip": gzip.decompress, "deflate": zlib.decompress, "br": _brotli}


def _content(answer: Any) -> bytes:
    (coding,) = answer.all("Content-Encoding") or [""]
    content = DECODERS[coding](answer.body) if coding else answer.body
    return _without_news(content.decode("latin-1")).encode("latin-1")


# -- what is the same -------------------------------------------------------------------------

FORM = "Content-Type: application/x-www-form-urlencoded"
JSON = "Content-Type: application/json"
MULTIPART = "Content-Type: multipart/form-data; boundary=B"


def _part(disposition: str, content: bytes, *fields: str) -> bytes:
    lines = ["--B", f"Content-Disposition: form-data; {disposition}", *fields, "", ""]
    return "\r\n".join(lines).encode() + content + b"\r\n"


END = b"--B--\r\n"

COOKIES = 'Cookie: a=1; b="x y"; c=%20; a=2; bad; =x; __utma=3; d="q\\"\\073"; e=f=g'


def _basic(text: str) -> str:
    return "Authorization: Basic " + base64.b64encode(text.encode()).decode()


def _digest(target: str, user: str, password: str, **more: str) -> str:
    """Compute credentials as a client does (RFC 7616 §3.4)."""
    given = {"realm": "r", "nonce": "n", "algorithm": "MD5", "method": "GET", "body": "", **more}
    name = given["algorithm"].replace("-", "").lower()

    def hashed(*texts: str) -> str:
        return hashlib.new(name, ":".join(texts).encode()).hexdigest()

    about = [given["method"], target]
    middle = ["n"]
    shown = {"username": user, "uri": target} | {k: given[k] for k in ("realm", "nonce")}
    if qop := given.get("qop"):
        shown |= {"qop": qop, "nc": "00000001", "cnonce": "c"}
        middle += ["00000001", "c", qop]
    if qop == "auth-int":
        about.append(hashed(given["body"]))
    response = hashed(hashed(user, given["realm"], password), *middle, hashed(*about))
    shown |= {"algorithm": given["algorithm"], "response": response}
    return "Authorization: Digest " + ", ".join(f'{k}="{v}"' for k, v in shown.items())


def _digest_asks() -> Iterator[Ask]:
    yield Ask("/digest-auth/auth/u/p")
    yield Ask("/digest-auth/other/u/p/other/other")
    for qop in ("auth", "auth-int"):
        for algorithm in ("MD5", "SHA-256", "SHA-512"):
            target = f"/digest-auth/{qop}/u/p/{algorithm}"
            options = {"qop": qop, "algorithm": algorithm}
            yield Ask(target)
            yield Ask(target, (_digest(target, "u", "p", **options),))
            yield Ask(target, (_digest(target, "u", "wrong", **options),))
    target = "/digest-auth/auth/u/p/MD5/3"
    right = _digest(target, "u", "p", qop="auth")
    yield Ask(target)
    yield Ask(target, (_digest(target, "u", "p"),))  # as RFC 2069 had it, without qop
    for cookie in ("stale_after=3", "stale_after=0", "stale_after=never", "last_nonce=n", "a=b"):
        yield Ask(target, (right, f"Cookie: {cookie}"))
    target += "?require-cookie=t"
    yield Ask(target)
    yield Ask(target, (right,))
    yield Ask("/digest-auth/auth/u/p", ("Authorization: Basic dTpw",))


#: Requests whose answers are the same, octet for octet.
SAME = [
    # what was sent
    Ask("/get"),
    Ask("/get", method="HEAD"),
    Ask("/get?a=1&b=2&a=3&c=&d&q=%C3%A9%20%41%21%22%25%26x+y"),
    Ask("/get?%3Cx%3E='%5B%5D{}|&z=%7E%3A%2F+%2B"),
    Ask("/get", ("X-foo: 1", "x-FOO: 2", "Origin: http://a.example", "DNT: 1")),
    Ask("/get", ("X-Forwarded-For: 192.0.2.1", "Via: x")),
    Ask("/get?show_env", ("X-Forwarded-For: 192.0.2.1", "Via: x")),
    Ask("/get", ("X-Forwarded-Proto: https",)),
    Ask("/get", ("X-Forwarded-Protocol: https",)),
    Ask("/get", ("X-Forwarded-Ssl: on",)),
    Ask("/get", ("X-Forwarded-Ssl: off",)),
    Ask("/headers", ("Accept: */*",)),
    Ask("/ip"),
    Ask("/ip", ("X-Forwarded-For: 192.0.2.1, 198.51.100.1",)),
    Ask("/user-agent", ("User-Agent: probe/1",)),
    Ask("/user-agent"),
    Ask("/uuid"),
    Ask("/base64/aGk="),
    Ask("/base64/PGI-"),
    Ask("/base64/%C3%A9"),
    Ask("/anything"),
    Ask("/anything", method="TRACE"),
    Ask("/anything/a%20b/c%2Fd/?x=1", (JSON,), "POST", b'{"b": [1.5, null], "a": "\xc3\xa9"}'),
    Ask("/anything/%3F%23%C3%A9;a=b@c:d"),
    Ask("/post", (), "POST", b"hello"),
    Ask("/post", (JSON,), "POST", b'{"b":1,"a":[1,{"c":[]}]}'),
    Ask("/post", (JSON,), "POST", b"NaN"),
    Ask("/post", (JSON,), "POST", b'{"broken'),
    Ask("/post", (), "POST", b"\xff\xfe"),
    Ask("/post", (FORM,), "POST", b"a=1&b=2&a=3&c&d=x+y%26"),
    Ask("/post", (FORM.upper(),), "POST", b"a=1"),
    Ask("/post", ("Content-Type: application/x-url-encoded",), "POST", b"a=1"),
    Ask("/put", ("Content-Type: text/plain", "Content-Length: 0"), "PUT"),
    Ask("/put", (FORM,), "PUT", b"a=1"),
    Ask("/patch", (JSON,), "PATCH", b"[1]"),
    Ask("/delete", (), "DELETE"),
    Ask("/delete", (), "DELETE", b"x"),
    Ask("/gzip"),
    Ask("/deflate"),
    Ask("/brotli"),
    Ask("/stream/2?a=1"),
    Ask("/stream/0"),
    Ask("/stream/101"),
    # forms with files
    Ask(
        "/post",
        (MULTIPART,),
        "POST",
        _part('name="a"', b"1")
        + _part('name="a"', b"")
        + _part('name="f"; filename="x.png"', b"\xff\r", "Content-Type: image/png")
        + _part('name="f"; filename=""', b"second")
        + _part('name="g"; filename="x.bin"', b"\xff--B\r")
        + END,
    ),
    Ask(
        "/post",
        ('Content-Type: Multipart/Form-Data; Boundary="B"',),
        "POST",
        b"preamble\r\n"
        + _part("name=plain", b"\r\n\r\n")
        + _part("name=\"\u00e9\"; filename*=utf-8''x%20y", b"text")
        + _part('name="q\\"q"', b"\xff")
        + _part(
            'name="m"; filename="m.eml"', b"Subject: x\r\n\r\nhi", "Content-Type: message/rfc822"
        )
        + _part('name="e"', b"aGk=", "Content-Transfer-Encoding: base64")
        + b"--B--\r\nepilogue",
    ),
    Ask(
        "/post", (MULTIPART,), "POST", b'--B\nContent-Disposition: form-data; name="a"\n\nb\n--B--'
    ),
    Ask("/post", (MULTIPART,), "POST", END),
    Ask("/post", (MULTIPART,), "POST", b"no form"),
    Ask("/post", (MULTIPART,), "POST", _part('name="a"', b"broken off")),
    Ask("/post", (MULTIPART,), "POST", _part('name="a"', b"1") + b"--B\r\nno head\r\n" + END),
    Ask("/post", ("Content-Type: multipart/form-data",), "POST", END),
    # methods
    *[Ask("/get", method=method) for method in ("OPTIONS",)],
    Ask("/anything", ("Access-Control-Request-Headers: X-A",), "OPTIONS"),
    Ask("/response-headers", method="OPTIONS"),
    # statuses
    *[
        Ask(f"/status/{code}")
        for code in (200, 201, 204, 205, 206, 226, 299, 300, 301, 302, 303, 304, 305, 306, 307, 308)
    ],
    *[
        Ask(f"/status/{code}")
        for code in (400, 401, 403, 404, 407, 412, 429, 451, 500, 503, 599, 999)
    ],
    Ask("/status/204", method="DELETE"),
    Ask("/status/404", method="HEAD"),
    Ask("/status/200:1,201:0"),
    Ask("/status/503,503:0.5"),
    # redirects
    *[Ask(f"/{kind}/{n}") for kind in ("relative-redirect",) for n in (1, 2, 9)],
    Ask("/redirect-to?url=/get"),
    Ask("/redirect-to?URL=/x&Status_Code=307"),
    Ask("/redirect-to?url=/x&status_code=200"),
    Ask("/redirect-to?url=/a&url=/b", method="PATCH"),
    Ask("/redirect-to?url=http://example.com/%C3%A9%20x?q=%25zz"),
    Ask("/redirect-to?url=http://ex%C3%A4mple.com/%C3%A4"),
    # cookies
    Ask("/cookies", (COOKIES,)),
    Ask("/cookies"),
    Ask("/cookies?show_env=1", (COOKIES,)),
    Ask("/cookies", ('Cookie: a=\u00e9; b=\u00c3\u00a9; c="\\303\\251"',)),
    # authentication
    *[
        Ask(f"/{path}", (authorization,))
        for path in ("basic-auth/u/p%20%C3%A9", "hidden-basic-auth/u/p%20%C3%A9", "bearer")
        for authorization in (
            "X: nothing",
            _basic("u:p \u00e9"),
            _basic("u:p \u00e9").replace("Basic", "bAsIc"),
            _basic("u:x"),
            _basic("u"),
            "Authorization: Basic",
            "Authorization: Basic !!!",
            "Authorization: Basic dQ",
            "Authorization: Basic /w==",
            "Authorization: Digest username=u",
            "Authorization: Bearer t u",
            "Authorization: bearer t",
            "Authorization: Bearer",
        )
    ],
    Ask("/basic-auth/u/p:q", (_basic("u:p:q"),)),
    *[ask for ask in _digest_asks() if "require-cookie" not in ask.target or not ask.fields],
    # bodies
    Ask("/bytes/300?seed=1"),
    Ask("/bytes/9?SEED=-1"),
    Ask("/bytes/0"),
    Ask("/stream-bytes/300?seed=1&chunk_size=7"),
    Ask("/stream-bytes/3?seed=1&chunk_size=-7"),
    Ask("/stream-bytes/0"),
    Ask("/drip?duration=0&numbytes=3"),
    Ask("/drip?duration=0.01&numbytes=3&delay=0.01"),
    Ask("/drip?duration=0&code=404"),
    Ask("/drip?duration=0&code=204"),
    Ask("/drip?duration=0", method="HEAD"),
    Ask("/delay/0"),
    Ask("/delay/0.01?a=1", (JSON,), "POST", b"[1]"),
    Ask("/range/30"),
    Ask("/range/30?chunk_size=7&duration=0.01", ("Range: bytes=3-20",)),
    *[
        Ask("/range/30", (f"Range: {asked}",))
        for asked in (
            *("bytes=0-4", "bytes=5-", "bytes=-5", "bytes=-100", "bytes=0-29", "bytes=29-29"),
            *("bytes=20-40", "bytes=40-", "bytes=5-2", "bytes=-0", "bytes=30-"),
            *("bytes=-", "bytes=a-b", "bytes", "bytes=0-1,3-4", "lines=1-2", "bytes=1=2"),
        )
    ],
    Ask("/range/102400", ("Range: bytes=102390-",)),
    # caching
    Ask("/cache"),
    Ask("/cache", ("If-None-Match: x",)),
    Ask("/cache", ("If-Modified-Since: x",)),
    Ask("/cache/60"),
    Ask("/etag/a%20b"),
    *[
        Ask("/etag/abc", (condition,))
        for condition in (
            *("If-None-Match: abc", 'If-None-Match: "x", W/"abc"', "If-None-Match: *"),
            *("If-None-Match: x", "If-None-Match: ", "If-Match: abc", "If-Match: *", "If-Match: x"),
        )
    ],
    Ask("/etag/abc", ("If-None-Match: x", "If-Match: x")),
    # fields
    Ask("/response-headers"),
    Ask("/response-headers?X-Y=b&X-Y=c&ETag=z&Content-Type=text/plain"),
    Ask("/response-headers?X-Y=" + 60 * "long", method="POST"),
    Ask("/robots.txt"),
]


@pytest.mark.parametrize("ask", SAME, ids=str)
def test_what_is_the_same(both: Any, ask: Ask) -> None:
    theirs, ours = both(ask)
    compressed = ("Content-Length",) if theirs.all("Content-Encoding") else ()
    assert _head(ours, but=compressed) == _head(theirs, but=compressed)
    assert _content(ours) == _content(theirs)


# -- what is the same but for its words -------------------------------------------------------

#: Requests whose answers have texts, documents and pictures of our own.
OWN_WORDS = [
    *[
        Ask(f"/{path}")
        for path in ("", "html", "xml", "json", "deny", "encoding/utf8", "forms/post")
    ],
    *[Ask(f"/image{path}") for path in ("", "/png", "/jpeg", "/webp", "/svg")],
    *[
        Ask("/image", (f"Accept: {accept}",))
        for accept in ("image/webp", "image/svg+xml", "IMAGE/JPEG", "image/*", "text/html", "*/*")
    ],
    Ask("/image", ("Accept: image/png, image/webp;q=0.1",)),
    Ask("/base64/aGk"),
    Ask("/base64/gIA="),
    Ask("/status/406"),
    Ask("/status/abc"),
    Ask("/status/200:a,3"),
    Ask("/nothing"),
    Ask("/nothing", method="OPTIONS"),
    *[Ask(f"/{path}") for path in ("get/", "anything/", "redirect/abc", "redirect/-1", "cache/x")],
    Ask("/get", method="POST"),
    Ask("/post"),
    Ask("/status/200", method="PROPFIND"),
    *[Ask(f"/redirect/{n}") for n in (1, 2)],
    Ask("/redirect/2?absolute=true"),
    Ask("/redirect/2?absolute=yes"),
    *[Ask(f"/absolute-redirect/{n}") for n in (1, 2)],
    Ask("/anything//a///b?c=d//e"),
    Ask("/cookies/set?a=1&b=2&a=3"),
    Ask("/cookies/set/x/y"),
    Ask("/cookies/set/x/y%20z%22%5C%3B%2C%C3%A9%7F"),
    Ask("/cookies/set/%C3%A9/1"),
    Ask("/cookies/delete?a=&b"),
    Ask("/cookies/set"),
    *[Ask(f"/links/{path}") for path in ("3", "3/1", "0/0", "500/1")],
    *[Ask(f"/range/{length}") for length in (0, 102401)],
    Ask("/drip?numbytes=0"),
    *[
        Ask(ask.target, ask.fields)
        for ask in _digest_asks()
        if "require-cookie" in ask.target and ask.fields
    ],
    Ask(
        "/digest-auth/auth/u/p?require-cookie=t",
        (_digest("/digest-auth/auth/u/p", "u", "p"), "Cookie: a=b"),
    ),
]


@pytest.mark.parametrize("ask", OWN_WORDS, ids=str)
def test_what_is_the_same_but_for_its_words(both: Any, ask: Ask) -> None:
    theirs, ours = both(ask)
    assert _head(ours, but=("Content-Length",)) == _head(theirs, but=("Content-Length",))
    assert bool(ours.body) == bool(theirs.body)
    if ours.all("Content-Type") == ["application/json"]:
        assert _shape(json.loads(ours.body)) == _shape(json.loads(theirs.body))


def _shape(value: Any) -> Any:
    """Return a value of JSON without its texts."""
    match value:
        case dict():
            return {name: _shape(inner) for name, inner in value.items()}
        case list():
            return [_shape(inner) for inner in value]
    return type(value)


# -- what differs -----------------------------------------------------------------------------


class Difference(NamedTuple):
    """Requests that httpbin answers in one way and our mock in another."""

    reason: str
    look: Callable[[Any], object]
    theirs: object
    ours: object
    asks: list[Ask]


def _status(answer: Any) -> object:
    return answer.status


def _field(name: str) -> Callable[[Any], object]:
    return lambda answer: answer.all(name)


def _json(*path: str) -> Callable[[Any], object]:
    def look(answer: Any) -> object:
        value = json.loads(answer.body)
        for name in path:
            value = value[name]
        return value

    return look


def _login(**parameters: str) -> tuple[str]:
    listed = ", ".join(f'{name}="{value}"' for name, value in parameters.items())
    return (f"Authorization: Digest {listed}",)


DIGEST = "/digest-auth/auth/u/p"

DIFFERENCES = [
    Difference(
        "What makes the original fail makes no sense: the client is told what, with 400.",
        _status,
        500,
        400,
        [
            *[Ask(f"/{path}redirect/0") for path in ("", "relative-", "absolute-")],
            Ask("/redirect-to?url=/x&status_code=abc"),
            *[Ask(f"/{path}") for path in ("bytes/5?seed=x", "stream-bytes/5?chunk_size=x")],
            *[Ask(f"/drip?{query}") for query in ("numbytes=x", "duration=x", "code=x")],
            *[Ask(f"/delay/{delay}") for delay in ("x", "-1", "nan")],
            Ask("/range/5?duration=x"),
            *[Ask(f"/status/{codes}") for codes in ("200:1:2,3", "200:0,201:0")],
            Ask("/response-headers?a=%0D%0Ab"),
            *[Ask(f"/cookies/{path}") for path in ("set/a%0A/b", "set?%0D=b", "delete?%0D")],
            Ask(DIGEST, _login(username="u")),
            Ask(DIGEST, _login(username="u", nonce="n", qop="auth", response="x")),
            Ask(DIGEST, _login(username="u", nonce="n", qop="other", response="x")),
        ],
    ),
    Difference(
        "What can be no status of an answer that ends a request is no use to a client.",
        lambda answer: answer.status == 400,
        False,
        True,
        [Ask(f"/status/{code}") for code in (0, 99, 100, 101, 1000, -1)],
    ),
    Difference(
        "A redirect needs a place to go to.",
        _status,
        302,
        400,
        [Ask("/redirect-to"), Ask("/redirect-to", (FORM,), "POST", b"url=/get")],
    ),
    Difference(
        "Line ends in a URL are encoded like all else that a URL may not have.",
        _status,
        500,
        302,
        [Ask("/redirect-to?url=a%0D%0Ab")],
    ),
    Difference("No time is negative.", _status, 200, 400, [Ask("/drip?duration=0&delay=-1")]),
    Difference("One status may have a weight, too.", _status, 400, 200, [Ask("/status/200:3")]),
    Difference(
        "Clients send bodies in chunks; the mock's server reads them.",
        _status,
        501,
        200,
        [Ask("/post", ("Transfer-Encoding: chunked",), "POST", b"1\r\nx\r\n0\r\n\r\n")],
    ),
    Difference(
        "A form of which a part has no name is no form (RFC 7578 §4.2): nothing of it is shown.",
        _status,
        500,
        200,
        [Ask("/post", (MULTIPART,), "POST", _part("name=a", b"1") + _part("other=1", b"x") + END)],
    ),
    Difference(
        "A URL that is shown is one that can be asked for again.",
        _json("url"),
        "http://example.com/anything/%",
        "http://example.com/anything/%25",
        [Ask("/anything/%25")],
    ),
    Difference(
        "So also where it is no UTF-8.",
        _json("url"),
        "http://example.com/anything/\ufffd",
        "http://example.com/anything/%FF",
        [Ask("/anything/%FF")],
    ),
    Difference(
        "Hexadecimal digits are written in capitals (RFC 3986 §2.1).",
        _json("url"),
        "http://example.com/get?a=%2b",
        "http://example.com/get?a=%2B",
        [Ask("/get?a=%2b")],
    ),
    Difference(
        "What is no UTF-8 reads as it does in `Request.query`.",
        _json("args", "a"),
        "%FF",
        "\ufffd",
        [Ask("/get?a=%FF")],
    ),
    Difference(
        "A client that names no host gets the path, not a guess.",
        lambda answer: "//" in json.loads(answer.body)["url"],
        True,
        False,
        [Ask("/get", version="1.0")],
    ),
    Difference(
        "An odd cookie is shown as it came.",
        _json("cookies"),
        {"b": "2"},
        {"a": '"', "b": "2"},
        [Ask("/cookies", ('Cookie: b=2; a="',))],
    ),
    Difference(
        "What the client signs is the target with its query, as it was sent (RFC 7616 §3.4.3).",
        _status,
        500,
        200,
        [Ask(f"{DIGEST}?a=b", (_digest(f"{DIGEST}?a=b", "u", "p"),))],
    ),
    Difference(
        "So also where it is percent-encoded.",
        _status,
        401,
        200,
        [Ask(f"{DIGEST}%20q", (_digest(f"{DIGEST}%20q", "u", "p q"),))],
    ),
    Difference(
        "A wrong user name is wrong.",
        _status,
        200,
        401,
        [Ask(DIGEST, (_digest(DIGEST, "other", "p"),))],
    ),
    Difference(
        "Of several ranges none is served, which RFC 9110 §14.2 allows; not one that nobody named.",
        _field("Content-Range"),
        ["bytes 5-29/30"],
        ["bytes 0-29/30"],
        [Ask("/range/30", ("Range: bytes=5-6,8-9",))],
    ),
    Difference(
        "An answer has one length, or the client can't tell where it ends.",
        lambda answer: len(answer.all("Content-Length")),
        2,
        1,
        [Ask("/response-headers?Content-Length=3")],
    ),
    Difference(
        "Whoever asks for a field gets it.",
        _field("Access-Control-Allow-Origin"),
        ["*"],
        ["http://a.example"],
        [Ask("/response-headers?Access-Control-Allow-Origin=http://a.example")],
    ),
    Difference(
        "Content has a type (RFC 9110 §8.3).",
        _field("Content-Type"),
        [],
        ["text/plain; charset=utf-8"],
        [Ask("/status/402"), Ask("/status/418")],
    ),
    Difference(
        "Slashes are merged before it is known what is there.",
        _status,
        404,
        308,
        [Ask("/nothing//there")],
    ),
    Difference("An icon is no endpoint.", _status, 200, 404, [Ask("/static/favicon.ico")]),
]


@pytest.mark.parametrize(
    ("ask", "difference"),
    [
        pytest.param(ask, difference, id=str(ask))
        for difference in DIFFERENCES
        for ask in difference.asks
    ],
)
def test_what_differs(both: Any, ask: Ask, difference: Difference) -> None:
    theirs, ours = both(ask)
    assert difference.look(theirs) == difference.theirs
    assert difference.look(ours) == difference.ours, difference.reason
