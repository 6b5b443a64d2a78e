"""A12: three pages fetched at once."""

import threading

import pytest

from netmocks.tcp import Script

HOSTS = ["www.sina.com.cn", "www.sohu.com", "www.163.com"]

#: A body that looks like a head.
BODY = "X-In-Body: no header\r\n\r\nnor this"

#: Seconds after which a missing request fails the test.
PATIENCE = 5.0


@pytest.fixture
def pages(internet):
    """The rule of each host's home page."""
    return {host: internet.http(host).on("GET", "/") for host in HOSTS}


@pytest.mark.example("A12")
def test_every_header_line_is_printed_once_for_each_host(program, pages):
    for host, page in pages.items():
        page.reply(BODY, headers={"X-Served-By": host})

    console = program("async_wget.py").run()

    assert sorted(console.lines) == sorted(
        f"{host} header > {line}"
        for host in HOSTS
        for line in (
            "HTTP/1.1 200 OK",
            f"X-Served-By: {host}",
            "Content-Type: text/plain; charset=utf-8",
            f"Content-Length: {len(BODY)}",
            "Connection: close",
        )
    )


@pytest.mark.example("A12")
def test_each_host_is_asked_in_http_1_0_by_its_name(program, pages):
    program("async_wget.py").run()

    for host, page in pages.items():
        [request] = page.calls
        assert (request.version, request.target) == ("1.0", "/")
        assert request.headers.raw == (("Host", host),)


@pytest.mark.example("A12")
def test_the_three_connections_are_open_at_once(program, pages):
    everybody_is_here = threading.Barrier(len(HOSTS))

    def answer(request):
        everybody_is_here.wait(PATIENCE)
        return "all three have asked"

    for page in pages.values():
        page.reply(answer)

    console = program("async_wget.py").run()

    for host in HOSTS:
        assert f"{host} header > HTTP/1.1 200 OK" in console


@pytest.mark.example("A12")
def test_a_body_that_never_ends_is_left_behind(program, pages):
    def endless():
        while True:
            yield b"more and more\r\n"

    pages["www.sohu.com"].reply(stream=endless())

    console = program("async_wget.py").run()

    assert "www.sohu.com header > HTTP/1.1 200 OK" in console
    assert "more and more" not in console.text


@pytest.mark.example("A12")
def test_a_head_that_breaks_off_is_printed_as_far_as_it_came(program, internet):
    for host in HOSTS:
        asked = f"GET / HTTP/1.0\r\nHost: {host}\r\n\r\n".encode()
        cut = Script().expect(asked).send(b"HTTP/1.0 200 OK\r\nX-Cut: o").close()
        internet.tcp(host, 80, cut)

    console = program("async_wget.py").run()

    assert sorted(console.lines) == sorted(
        f"{host} header > {line}" for host in HOSTS for line in ("HTTP/1.0 200 OK", "X-Cut: o")
    )


@pytest.mark.example("A12")
def test_a_host_that_refuses_ends_the_program(program, internet):
    internet.refused("www.sohu.com")
    for host in ("www.sina.com.cn", "www.163.com"):
        internet.http(host).on("GET", "/", required=False)

    with pytest.raises(ConnectionRefusedError):
        program("async_wget.py").run()


@pytest.mark.example("A12")
def test_as_a_program_in_the_seal(sealed_processes, sealed_net):
    for host in HOSTS:
        sealed_net.http(host).on("GET", "/").reply(BODY, headers={"X-Served-By": host})

    lines = sealed_processes.run("async_wget.py").output.splitlines()

    for host in HOSTS:
        assert f"{host} header > X-Served-By: {host}" in lines
    assert len(lines) == 5 * len(HOSTS)
