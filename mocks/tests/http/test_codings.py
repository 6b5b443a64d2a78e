import asyncio
import gzip
import importlib
import threading
import zlib

import brotlicffi
import pytest
import zstandard

from netmocks.errors import MisuseError
from netmocks.http import Response, codings

TEXT = "to compress " * 20

DECODERS = {
    "gzip": lambda: zlib.decompressobj(31),
    "deflate": lambda: zlib.decompressobj(15),
    "br": brotlicffi.Decompressor,
    "zstd": lambda: zstandard.ZstdDecompressor().decompressobj(),
}


@pytest.fixture
def only(monkeypatch):
    """Let only these modules be installed, by their names."""

    def install(**modules):
        def find(name):
            if name not in modules:
                raise ImportError(name)
            return modules[name]

        monkeypatch.setattr(codings, "import_module", find)
        codings._maker.cache_clear()

    yield install
    codings._maker.cache_clear()


# -- what a client likes best -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "coding"),
    [
        ("", ""),
        ("gzip", "gzip"),
        ("GZip", "gzip"),
        ("x-gzip", "gzip"),
        ("deflate", "deflate"),
        ("br", "br"),
        ("zstd", "zstd"),
        ("zstd, br, deflate, gzip", "gzip"),
        ("gzip;q=0.5, deflate;q=0.8", "deflate"),
        ("gzip ; q=0.5 , br ; Q = 1.000", "br"),
        ("gzip;q=0", ""),
        ("gzip;q=0.000, *", "deflate"),
        ("*", "gzip"),
        ("*;q=0", ""),
        ("identity", ""),
        ("identity, gzip;q=0.5", ""),
        ("identity;q=0.5, gzip;q=0.5", "gzip"),
        ("identity;q=0, *;q=0", ""),
        ("compress, bzip3", ""),
        # bad weights, and what is no list at all
        ("gzip;q=2, deflate", "deflate"),
        ("gzip;q=-1", ""),
        ("gzip;q=, deflate;q=0.5;x=1, br;q=0.1", "br"),
        ("gzip;q=0.1234", ""),
        ("gzip;q=nan", ""),
        ("gzip deflate", ""),
        (";;,,=,q=1", ""),
        (", ,gzip,,", "gzip"),
    ],
)
def test_the_coding_is_the_one_that_the_client_likes_best(field, coding):
    assert codings.accepted(field) == coding


def test_a_coding_without_a_library_is_not_used(only):
    only(zlib=zlib)
    assert codings.accepted("br, zstd, gzip;q=0.1") == "gzip"
    with pytest.raises(MisuseError, match=r"not installed: brotli or brotlicffi$"):
        Response("x", compress="br")


# -- compressing ------------------------------------------------------------------------------


@pytest.mark.parametrize("coding", DECODERS)
def test_each_piece_of_a_stream_can_be_read_at_once(coding):
    decoder = DECODERS[coding]()

    async def source():
        for piece in (b"one", b"", b"two" * 20):
            yield piece

    async def read():
        return [decoder.decompress(piece) async for piece in codings.coded_pieces(source(), coding)]

    assert asyncio.run(read()) == [b"one", b"two" * 20, b""]
    assert not getattr(decoder, "unconsumed_tail", b"")


@pytest.mark.parametrize("coding", DECODERS)
def test_a_whole_content_comes_back(coding):
    assert DECODERS[coding]().decompress(codings.coded(b"one", coding)) == b"one"


class PythonsOwnZstd:
    """What Python 3.14 has, in terms of `zstandard`."""

    class ZstdCompressor:
        FLUSH_BLOCK = 1

        def __init__(self):
            self._coder = zstandard.ZstdCompressor().compressobj()
            self.compress = self._coder.compress

        def flush(self, mode=zstandard.COMPRESSOBJ_FLUSH_FINISH):
            return self._coder.flush(mode)


def test_zstd_may_be_pythons_own(only):
    only(**{"compression.zstd": PythonsOwnZstd})
    test_each_piece_of_a_stream_can_be_read_at_once("zstd")


