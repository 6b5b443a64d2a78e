import os
import socket
import sys

import pytest

from netmocks import MisuseError
from netmocks.wire.endpoint import Endpoint, address_of, vacate

unix_only = pytest.mark.skipif(
    not hasattr(socket, "AF_UNIX"), reason="this system has no Unix sockets"
)


@pytest.fixture
def bind():
    """Bind an endpoint; the test's end closes the socket."""
    bound = []

    def bind(endpoint, kind=socket.SOCK_STREAM):
        bound.append(endpoint.bind(kind))
        return bound[-1]

    yield bind
    for sock in bound:
        sock.close()


@pytest.fixture
def handed_in():
    """A socket that a test made itself."""
    with socket.socket() as sock:
        yield sock


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_a_free_port_of_loopback_is_bound_unless_told_otherwise(bind, kind):
    sock = bind(Endpoint(), kind)
    host, port = address_of(sock)
    assert host == "127.0.0.1"
    assert port > 0
    assert sock.type == kind
    assert not sock.getblocking()


def test_ipv6_is_bound(bind, ipv6):
    sock = bind(Endpoint(host=ipv6))
    assert address_of(sock) == ("::1", sock.getsockname()[1])


def test_a_stream_listens_already(bind):
    with socket.create_connection(address_of(bind(Endpoint()))):
        pass  # would be refused


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_an_address_in_use_is_refused_with_a_way_out(bind, kind):
    address = address_of(bind(Endpoint(), kind))
    with pytest.raises(MisuseError) as raised:
        Endpoint(port=address[1]).bind(kind)
    assert str(raised.value) == (
        f"{address!r} is in use by another mock or process: leave the port out for a free one, or"
        " stand on the real name and port with the 'internet' fixture"
    )
    assert isinstance(raised.value.__cause__, OSError)


def test_an_address_of_another_machine_is_refused_with_a_way_out():
    with pytest.raises(MisuseError) as raised:
        Endpoint(host="192.0.2.1", port=25).bind(socket.SOCK_STREAM)
    assert str(raised.value) == (
        "('192.0.2.1', 25) is no address of this machine: bind '127.0.0.1', or stand on that"
        " address with the 'internet' fixture"
    )


# -- Unix sockets ---------------------------------------------------------------------------------


@unix_only
@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_a_path_is_bound_and_vacated(bind, kind, tmp_path):
    path = tmp_path / "sock"
    sock = bind(Endpoint(path=path), kind)
    assert address_of(sock) == str(path)
    assert path.is_socket()
    vacate(sock)
    assert not path.exists()
    assert sock.fileno() == -1


@unix_only
def test_vacating_a_path_that_somebody_removed_is_fine(bind, tmp_path):
    path = tmp_path / "sock"
    sock = bind(Endpoint(path=path))
    path.unlink()
    vacate(sock)


@unix_only
def test_a_path_that_exists_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "precious"
    path.write_text("precious")
    with pytest.raises(MisuseError) as raised:
        Endpoint(path=path).bind(socket.SOCK_STREAM)
    assert str(raised.value) == (
        f"{str(path)!r} exists: remove that file, or take a path of the test's own"
    )
    assert path.read_text() == "precious"


@unix_only
def test_a_path_that_is_too_long_is_refused_with_the_reason(tmp_path):
    with pytest.raises(MisuseError, match="can't be bound: AF_UNIX path too long"):
        Endpoint(path=tmp_path / ("x" * 200)).bind(socket.SOCK_STREAM)


@unix_only
def test_a_path_in_no_folder_is_refused_with_the_reason(tmp_path):
    with pytest.raises(MisuseError, match="can't be bound: No such file or directory"):
        Endpoint(path=tmp_path / "missing" / "sock").bind(socket.SOCK_STREAM)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has abstract Unix sockets")
def test_an_abstract_address_is_told_as_clients_write_it(bind):
    name = f"\0netmocks-{os.getpid()}"
    sock = bind(Endpoint(path=name))
    assert address_of(sock) == name
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(address_of(sock))
    vacate(sock)


# -- sockets handed in ----------------------------------------------------------------------------


def test_a_socket_handed_in_is_used_as_it_is(bind, handed_in):
    handed_in.bind(("127.0.0.1", 0))
    assert bind(Endpoint(sock=handed_in)) is handed_in
    assert not handed_in.getblocking()


def test_a_socket_handed_in_listens_if_it_did_not(bind, handed_in):
    handed_in.bind(("127.0.0.1", 0))
    bind(Endpoint(sock=handed_in))
    with socket.create_connection(handed_in.getsockname()):
        pass  # would be refused


def test_a_socket_of_the_wrong_type_is_refused(handed_in):
    handed_in.bind(("127.0.0.1", 0))
    with pytest.raises(MisuseError, match=r"is of type .*SOCK_STREAM.*, not .*SOCK_DGRAM"):
        Endpoint(sock=handed_in).bind(socket.SOCK_DGRAM)


def test_a_closed_socket_is_refused(handed_in):
    handed_in.close()
    with pytest.raises(MisuseError, match="is closed: a mock that stopped closed it"):
        Endpoint(sock=handed_in).bind(socket.SOCK_STREAM)


@pytest.mark.parametrize("bound", [False, True], ids=["unbound", "bound"])
def test_a_socket_on_a_wildcard_is_refused(handed_in, bound):
    if bound:
        handed_in.bind(("0.0.0.0", 0))
    with pytest.raises(MisuseError) as raised:
        Endpoint(sock=handed_in).bind(socket.SOCK_STREAM)
    assert str(raised.value) == (
        "the socket handed in, on '0.0.0.0', would let the whole network in: bind '127.0.0.1' or"
        " '::1'"
    )


@unix_only
def test_a_unix_socket_that_is_not_bound_is_refused():
    with (
        socket.socket(socket.AF_UNIX) as sock,
        pytest.raises(MisuseError, match=r"is not bound: bind\(\) it first"),
    ):
        Endpoint(sock=sock).bind(socket.SOCK_STREAM)
