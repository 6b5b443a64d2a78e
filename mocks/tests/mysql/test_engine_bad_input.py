"""What the MySQL mock makes of clients that break the protocol; the next one is served."""

import socket
from contextlib import ExitStack

import pymysql
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netmocks.mysql import MySQLMock
from netmocks.mysql.protocol.capabilities import Capability
from netmocks.mysql.protocol.framing import MOST

PROTOCOL = (
    Capability.PROTOCOL_41 | Capability.SECURE_CONNECTION | Capability.PLUGIN_AUTH
    | Capability.CONNECT_WITH_DB
)  # fmt: skip


class Raw:
    """A client that sends just what it is told, and reads packets one by one."""

    def __init__(self, sock):
        self.sock = sock
        self.file = sock.makefile("rb")

    def packet(self):
        """Return sequence number and payload; None at the end of the connection."""
        head = self.file.read(4)
        if len(head) < 4:
            return None
        return head[3], self.file.read(int.from_bytes(head[:3], "little"))

    def send(self, payload, number=0):
        self.sock.sendall(len(payload).to_bytes(3, "little") + bytes((number,)) + payload)

    def error(self):
        """Return the number of the error that comes next."""
        _, payload = self.packet()
        assert payload[0] == 0xFF, payload
        return int.from_bytes(payload[1:3], "little")

    def log_in(self):
        self.packet()
        self.send(
            int(PROTOCOL).to_bytes(4, "little")
            + bytes(28)
            + b"root\0\0test\0mysql_native_password\0",
            1,
        )
        assert self.packet()[1][0] == 0
        return self

    def ask(self, command, payload=b""):
        self.send(bytes((command,)) + payload)
        return self.packet()[1]


@pytest.fixture
def server():
    with MySQLMock(authentication="mysql_native_password") as mock:
        yield mock


@pytest.fixture
def raw(server):
    with ExitStack() as stack:

        def raw():
            sock = stack.enter_context(socket.create_connection(server.address, timeout=5))
            client = Raw(sock)
            stack.callback(client.file.close)
            return client

        yield raw


@pytest.fixture
def still_serves(server):
    yield
    connection = pymysql.connect(**server.login)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchall() == ((1,),)
    connection.close()
    server.verify()


pytestmark = pytest.mark.usefixtures("still_serves")


def test_the_greeting_says_what_it_is(raw):
    number, payload = raw().packet()

    assert number == 0
    assert payload[0] == 10
    assert payload[1:].startswith(b"8.0.")
    assert b"mysql_native_password\0" in payload


def test_a_client_that_leaves_at_once_or_in_the_middle_of_a_packet(raw, server):
    raw().sock.close()
    client = raw()
    client.packet()
    client.sock.sendall(b"\x20\x00\x00\x01half")
    client.sock.shutdown(socket.SHUT_WR)

    assert client.packet() is None
    server.journal.wait_for(lambda entry: "middle of a packet" in str(entry.value))


@pytest.mark.parametrize(
    "response", [b"", b"\0", b"\x00\x02\x00\x00", b"\xff" * 31, b"\xff" * 33, b"GET / HTTP/1.1\r\n"]
)
def test_a_response_that_is_none_is_refused(raw, response):
    client = raw()
    client.packet()
    client.send(response, 1)

    assert client.error() in (1835, 1045)
    assert client.packet() is None


def test_a_client_from_before_4_1_is_refused(raw):
    client = raw()
    client.packet()
    client.send(bytes(40), 1)

    assert client.error() == 1835


def test_a_wrong_sequence_number_ends_the_connection(raw):
    client = raw().log_in()
    client.send(b"\x0e", number=5)

    assert client.error() == 1156
    assert client.packet() is None


def test_a_packet_that_is_too_large_ends_the_connection(raw):
    client = raw().log_in()
    for number in range(5):  # four of them are 64 MiB
        client.sock.sendall(MOST.to_bytes(3, "little") + bytes((number,)))
        if number < 4:
            client.sock.sendall(bytes(MOST))

    assert client.error() == 1153


@pytest.mark.parametrize("command", [0x00, 0x05, 0x0B, 0x14, 0x7F, 0xFF])
def test_an_unknown_command_is_refused_and_the_next_one_served(raw, command):
    client = raw().log_in()
    answer = client.ask(command)

    assert answer[0] == 0xFF
    assert int.from_bytes(answer[1:3], "little") == 1047
    assert client.ask(0x0E)[0] == 0


