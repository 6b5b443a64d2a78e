import gzip

import pytest

from netmocks.http.httpbin import compression


def test_without_a_library_for_brotli_the_answer_says_what_to_install(client, monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(compression, "import_module", missing)
    answer = client.get("/brotli")
    assert answer.status == 501
    assert answer.text == "/brotli needs a library that is not installed: brotli or brotlicffi\n"


def test_any_library_for_brotli_will_do(client, monkeypatch):
    def only_the_second(name):
        if name == "brotli":
            raise ImportError(name)
        return type("library", (), {"compress": staticmethod(lambda data: b"<" + data + b">")})

    monkeypatch.setattr(compression, "import_module", only_the_second)
    answer = client.get("/brotli")
    assert answer.all("Content-Encoding") == ["br"]
    assert answer.body.startswith(b"<{")


def test_brotli_is_brotli(client):
    library = pytest.importorskip("brotlicffi", reason="no library for Brotli is installed")
    assert b'"brotli": true' in library.decompress(client.get("/brotli").body)


def test_the_same_request_gives_the_same_octets(client):
    first, second = (client.get("/gzip") for _ in range(2))
    assert first.body == second.body
    assert b'"gzipped": true' in gzip.decompress(first.body)
