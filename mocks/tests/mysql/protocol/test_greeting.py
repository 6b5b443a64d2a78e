"""Greeting: what clients answer to it, of all ages."""

import pytest

from netmocks.errors import PeerError
from netmocks.mysql.protocol.capabilities import Capability
from netmocks.mysql.protocol.greeting import greeting, is_ssl_request, response

HEAD = bytes(4 + 1 + 23)


def answer(capabilities, rest):
    return response(int(capabilities).to_bytes(4, "little") + HEAD + rest)


def test_a_modern_client_says_all_of_itself():
    found = answer(
        Capability.PROTOCOL_41
        | Capability.PLUGIN_AUTH_LENENC_DATA
        | Capability.CONNECT_WITH_DB
        | Capability.PLUGIN_AUTH
        | Capability.CONNECT_ATTRS,
        b"root\0\x03abctest\0caching_sha2_password\0\x08\x03_os\x03tux",
    )

    assert (found.user, found.proof, found.database) == ("root", b"abc", "test")
    assert found.plugin == "caching_sha2_password"
    assert "abc" not in repr(found)


def test_an_old_client_says_less():
    secure = answer(Capability.PROTOCOL_41 | Capability.SECURE_CONNECTION, b"root\0\x02ab")
    plain = answer(Capability.PROTOCOL_41, b"root\0ab\0")

    assert (secure.proof, plain.proof) == (b"ab", b"ab")
    assert (secure.database, secure.plugin) == ("", "")


def test_only_what_both_can_counts():
    everything = answer(0xFFFFFFFF, b"root\0\0test\0\0\0")

    assert not everything.capabilities & 0x20  # compression, which the mock does not offer
    assert everything.can(Capability.DEPRECATE_EOF)


def test_a_client_of_before_4_1_is_refused():
    with pytest.raises(PeerError, match=r"4\.1"):
        answer(Capability.LONG_PASSWORD, b"root\0")


def test_a_request_for_tls_is_told_from_a_response():
    head = int(Capability.SSL | Capability.PROTOCOL_41).to_bytes(4, "little") + HEAD

    assert is_ssl_request(head)
    assert not is_ssl_request(head + b"root\0")
    assert not is_ssl_request(bytes(32))


def test_the_greeting_holds_the_nonce_in_two_parts():
    packet = greeting("8.0.1", 7, b"abcdefghijklmnopqrst", "plugin")

    assert packet.startswith(b"\x0a8.0.1\0\x07\0\0\0abcdefgh\0")
    assert packet.endswith(b"ijklmnopqrst\0plugin\0")
