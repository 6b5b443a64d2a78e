"""The seal: what only namespaces can do."""

import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from netharness import Internet
from netharness.sealed.seal import SealRefused
from netmocks.dns import NXDOMAIN, REFUSED, SERVFAIL
from netmocks.errors import MisuseError
from netmocks.tcp import echo, greet

PYTHON = sys.executable


@pytest.fixture
def net(no_seal) -> Iterator[Internet]:
    """A sealed internet."""
    if no_seal:
        pytest.skip(f"no seal: {no_seal}")
    with Internet(sealed="required") as internet:
        yield internet


@pytest.fixture
def tool():
    """Skip where a program is not installed: `tool("curl")`."""

    def need(name: str) -> str:
        if shutil.which(name) is None:
            pytest.skip(f"{name} is not installed")
        return name

    return need


def take(net: Internet) -> list[str]:
    texts = [finding.text for finding in net.findings.all]
    net.findings.clear()
    return texts


# -- names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", ["server first", "seal first"])
def test_a_name_server_of_the_internet_is_the_resolver_in_there(net, tool, order):
    if order == "seal first":
        net.seal()
    names = net.dns("10.0.0.53")
    names.zone("example.com", "www A 192.0.2.1\nwww AAAA 2001:db8::1\n@ MX 10 mail")
    names.on("TXT", "big.example.net").reply(*(f"{number:0>200}" for number in range(20)))
    net.tcp("echo.example.org", 7)

    def dig(*question: str) -> list[str]:
        done = net.run([tool("dig"), "+short", "+tries=1", *question])
        assert done.errors == ""
        return done.output.splitlines()

    assert dig("www.example.com", "A") == ["192.0.2.1"]
    assert dig("example.com", "MX") == ["10 mail.example.com."]
    assert dig("echo.example.org", "A") == ["198.18.0.1"]
    assert len(dig("big.example.net", "TXT")) == 20  # by TCP
    assert len(dig("@10.0.0.53", "+tcp", "big.example.net", "TXT")) == 20
    code = "import socket; print({e[4][0] for e in socket.getaddrinfo('www.example.com', 1)})"
    assert eval(net.run([PYTHON, "-c", code]).output) == {"192.0.2.1", "2001:db8::1"}


@pytest.mark.parametrize(
    ("fault", "error"), [(NXDOMAIN, "EAI_NONAME"), (SERVFAIL, "EAI_AGAIN"), (REFUSED, "EAI_AGAIN")]
)
def test_a_fault_is_the_same_error_in_there_as_in_this_process(net, fault, error):
    net.dns("10.0.0.53").on("*", "x.example.net").reply(fault)
    code = """
import socket
try:
    print(socket.getaddrinfo("x.example.net", 80))
except socket.gaierror as error:
    print(error.errno)
"""
    number = getattr(socket, error)
    assert net.run([PYTHON, "-c", code]).output == f"{number}\n"
    with pytest.raises(socket.gaierror) as caught:
        socket.getaddrinfo("x.example.net", 80)
    assert caught.value.errno == number


def test_a_name_that_nobody_has_is_a_finding_that_names_the_name_server(net, tool):
    net.dns("10.0.0.53")
    net.run([tool("dig"), "+short", "+tries=1", "nobody.example.com"])
    [finding] = take(net)
    assert "nobody has the name 'nobody.example.com', looked up at the name server" in finding


# -- any program ----------------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["http://api.example.com/", "https://api.example.com/"])
def test_curl_reaches_a_mock_by_name(net, tool, url):
    api = net.http("api.example.com")
    api.on("GET", "/").reply("hello")

    done = net.run([tool("curl"), "-sS", url])

    assert (done.exit_code, done.output, done.errors) == (0, "hello", "")