def test_zstd_of_this_python_is_the_same():
    library = pytest.importorskip(
        "compression.zstd", reason="Python has a library for Zstandard from 3.14 on"
    )
    coder = codings.Zstd(library)
    assert library.decompress(coder.code(b"a") + coder.flush() + coder.end()) == b"a"


# -- answers ----------------------------------------------------------------------------------


def test_an_answer_is_compressed_for_those_who_ask(web, client):
    web.on("GET", "/").reply(TEXT, compress=True)
    for field, decode in (("gzip", gzip.decompress), ("deflate", zlib.decompress)):
        answer = client.get("/", f"Accept-Encoding: {field}")
        assert decode(answer.body).decode() == TEXT
        assert answer.fields == [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Vary", "Accept-Encoding"),
            ("Content-Encoding", field),
            ("Content-Length", str(len(answer.body))),
        ]
    answer = client.get("/")
    assert answer.text == TEXT
    assert answer.all("Vary") == ["Accept-Encoding"]
    assert answer.all("Content-Encoding") == []


def test_a_forced_coding_depends_on_nobody(web, client):
    web.on("GET", "/").reply(TEXT, compress="gzip")
    answer = client.get("/", "Accept-Encoding: identity")
    assert gzip.decompress(answer.body).decode() == TEXT
    assert answer.all("Vary") == []


def test_head_has_the_fields_of_get(web, client):
    web.on("*", "/").reply(TEXT, compress="gzip")
    assert client.ask("HEAD", "/").fields == client.get("/").fields


def test_content_that_is_none_is_not_compressed(web, client):
    web.on("GET", "/a").reply(compress="gzip")
    web.on("GET", "/b").reply(compress=True, status=304)
    assert client.get("/a").fields == [("Content-Length", "0")]
    assert client.get("/b", "Accept-Encoding: gzip").fields == []


def test_a_handlers_answer_is_compressed_too(web, client):
    web.on("GET", "/").reply(lambda _: Response(TEXT, compress=True))
    assert gzip.decompress(client.get("/", "Accept-Encoding: gzip").body).decode() == TEXT


def test_a_stream_is_compressed_such_that_its_pieces_are_seen_at_once(web, client):
    gate, decoder = threading.Event(), DECODERS["gzip"]()

    def pieces():
        yield b"one"
        assert gate.wait(5)
        yield b"two"

    web.on("GET", "/").reply(stream=pieces(), compress=True)
    client.send(b"GET / HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n")
    sent = web.journal.wait_for(lambda entry: entry.kind == "sent" and b"\x1f\x8b" in entry.data)
    size, _, piece = sent.data.partition(b"\r\n")
    assert decoder.decompress(piece[: int(size, 16)]) == b"one"
    gate.set()
    answer = client.answer()
    assert answer.all("Content-Encoding") == ["gzip"]
    assert gzip.decompress(answer.body) == b"onetwo"


def test_a_stream_that_was_used_up_is_used_up_in_each_coding(web, client):
    web.on("GET", "/").reply(stream=iter([b"one"]), compress=True)
    assert gzip.decompress(client.get("/", "Accept-Encoding: gzip").body) == b"one"
    for field in ("gzip", "deflate", "identity"):
        answer = client.get("/", f"Accept-Encoding: {field}")
        assert (answer.status, "used up" in answer.text) == (500, True)
    web.findings.clear()


@pytest.mark.parametrize(
    ("options", "remedy"),
    [
        ({"compress": "snappy"}, "one of 'gzip', 'deflate', 'br', 'zstd'"),
        ({"compress": 5}, "one of 'gzip'"),
        ({"compress": True, "headers": {"Content-Encoding": "gzip"}}, "exclude each other"),
        ({"compress": True, "headers": {"content-length": "5"}}, "exclude each other"),
    ],
)
def test_what_cannot_be_compressed_is_refused_at_once(options, remedy):
    with pytest.raises(MisuseError, match=remedy):
        Response("x", **options)


def test_the_libraries_that_are_named_are_those_that_are_imported():
    for coding in codings.CODERS:
        found = [name for name in codings.libraries(coding) if _is_there(name)]
        assert bool(found) is codings.can(coding)


def _is_there(name):
    try:
        importlib.import_module(name)
    except ImportError:
        return False
    return True
