"""Fault search: for which faults does a client lose data?

A plan has the fault of each attempt. Hypothesis looks for a plan by which a weak client is
convicted, and shrinks it to the one fault that does it; the mended client survives every plan.
The README has it in thirty lines.
"""

import base64
import hashlib
import http.client
import io
import shutil
import smtplib
import urllib.request
from contextlib import contextmanager

import pytest
from hypothesis import example, find, given, settings
from hypothesis import strategies as st

from netharness.strategies import byte_faults, fault_plans, http_faults
from netmocks.faults import Cut, Noop, Slices
from netmocks.http.faults import WrongLength
from netmocks.mail import SMTPMock
from netmocks.record import PATIENCE

DATA = bytes(range(100))
#: RFC 9530
DIGEST = f"sha-256=:{base64.b64encode(hashlib.sha256(DATA).digest()).decode()}:"

PLANS = fault_plans(http_faults(len(DATA)))
#: Five times as many examples as of other laws: 1,000 with the profile `ci`.
thorough = settings(max_examples=5 * settings().max_examples)
search = settings(database=None, derandomize=True, max_examples=200)
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

BROKEN = (OSError, http.client.HTTPException)


@contextmanager
def serving(web, plan):
    """Serve DATA by a rule whose first answers go wrong by the plan, one after the other."""
    first, *others = [*plan, None]
    fields = {"Repr-Digest": DIGEST}
    with web.on("GET", "/file") as rule:
        rule.reply(DATA, headers=fields, fault=first)
        for fault in others:
            rule.then(DATA, headers=fields, fault=fault)
        yield rule


def weak_download(url):
    """Copy what comes until no more does: that is what it takes for the end."""
    file = io.BytesIO()
    with opener.open(url, timeout=PATIENCE) as answer:
        shutil.copyfileobj(answer, file)
    return file.getvalue()


def mended_download(url, attempts=4):
    """Try again until what has come is what the server's digest says."""
    for _ in range(attempts):
        try:
            with opener.open(url, timeout=PATIENCE) as answer:
                data = answer.read()
                said = answer.headers["Repr-Digest"]
        except BROKEN:
            continue
        digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
        if said == f"sha-256=:{digest}:":
            return data
    raise OSError(f"{url} can't be had whole")


def loses_data(web, plan, download):
    """Whether a download is told to be whole and is not: an error would be no loss."""
    with serving(web, plan):
        try:
            return download(web.url("/file")) != DATA
        except BROKEN:
            return False


@pytest.mark.law("A weak download client is convicted by one fault: the body ends too early.")
def test_a_weak_download_client_is_convicted_by_one_fault(web):
    """It copies what comes, as `shutil.copyfileobj` does, and never looks at Content-Length."""
    plans = fault_plans(byte_faults(len(DATA), behind=b"\r\n\r\n"))
    plan = find(plans, lambda plan: loses_data(web, plan, weak_download), settings=search)
    assert repr(plan) == r"(Cut(after=b'\r\n\r\n', more=0),)"


@pytest.mark.law("The mended download client has the data whole, whatever goes wrong three times.")
@thorough
@given(PLANS)
@example((Cut(b"\r\n\r\n"),))
@example((WrongLength(-1), WrongLength(-1), WrongLength(-1)))
def test_the_mended_download_client_survives_every_plan(web, plan):
    """It compares what came with the digest that came before it (RFC 9530), and tries again."""
    with serving(web, plan):
        assert mended_download(web.url("/file")) == DATA


@pytest.mark.law("Faults that lose nothing convict nobody.")
@given(fault_plans(st.just(Noop()) | st.integers(1, 100).map(Slices)))
def test_faults_that_lose_nothing_convict_nobody(web, plan):
    assert not loses_data(web, plan, weak_download)


# -- mail ----------------------------------------------------------------------------------------

#: A refusal for now at a command, by its reply code (RFC 5321 §4.2); MESSAGE is the end of DATA.
REFUSALS = st.tuples(
    st.sampled_from(["MAIL", "RCPT", "DATA", "MESSAGE"]), st.sampled_from([450, 451, 452])
)
MAIL_PLANS = st.lists(REFUSALS, max_size=3).map(tuple)

MAIL = b"Subject: report\r\n\r\nall is well\r\n"
FROM, TO = "from@example.com", "to@example.com"


@pytest.fixture(scope="module")
def post():
    """A server that takes mail for anybody."""
    with SMTPMock() as mock:
        yield mock


@contextmanager
def refusing(post, plan):
    """Refuse a command once for each step of the plan."""
    post.messages.clear()
    rules = [post.on(verb, times=1, required=False).reply(code) for verb, code in plan]
    try:
        yield
    finally:
        for rule in rules:
            post.remove(rule)


def weak_send(host, port):
    """Say all that has to be said; that every reply is 250, it takes for granted."""
    with smtplib.SMTP(host, port, timeout=PATIENCE) as client:
        client.ehlo()
        client.mail(FROM)
        client.rcpt(TO)
        try:
            client.data(MAIL)
        except smtplib.SMTPDataError:
            pass
    return True


def mended_send(host, port, attempts=4):
    """Look at each reply, and try again after any that is for now (4yz)."""
    for _ in range(attempts):
        with smtplib.SMTP(host, port, timeout=PATIENCE) as client:
            try:
                client.sendmail(FROM, [TO], MAIL)
            except smtplib.SMTPException:
                continue
            return True
    return False


def loses_mail(post, plan, send):
    """Whether a mail is told to be sent and is not there."""
    with refusing(post, plan):
        return send(post.host, post.port) and not len(post.messages)


@pytest.mark.law("A weak mail client is convicted by one refusal.")
def test_a_weak_mail_client_is_convicted_by_one_refusal(post):
    """It takes 250 for granted. The plan that convicts it shrinks to the first command."""
    plan = find(MAIL_PLANS, lambda plan: loses_mail(post, plan, weak_send), settings=search)
    assert plan == (("MAIL", 450),)


@pytest.mark.law(
    "The mended mail client sends its mail, and once, whatever is refused three times."
)
@thorough
@given(MAIL_PLANS)
@example((("MESSAGE", 451),))
def test_the_mended_mail_client_survives_every_plan(post, plan):
    with refusing(post, plan):
        assert mended_send(post.host, post.port)
        assert len(post.messages) == 1