def test_curl_reaches_a_mock_by_its_addresses(net, tool):
    for host in ("8.8.8.8", "2001:db8::7"):
        net.http(host, 8080).on("GET", "/").reply(host)
    assert net.run([tool("curl"), "-sS", "http://8.8.8.8:8080/"]).output == "8.8.8.8"
    assert net.run(["curl", "-gsS", "http://[2001:db8::7]:8080/"]).output == "2001:db8::7"


def test_node_verifies_a_mock(net, tool):
    net.http("api.example.com").on("GET", "/").reply("hello")
    code = "fetch('https://api.example.com/').then(r => r.text()).then(t => console.log(t))"

    assert net.run([tool("node"), "-e", code]).output == "hello\n"


def test_openssl_finds_the_bundle_that_the_system_has(net, tool):
    net.http("api.example.com").on("GET", "/").reply("hello")
    without = dict.fromkeys([*os.environ, "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
    env = without | {"PATH": os.environ["PATH"]}

    assert net.run([tool("curl"), "-sS", "https://api.example.com/"], env=env).output == "hello"


STATIC = r"""
#include <arpa/inet.h>
#include <stdio.h>
#include <unistd.h>

int main(void) {
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons(13)};
    char said[100] = "";
    int server = socket(AF_INET, SOCK_STREAM, 0);
    inet_pton(AF_INET, "10.1.2.3", &place.sin_addr);
    if (connect(server, (struct sockaddr *)&place, sizeof place) || read(server, said, 99) < 0)
        return 1;
    return puts(said) < 0;
}
"""


def test_a_static_binary_is_inside(net, tool, tmp_path):
    source, binary = tmp_path / "client.c", tmp_path / "client"
    source.write_text(STATIC)
    made = subprocess.run([tool("gcc"), "-static", "-o", binary, source], capture_output=True)
    if made.returncode:
        pytest.skip(f"gcc makes no static binary: {made.stderr.decode()}")
    net.tcp("10.1.2.3", 13, greet(b"noon"))

    assert net.run([binary]).output == "noon\n"


def test_a_python_that_ignores_its_environment_is_inside(net):
    net.tcp("time.example.com", 13, greet(b"noon"))
    code = "import socket; print(socket.create_connection(('time.example.com', 13)).recv(9))"

    assert net.run([PYTHON, "-I", "-S", "-c", code]).output == "b'noon'\n"


def test_the_accepted_connection_has_the_address_that_was_asked_for(net, tool):
    seen = []
    net.tcp("10.1.2.3", 80, lambda sock: seen.append(sock.getsockname()) or sock.sendall(b"x"))
    api = net.http("api.example.com", 8000)
    api.on("GET", "/").reply("x")

    net.run([tool("curl"), "-sS", "http://api.example.com:8000/"])

    [opened] = [entry.value for entry in api.journal if entry.kind == "opened"]
    assert opened[0] == socket.gethostbyname("api.example.com")


# -- what is not there ----------------------------------------------------------------------------


def test_a_name_that_nobody_has_is_reported_with_who_asked(net, tool):
    assert net.run([tool("curl"), "-sS", "http://api.exampel.com/"]).exit_code == 6
    [text] = take(net)
    assert "nobody has the name 'api.exampel.com', looked up at curl, in the seal" in text


def test_a_refused_connection_is_reported_with_who_tried(net, tool):
    net.http("api.example.com", 80).on("GET", "/", required=False)
    assert net.run([tool("curl"), "-sS", "http://api.example.com:81/"]).exit_code == 7
    [text] = take(net)
    assert "nobody serves api.example.com:81/tcp (198.18.0.1), tried at curl, in the seal" in text


def test_a_refused_datagram_is_reported(net):
    code = """
import socket
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
    client.connect(("10.9.8.7", 53))
    client.send(b"hello")
    client.settimeout(5)
    try:
        client.recv(1)
    except ConnectionRefusedError:
        print("refused")
"""
    assert net.run([PYTHON, "-c", code]).output == "refused\n"
    [text] = take(net)
    assert "nobody serves 10.9.8.7:53/udp" in text


def test_a_reset_connection_is_no_refusal(net):
    def reset(sock: socket.socket) -> None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    net.tcp("rude.example.com", 80, reset)
    code = """
import socket
try:
    socket.create_connection(("rude.example.com", 80)).recv(1)
except ConnectionResetError:
    pass
"""
    assert net.run([PYTHON, "-c", code]).exit_code == 0
    assert net.findings.all == ()


def test_what_is_meant_to_be_missing_is_not_reported(net, tool):
    net.nxdomain("gone.example.com")
    net.refused("shut.example.com")
    assert net.run([tool("curl"), "-sS", "http://gone.example.com/"]).exit_code == 6
    assert net.run(["curl", "-sS", "http://shut.example.com/"]).exit_code == 7
    assert net.findings.all == ()


def test_the_machines_own_loopback_is_not_there(net):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        code = f"import socket; socket.create_connection(('127.0.0.1', {port}))"
        assert "ConnectionRefusedError" in net.run([PYTHON, "-c", code]).errors


# -- servers --------------------------------------------------------------------------------------


@pytest.mark.parametrize("port", [25, 80, 443])
def test_a_server_may_stand_on_a_low_port(net, port):
    code = f"import socket; s = socket.create_server(('', {port})); s.accept()[0].sendall(b'hi')"
    server = net.start([PYTHON, "-c", code])
    server.wait_until_listening(port)
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        assert client.recv(10) == b"hi"
    assert server.wait().exit_code == 0


def test_a_server_in_a_thread_of_a_program_is_noticed(net):
    code = """
import socket, threading
def serve():
    with socket.create_server(("10.1.1.1", 80)) as server:
        server.accept()[0].sendall(b"hi")
thread = threading.Thread(target=serve)
thread.start()
"""
    net.start([PYTHON, "-c", code]).wait_until_listening(80)
    with socket.create_connection(("10.1.1.1", 80), timeout=5) as client:
        assert client.recv(10) == b"hi"


def test_node_serves_the_test(net, tool):
    code = "require('net').createServer(s => s.end('hi')).listen(3000, '10.1.1.1')"
    net.start([tool("node"), "-e", code]).wait_until_listening(3000)
    with socket.create_connection(("10.1.1.1", 3000), timeout=5) as client:
        assert client.recv(10) == b"hi"


def test_a_server_over_ipv6_is_found(net):
    code = """
import socket
server = socket.create_server(("2001:db8::5", 3000), family=socket.AF_INET6)
server.accept()[0].sendall(b"hi")
"""
    net.start([PYTHON, "-c", code]).wait_until_listening(3000)
    with socket.create_connection(("2001:db8::5", 3000), timeout=5) as client:
        assert client.recv(10) == b"hi"


def test_what_the_kernel_refuses_a_server_gets_as_its_error(net):
    code = """
import errno, socket
first = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
first.bind(("10.1.1.1", 53))
second = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
try:
    second.bind(("10.1.1.1", 53))
except OSError as error:
    print(error.errno == errno.EADDRINUSE)
unix = socket.socket(socket.AF_UNIX)
unix.bind("\\0abstract")
unix.listen()
socketpair = socket.socketpair()
print("and goes on")
"""
    done = net.run([PYTHON, "-c", code])
    assert (done.output, done.errors) == ("True\nand goes on\n", "")


def test_an_asyncio_client_of_the_test_reaches_a_sealed_server(net):
    import asyncio

    code = "import socket; s = socket.create_server(('10.1.1.1', 80)); s.accept()[0].sendall(b'hi')"
    net.start([PYTHON, "-c", code]).wait_until_listening(80)

    async def visit() -> bytes:
        reader, writer = await asyncio.open_connection("10.1.1.1", 80)
        data = await reader.read()
        writer.close()
        return data

    assert asyncio.run(visit()) == b"hi"


def test_a_client_keeps_its_timeout_on_its_way_in(net):
    code = "import socket; s = socket.create_server(('10.1.1.1', 80)); s.accept()[0].recv(9)"
    net.start([PYTHON, "-c", code]).wait_until_listening(80)
    with socket.socket() as client:
        client.settimeout(0.01)
        client.connect(("10.1.1.1", 80))
        with pytest.raises(TimeoutError):
            client.recv(1)


@pytest.mark.parametrize("timeout", [None, 0, 5])
def test_a_client_blocks_on_its_way_in_as_it_did(net, timeout):
    code = "import socket; s = socket.create_server(('10.1.1.1', 80)); s.accept()[0].recv(9)"
    net.start([PYTHON, "-c", code]).wait_until_listening(80)
    with socket.socket() as client:
        client.settimeout(timeout)
        client.connect_ex(("10.1.1.1", 80))
        assert os.get_blocking(client.fileno()) is (timeout is None)
        assert not os.get_inheritable(client.fileno())


def test_a_place_of_a_sealed_server_can_not_be_a_mocks(net):
    code = "import socket; s = socket.create_server(('10.1.1.1', 80)); s.accept()"
    net.start([PYTHON, "-c", code]).wait_until_listening(80)
    with pytest.raises(MisuseError, match=r"10.1.1.1:80/tcp can't be served in the seal"):
        net.tcp("10.1.1.1", 80)


def test_a_place_of_a_mock_can_not_be_a_sealed_servers(net):
    net.tcp("10.1.1.1", 80, echo)
    code = "import socket; s = socket.create_server(('10.1.1.1', 80))"
    assert "Address already in use" in net.run([PYTHON, "-c", code]).errors


# -- what is sealed -------------------------------------------------------------------------------


def test_the_seal_shows_in_nothing_outside(net):
    net.run(["true"])
    before = Path("/etc/resolv.conf").read_text()
    inside = net.run(["cat", "/etc/resolv.conf"]).output
    assert inside == "nameserver 198.19.255.254\n"
    assert Path("/etc/resolv.conf").read_text() == before


def test_programs_keep_their_user(net):
    assert net.run(["id", "-u"]).output == f"{os.getuid()}\n"


def test_two_seals_do_not_meet(net, no_seal):
    with Internet(sealed="required") as other:
        for internet, word in ((net, b"one"), (other, b"two")):
            internet.tcp("10.1.1.1", 80, greet(word))
        code = "import socket; print(socket.create_connection(('10.1.1.1', 80)).recv(9))"
        assert net.run([PYTHON, "-c", code]).output == "b'one'\n"
        assert other.run([PYTHON, "-c", code]).output == "b'two'\n"


def test_programs_may_be_started_by_several_threads_at_once(net):
    net.tcp("10.1.1.1", 80, echo)
    outputs = []
    threads = [
        threading.Thread(target=lambda n=n: outputs.append(net.run(["echo", str(n)]).output))
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outputs) == [f"{n}\n" for n in range(8)]


# -- no seal --------------------------------------------------------------------------------------


def test_an_internet_that_does_without_makes_no_seal():
    with Internet(sealed="off") as net, pytest.raises(SealRefused, match="told to do without"):
        net.seal()


def test_a_seal_can_not_be_made_when_programs_run_without():
    with Internet(sealed="off", tolerate=["outside"]) as net:
        net.run(["true"])
        net._programs.mode = "required"
        with pytest.raises(MisuseError, match="programs run without one already"):
            net.seal()


def test_an_unknown_mode_is_refused():
    with pytest.raises(MisuseError, match="sealed='perhaps'"):
        Internet(sealed="perhaps")


# -- servers in the test process ------------------------------------------------------------------

CLIENT = """
import socket
with socket.create_connection(("10.1.1.1", 80), timeout=5) as client:
    print(client.getpeername())
    client.sendall(b"hello")
    client.shutdown(socket.SHUT_WR)
    print(client.recv(100))
"""


def serve_in_thread(address) -> threading.Thread:
    """Serve one client, in capitals, once it has said all."""
    server = socket.create_server(address)
    server.settimeout(5)

    def serve() -> None:
        with server, server.accept()[0] as client:
            said = b"".join(iter(lambda: client.recv(100), b""))
            client.sendall(said.upper())

    thread = threading.Thread(target=serve)
    thread.start()
    return thread


@pytest.mark.parametrize("first", ["the server", "the seal"])
def test_a_server_in_the_test_process_is_reached_from_the_seal(net, first):
    if first == "the seal":
        net.run(["true"])
    thread = serve_in_thread(("10.1.1.1", 80))
    assert net.run([PYTHON, "-c", CLIENT]).output == "('10.1.1.1', 80)\nb'HELLO'\n"
    thread.join()


def test_a_claimed_loopback_server_in_the_test_process_is_reached_too(net):
    net.host("127.0.0.1", 9999)
    thread = serve_in_thread(("127.0.0.1", 9999))
    code = CLIENT.replace("10.1.1.1", "127.0.0.1").replace("80", "9999")
    assert net.run([PYTHON, "-c", code]).output == "('127.0.0.1', 9999)\nb'HELLO'\n"
    thread.join()


def test_a_server_of_datagrams_in_the_test_process_is_reached_from_the_seal(net):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.settimeout(5)
        server.bind(("10.1.1.1", 53))
        code = """
import socket
clients = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
for number, client in enumerate(clients):
    client.settimeout(5)
    client.sendto(b"from %d" % number, ("10.1.1.1", 53))
for client in clients:
    print(client.recvfrom(100))
"""
        program = net.start([PYTHON, "-c", code])
        heard = dict(server.recvfrom(100) for _ in range(2))
        assert sorted(heard) == [b"from 0", b"from 1"]
        for said, peer in heard.items():
            server.sendto(said.upper(), peer)
        assert program.wait().output == (
            "(b'FROM 0', ('10.1.1.1', 53))\n(b'FROM 1', ('10.1.1.1', 53))\n"
        )


def test_a_server_in_the_test_process_that_has_gone_serves_no_client(net):
    with socket.create_server(("10.1.1.1", 80)):
        net.run(["true"])
    assert "HELLO" not in net.run([PYTHON, "-c", CLIENT]).output


def test_a_name_server_of_the_test_is_asked_in_the_seal_by_both_transports(net, tool):
    net.http("api.example.com", 80).on("GET", "/", required=False)
    net.dns("9.9.9.9")
    for options in ([], ["+tcp"]):
        query = ["@9.9.9.9", "+short", "+tries=1", *options, "api.example.com", "A"]
        assert net.run([tool("dig"), *query]).output == "198.18.0.1\n"


# -- loopback, which the seal has for itself -------------------------------------------------------


def test_a_server_on_loopback_that_is_missed_in_the_seal_can_be_let_in(net, tool, http_mock):
    http_mock.on("GET", "/").reply("hello")
    command = [tool("curl"), "-sS", http_mock.url()]

    assert net.run(command).exit_code == 7
    place = ("127.0.0.1", http_mock.port)
    note = net.journal.wait_for(lambda entry: "not in the seal" in str(entry.value))
    assert note.value == (
        f"127.0.0.1:{http_mock.port}/tcp is open, but not in the seal; to let programs in:"
        f" internet.relay('127.0.0.1', {http_mock.port}, to={place})"
    )

    net.relay(*place, to=place)
    assert net.run(command).output == "hello"


def test_a_port_of_loopback_that_nobody_has_is_just_refused(net, tool):
    assert net.run([tool("curl"), "-sS", "http://127.0.0.1:1/"]).exit_code == 7
    assert not [entry for entry in net.journal if "not in the seal" in str(entry.value)]