@pytest.mark.parametrize("command", [0x17, 0x1A, 0x18, 0x19, 0x1C])
def test_a_statement_that_was_never_prepared_is_refused(raw, command):
    client = raw().log_in()
    client.send(bytes((command,)) + (9).to_bytes(4, "little") + bytes(6))
    if command in (0x17, 0x1A):
        assert client.error() == 1243
    elif command == 0x1C:
        assert client.error() == 1235

    assert client.ask(0x0E)[0] == 0


def test_an_execution_that_ends_too_early_ends_the_connection(raw):
    client = raw().log_in()
    assert client.ask(0x16, b"SELECT ?, ?")[0] == 0
    for _ in range(6):
        client.packet()  # what it says of parameters and columns
    client.send(b"\x17" + (1).to_bytes(4, "little") + bytes(5) + b"\x00\x01\xfe")

    assert client.error() == 1835
    assert client.packet() is None


def test_sql_that_is_no_text_is_refused(raw):
    client = raw().log_in()

    assert int.from_bytes(client.ask(0x03, b"\xff\xfe\x00 garbage")[1:3], "little") == 1064
    assert int.from_bytes(client.ask(0x03, b"")[1:3], "little") == 1065
    assert int.from_bytes(client.ask(0x03, b"-- nothing")[1:3], "little") == 1065
    assert client.ask(0x0E)[0] == 0


def test_a_client_that_resets_in_the_middle_of_an_answer_is_survived(raw, server, reset):
    server.query("CREATE TABLE n (i INT)")
    server.query("INSERT INTO n VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9)")
    client = raw().log_in()
    client.send(b"\x03SELECT REPEAT('x', 1000) FROM n a, n b, n c, n d, n e")
    assert client.packet()[1] == b"\x01"
    client.file.close()
    reset(client.sock)

    server.journal.wait_for(lambda entry: entry.kind == "closed")


def test_commands_that_come_in_one_piece_are_answered_in_their_order(raw):
    client = raw().log_in()
    commands = [b"\x03SELECT 'one'", b"\x03SELECT 'two', SLEEP(0)", b"\x0e", b"\x03SELECT 'three'"]
    client.sock.sendall(b"".join(len(c).to_bytes(3, "little") + b"\0" + c for c in commands))

    said = []
    while b"\x05three" not in said:
        said.append(client.packet()[1])
    assert [packet for packet in said if packet in (b"\x03one", b"\x03two\x010", b"\x05three")] == [
        b"\x03one",
        b"\x03two\x010",
        b"\x05three",
    ]


def test_a_command_that_comes_byte_by_byte_is_answered(raw):
    client = raw().log_in()
    for byte in b"\x09\0\0\0\x03SELECT 7":
        client.sock.sendall(bytes((byte,)))

    assert [client.packet()[1] for _ in range(4)][3] == b"\x017"


def test_a_statement_that_runs_for_long_ends_with_its_mock(server, raw):
    client = raw().log_in()
    client.send(b"\x03SELECT SLEEP(1000)")
    server.journal.wait_for(lambda entry: b"SLEEP" in entry.data)

    server.stop()
    assert client.packet() is None
    server.start()


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(pieces=st.lists(st.binary(max_size=60), min_size=1, max_size=4), logged_in=st.booleans())
def test_arbitrary_bytes_never_break_it(server, pieces, logged_in):
    with socket.create_connection(server.address, timeout=5) as sock:
        client = Raw(sock)
        if logged_in:
            client.log_in()
        else:
            client.packet()
        try:
            for number, piece in enumerate(pieces):
                client.send(piece, 0 if logged_in else number + 1)
            sock.shutdown(socket.SHUT_WR)
            while client.packet() is not None:
                pass
        except OSError:
            pass  # it was refused earlier
        client.file.close()
    assert server.findings.all == ()


def test_a_function_that_can_not_handle_its_arguments_is_refused_by_name(mysql, client_of):
    client = client_of(mysql)

    assert client.run("SELECT JSON_ARRAY_APPEND('[1]', '$', 2, '$')") == "error 1235"
    assert client.run("SELECT 1") == [(1,)]
    refused = mysql.wait_for_statement("SELECT JSON_ARRAY_APPEND…")
    assert "JSON_ARRAY_APPEND() of these arguments" in refused.error.text
