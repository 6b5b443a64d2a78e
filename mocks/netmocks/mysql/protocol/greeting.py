"""Greeting: how a connection begins (Protocol::HandshakeV10, HandshakeResponse41, SSLRequest)."""

from dataclasses import dataclass, field

from netmocks.errors import PeerError
from netmocks.mysql.protocol.capabilities import OFFERED, Capability, Status
from netmocks.mysql.protocol.fields import Fields, integer
from netmocks.mysql.protocol.framing import MOST

#: utf8mb4_0900_ai_ci, the default of MySQL 8; and utf8mb4_general_ci, which all servers know.
UTF8MB4, UTF8MB4_GENERAL = 255, 45

#: Protocol::Handshake's version.
VERSION = 10

#: Bytes of the SSLRequest: the head of a handshake response, and nothing else.
SSL_REQUEST_SIZE = 32


def greeting(version: str, connection: int, nonce: bytes, plugin: str) -> bytes:
    """Return the server's first packet.

    Arguments:
        version: what the server calls its version.
        connection: the connection's id.
        nonce: 20 bytes that the password is scrambled with.
        plugin: the authentication that it would like.
    """
    return b"".join(
        (
            integer(VERSION, 1),
            version.encode() + b"\0",
            integer(connection, 4),
            nonce[:8] + b"\0",
            integer(OFFERED & 0xFFFF, 2),
            integer(UTF8MB4, 1),
            integer(Status.AUTOCOMMIT, 2),
            integer(OFFERED >> 16, 2),
            integer(len(nonce) + 1, 1),
            bytes(10),
            nonce[8:] + b"\0",
            plugin.encode() + b"\0",
        )
    )


@dataclass
class Greeting:
    """What a server says first."""

    version: str
    #: the connection's id
    connection: int
    capabilities: int
    plugin: str


def read_greeting(payload: bytes) -> Greeting:
    """Read a server's first packet.

    Raises:
        PeerError: it is cut short, or of another protocol.
    """
    fields = Fields(payload)
    if fields.integer(1) != VERSION:
        raise PeerError("the server's first packet is no greeting of protocol version 10")
    version, connection = _text(fields.terminated_string()), fields.integer(4)
    fields.take(8 + 1)  # the first part of the nonce
    low = fields.integer(2)
    fields.take(1 + 2)  # its character set and status
    capabilities = low | fields.integer(2) << 16
    size = fields.integer(1)
    fields.take(10 + max(13, size - 8))
    return Greeting(version, connection, capabilities, _text(fields.terminated_string()))


@dataclass
class Response:
    """What the client answers to the greeting."""

    capabilities: int
    user: str = ""
    #: its proof that it knows the password; empty where there is none
    proof: bytes = field(default=b"", repr=False)
    #: "" where it names none
    database: str = ""
    #: the authentication that the proof is made for
    plugin: str = ""

    def can(self, capability: Capability) -> bool:
        """Whether client and server both have it."""
        return bool(self.capabilities & capability)


def response_without_password(user: str, capabilities: int, plugin: str) -> bytes:
    """Return the answer of a client whose account has no password."""
    return b"".join(
        (
            integer(capabilities, 4),
            integer(MOST, 4),
            integer(UTF8MB4_GENERAL, 1),
            bytes(23),
            user.encode() + b"\0",
            b"\0",  # its proof
            plugin.encode() + b"\0",
        )
    )


def is_ssl_request(payload: bytes) -> bool:
    """Whether a client wants TLS before it says who it is."""
    return len(payload) == SSL_REQUEST_SIZE and bool(Fields(payload).integer(4) & Capability.SSL)


def response(payload: bytes) -> Response:
    """Read a client's answer to the greeting.

    Raises:
        PeerError: it is cut short, or older than MySQL 4.1.
    """
    fields = Fields(payload)
    capabilities = fields.integer(4) & OFFERED
    if not capabilities & Capability.PROTOCOL_41:
        raise PeerError("the client does not speak the protocol of MySQL 4.1 and later")
    fields.take(4 + 1 + 23)  # its longest packet, its character set, and a filler
    answer = Response(capabilities, _text(fields.terminated_string()))
    if answer.can(Capability.PLUGIN_AUTH_LENENC_DATA):
        answer.proof = fields.encoded_string()
    elif answer.can(Capability.SECURE_CONNECTION):
        answer.proof = fields.take(fields.integer(1))
    else:
        answer.proof = fields.terminated_string()
    if answer.can(Capability.CONNECT_WITH_DB) and fields.left:
        answer.database = _text(fields.terminated_string())
    if answer.can(Capability.PLUGIN_AUTH) and fields.left:
        answer.plugin = _text(fields.terminated_string())
    # What may follow are the connection attributes, of which the journal has the bytes.
    return answer


def change_user(payload: bytes, capabilities: int) -> Response:
    """Read a COM_CHANGE_USER, behind its command byte.

    Raises:
        PeerError: it is cut short.
    """
    fields = Fields(payload)
    answer = Response(capabilities, _text(fields.terminated_string()))
    answer.proof = fields.take(fields.integer(1))
    answer.database = _text(fields.terminated_string())
    if fields.left >= 2:
        fields.take(2)  # its character set
    if fields.left:
        answer.plugin = _text(fields.terminated_string())
    return answer


def switch(plugin: str, nonce: bytes) -> bytes:
    """Return the packet that asks for another authentication (Protocol::AuthSwitchRequest)."""
    return b"\xfe" + plugin.encode() + b"\0" + nonce + b"\0"


def more_data(data: bytes) -> bytes:
    """Return a packet in the middle of an authentication (Protocol::AuthMoreData)."""
    return b"\x01" + data


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")
