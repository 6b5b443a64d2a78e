"""Scramble: how a client proves that it knows a password, without saying it.

- mysql_native_password: SHA1(password) xor SHA1(nonce + SHA1(SHA1(password)))
- caching_sha2_password: SHA256(password) xor SHA256(SHA256(SHA256(password)) + nonce); where the
  server has forgotten, the password itself, over TLS, or under the server's RSA key, xor nonce.
"""

from collections.abc import Callable
from functools import cache
from hashlib import sha1, sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

NATIVE = "mysql_native_password"
SHA2 = "caching_sha2_password"

# AuthMoreData of caching_sha2_password, and what its client asks.
FAST_OK = b"\x03"
FULL = b"\x04"
KEY_PLEASE = b"\x02"


def native(password: bytes, nonce: bytes) -> bytes:
    """Return the proof of mysql_native_password."""
    # SHA-1 is what the protocol says; nothing is kept secret here.
    once = sha1(password, usedforsecurity=False).digest()
    twice = sha1(once, usedforsecurity=False).digest()
    return _xor(once, sha1(nonce + twice, usedforsecurity=False).digest())


def sha2(password: bytes, nonce: bytes) -> bytes:
    """Return the proof of caching_sha2_password."""
    once = sha256(password).digest()
    return _xor(once, sha256(sha256(once).digest() + nonce).digest())


PROOFS: dict[str, Callable[[bytes, bytes], bytes]] = {NATIVE: native, SHA2: sha2}


def _xor(one: bytes, other: bytes) -> bytes:
    """Return bytes xor others, which begin anew where they end."""
    size = len(one)
    repeated = (other * (size // len(other) + 1))[:size]
    return (int.from_bytes(one) ^ int.from_bytes(repeated)).to_bytes(size)


@cache
def _key() -> "RSAPrivateKey":
    """Return this process's key; made when a client first asks, for that takes a while."""
    from cryptography.hazmat.primitives.asymmetric import rsa

    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_key() -> bytes:
    """Return the server's public RSA key, as PEM."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return _key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def decrypted(data: bytes, nonce: bytes) -> bytes | None:
    """Return the password that a client encrypted under the public key; None if it did not."""
    from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
    from cryptography.hazmat.primitives.hashes import SHA1

    try:
        padded = _key().decrypt(data, OAEP(MGF1(SHA1()), SHA1(), None))  # noqa: S303  # the protocol's
    except ValueError:
        return None
    return _xor(padded, nonce).removesuffix(b"\0")
