"""Digest authentication, by the examples of its RFC, and by a client made here."""

import hashlib
import re

import pytest

from netmocks.errors import MisuseError
from netmocks.http import Digest, Nonces
from netmocks.http.auth import digest as scheme

#: The example of RFC 7616 §3.9.1.
EXAMPLE = {
    "username": "Mufasa",
    "realm": "http-auth@example.org",
    "uri": "/dir/index.html",
    "nonce": "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
    "nc": "00000001",
    "cnonce": "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
    "qop": "auth",
}


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_example_of_the_rfc(algorithm, response):
    said = EXAMPLE | {"algorithm": algorithm}
    computed = scheme.response(
        said, b"Mufasa", b"Circle of Life", method="GET", uri=said["uri"], body=b""
    )
    assert computed == response


def test_the_example_of_rfc_2617_which_had_no_algorithm_to_name():
    said = {
        "realm": "testrealm@host.com",
        "nonce": "dcd98b7102dd2f0e8b11d0f600bfb0c093",
        "qop": "auth",
        "nc": "00000001",
        "cnonce": "0a4f113b",
    }
    computed = scheme.response(
        said, b"Mufasa", b"Circle Of Life", method="GET", uri="/dir/index.html", body=b""
    )
    assert computed == "6629fae49393a05397450978507c4ef1"


def _hashed(name, *pieces):
    return hashlib.new(name, ":".join(pieces).encode()).hexdigest()


@pytest.fixture
def login(request_of):
    """Answer a challenge; what it says may be replaced, or left out with None."""

    def login(
        digest,
        challenge=None,
        *,
        count="00000001",
        method="GET",
        target="/a?b",
        body=b"",
        password="secret",
        **more,
    ):
        challenge = challenge or digest.challenge(request_of())
        said = {
            name: a or b for name, a, b in re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', challenge)
        }
        name = scheme.ALGORITHMS[digest.algorithm.upper().removesuffix("-SESS")]
        secret = _hashed(name, "sam", said["realm"], password)
        if digest.algorithm.upper().endswith("-SESS"):
            secret = _hashed(name, secret, said["nonce"], "c")
        qop = said.get("qop", "").split(", ")[-1]
        about = [method, target]
        if qop == "auth-int":
            about.append(hashlib.new(name, body).hexdigest())
        counted = [count, "c", qop] if qop else []
        response = _hashed(name, secret, said["nonce"], *counted, _hashed(name, *about))
        sent = {
            "username": "sam",
            "uri": target,
            "response": response,
            **{key: said.get(key) for key in ("realm", "nonce", "opaque", "algorithm")},
            **({"nc": count, "cnonce": "c", "qop": qop} if qop else {}),
        } | more
        listed = ", ".join(f'{key}="{value}"' for key, value in sent.items() if value is not None)
        return request_of(method, target, {"Authorization": f"Digest {listed}"}, body)

    return login


@pytest.fixture
def challenge(request_of):
    return lambda digest: digest.challenge(request_of())


ALGORITHMS = [
    "MD5", "MD5-sess", "SHA-256", "SHA-256-sess", "SHA-512-256", "SHA-512-256-sess", "SHA-512",
    "md5-SESS",
]  # fmt: skip


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("qop", ["auth", "auth-int", "auth, auth-int"])
def test_it_lets_in_who_answers_its_challenge(login, algorithm, qop):
    digest = Digest("sam", "secret", algorithm=algorithm, qop=qop)
    assert digest.objection(login(digest, method="POST", body=b"hello")) is None


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
def test_without_a_quality_there_is_neither_count_nor_nonce_of_the_client(
    login, challenge, algorithm
):
    digest = Digest("sam", "secret", algorithm=algorithm, qop=None)
    given = challenge(digest)
    assert "qop" not in given
    for _ in range(2):
        assert digest.objection(login(digest, given)) is None


