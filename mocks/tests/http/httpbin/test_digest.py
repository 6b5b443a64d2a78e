"""Digest authentication, by the examples of its RFC and by other people's clients."""

import httpx
import pytest
import requests
from requests.auth import HTTPDigestAuth

from netmocks.http.httpbin import digest

#: The example of RFC 7616 §3.9.1.
CREDENTIALS = (
    'Digest username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html",'
    ' algorithm={algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", nc=00000001,'
    ' cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop=auth, response="{response}",'
    ' opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
)

RESPONSES = {
    "MD5": "8ca523f5e9506fed4657c9700eebdbec",
    "SHA-256": "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
}


@pytest.mark.parametrize("algorithm", RESPONSES)
@pytest.mark.parametrize(("password", "status"), [("Circle of Life", 200), ("wrong", 401)])
def test_the_example_of_the_rfc(request_of, algorithm, password, status):
    fields = CREDENTIALS.format(algorithm=algorithm, response=RESPONSES[algorithm])
    request = request_of(target="/dir/index.html", headers={"Authorization": fields})
    request.params = {"qop": "auth", "user": "Mufasa", "password": password}
    assert digest.digest(request).status == status


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256", "SHA-512"])
@pytest.mark.parametrize("qop", ["auth", "both"])
@pytest.mark.parametrize("user", ["user", "us%20er", "\u00fcser"])
def test_a_client_is_let_in_with_the_right_password_alone(web, rule, algorithm, qop, user):
    url = web.url(f"/digest-auth/{qop}/{user}/pass/{algorithm}?a=b")
    name = requests.utils.unquote(user)
    with requests.Session() as session:
        session.trust_env = False
        right = session.get(url, auth=HTTPDigestAuth(name, "pass"))
        wrong = session.get(url, auth=HTTPDigestAuth(name, "fail"))
    assert right.json() == {"authenticated": True, "user": name}
    assert wrong.status_code == 401


def test_a_nonce_grows_stale_and_the_client_takes_a_new_one(web, rule):
    url = web.url("/digest-auth/auth/user/pass/MD5/2")
    with httpx.Client(auth=httpx.DigestAuth("user", "pass"), trust_env=False) as client:
        statuses = [client.get(url).status_code for _ in range(4)]
    assert statuses == [200, 200, 401, 200]


@pytest.mark.parametrize("missing", ["nonce", "nc", "cnonce", "response"])
def test_credentials_that_lack_something_are_refused_with_its_name(client, missing):
    given = {
        "username": "u",
        "nonce": "n",
        "nc": "1",
        "cnonce": "c",
        "response": "r",
        "qop": "auth",
    }
    del given[missing]
    listed = ", ".join(f'{name}="{value}"' for name, value in given.items())
    answer = client.get("/digest-auth/auth/u/p", f"Authorization: Digest {listed}")
    assert answer.status == 400
    assert answer.text == f"the Digest credentials have no {missing} (RFC 7616 §3.4)\n"


def test_each_challenge_has_a_nonce_of_its_own(client):
    first, second = (client.get("/digest-auth/auth/u/p") for _ in range(2))
    assert first.all("WWW-Authenticate") != second.all("WWW-Authenticate")
