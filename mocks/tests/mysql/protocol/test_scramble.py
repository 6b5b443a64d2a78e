"""Scramble: proofs of passwords, against values computed by hand."""

from hashlib import sha1, sha256

import pytest

from netmocks.mysql.protocol import scramble

NONCE = b"abcdefghijklmnopqrst"


def xor(one, other):
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def test_the_native_proof_gives_back_what_the_server_keeps():
    stored = sha1(sha1(b"secret").digest()).digest()
    proof = scramble.native(b"secret", NONCE)

    once = xor(proof, sha1(NONCE + stored).digest())
    assert sha1(once).digest() == stored
    assert proof != scramble.native(b"Secret", NONCE)


def test_the_sha2_proof_gives_back_what_the_server_keeps():
    stored = sha256(sha256(b"secret").digest()).digest()
    proof = scramble.sha2(b"secret", NONCE)

    once = xor(proof, sha256(stored + NONCE).digest())
    assert sha256(once).digest() == stored


def test_a_password_under_the_public_key_is_read():
    from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
    from cryptography.hazmat.primitives.hashes import SHA1
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    key = load_pem_public_key(scramble.public_key())
    padded = bytes(a ^ NONCE[i % 20] for i, a in enumerate(b"a long password of mine\0"))
    sent = key.encrypt(padded, OAEP(MGF1(SHA1()), SHA1(), None))

    assert scramble.decrypted(sent, NONCE) == b"a long password of mine"


@pytest.mark.parametrize("sent", [b"", b"secret\0", bytes(256)])
def test_what_is_not_encrypted_is_no_password(sent):
    assert scramble.decrypted(sent, NONCE) is None