@pytest.mark.parametrize(
    ("said", "objection"),
    [
        ({"response": None}, "Digest without response (RFC 7616 §3.4)"),
        ({"nonce": None}, "Digest without nonce"),
        ({"uri": None}, "Digest without uri"),
        ({"nc": None}, "Digest without nc"),
        ({"cnonce": None}, "Digest without cnonce"),
        ({"realm": "other"}, "Digest with realm='other', challenged with 'netmocks'"),
        ({"algorithm": "SHA-256"}, "Digest with algorithm='SHA-256', challenged with 'MD5'"),
        ({"opaque": "x"}, "Digest with opaque='x'"),
        ({"opaque": None}, "Digest with opaque=None"),
        ({"qop": "auth-int"}, "Digest with qop='auth-int', challenged with 'auth'"),
        ({"uri": "/other"}, "Digest for uri='/other'"),
        ({"username": "tom"}, "Digest of user 'tom'"),
        ({"username": None}, "Digest of user None"),
        ({"response": "0" * 32}, "Digest of user 'sam' with another password or another request"),
        ({"cnonce": "d"}, "another password or another request"),
        ({"nonce": "never given"}, "another password or another request"),
        ({"algorithm": None}, None),
        ({"uri": "http://example.com/a?b"}, "another password or another request"),
    ],
)
def test_it_says_what_is_wrong(login, said, objection):
    digest = Digest("sam", "secret")
    shown = digest.objection(login(digest, **said))
    assert (shown is None) if objection is None else (objection in shown)


@pytest.mark.parametrize("field", ["", "Basic c2FtOnNlY3JldA==", "Digest", "Digest nonsense"])
def test_other_credentials_let_nobody_in(request_of, field):
    digest, request = Digest("sam", "secret"), request_of(headers={"Authorization": field})
    assert digest.objection(request)
    assert "stale=False" in digest.challenge(request)


def test_what_one_charset_lacks_is_not_replaced_in_it(request_of, login):
    digest = Digest("sam", "你")
    given = digest.challenge(request_of())
    assert "another password" in digest.objection(login(digest, given, password="?"))
    assert digest.objection(login(digest, given, password="你")) is None


def test_the_integrity_of_the_content_is_checked(login, request_of):
    digest = Digest("sam", "secret", qop="auth-int")
    sent = login(digest, method="PUT", body=b"right")
    forged = request_of("PUT", "/a?b", {"Authorization": sent.headers["Authorization"]}, b"wrong")
    assert "another request" in digest.objection(forged)
    assert digest.objection(sent) is None


def test_a_count_is_taken_once_in_whatever_order_and_its_replay_is_told_that_it_is_stale(
    login, challenge
):
    digest = Digest("sam", "secret")
    given = challenge(digest)
    for nc in ("00000002", "00000001", "00000003"):
        assert digest.objection(login(digest, given, count=nc)) is None
    replay = login(digest, given, count="00000002")
    assert digest.objection(replay) == "its nonce is stale"
    assert "stale=True" in digest.challenge(replay)


def test_a_request_is_not_its_own_replay(login):
    digest = Digest("sam", "secret")
    request = login(digest)
    assert [digest.objection(request) for _ in range(3)] == [None] * 3


def test_a_nonce_that_has_grown_stale_is_replaced_by_the_next_challenge(login, challenge):
    digest = Digest("sam", "secret", nonces=Nonces(uses=2))
    given = challenge(digest)
    asked = [login(digest, given, count=f"{count:08}") for count in (1, 2, 3)]
    stale = "its nonce is stale"
    assert [digest.objection(request) for request in asked] == [None, None, stale]
    assert digest.objection(login(digest, digest.challenge(asked[2]))) is None


def test_users_of_one_place_share_its_nonces(login, challenge):
    nonces = Nonces()
    sam, tom = Digest("sam", "secret", nonces=nonces), Digest("tom", "secret", nonces=nonces)
    assert sam.objection(login(sam, challenge(tom))) is None
    assert "opaque" in sam.objection(login(sam, challenge(Digest("tom", "secret"))))


def test_a_challenge_says_all_that_a_client_needs(challenge):
    given = challenge(Digest("sam", "secret", realm="the realm", algorithm="SHA-256"))
    assert re.fullmatch(
        r'Digest realm="the realm", nonce="[0-9a-f]{32}", opaque="[0-9a-f]{32}", qop="auth",'
        r" algorithm=SHA-256, stale=False, charset=UTF-8",
        given,
    )


@pytest.mark.parametrize(
    ("options", "remedy"),
    [
        ({"algorithm": "SHA-1"}, "there are MD5, SHA-256, SHA-512-256, SHA-512"),
        ({"qop": "none"}, "write 'auth', 'auth-int', 'auth, auth-int', or None"),
        ({"qop": ""}, "or None for neither"),
        ({"algorithm": "MD5-sess", "qop": None}, "needs a qop"),
    ],
)
def test_what_makes_no_sense_is_refused(options, remedy):
    with pytest.raises(MisuseError, match=remedy):
        Digest("sam", "secret", **options)
