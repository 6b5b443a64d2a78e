import threading

import pytest

from netmocks import MisuseError, UnexpectedTraffic
from netmocks.findings import MEANINGS, Finding, Findings


def test_verify_raises_all_findings_and_says_how_to_tolerate_them():
    findings = Findings()
    findings.add("unmatched", "web", "GET /missing")
    findings.add("handler", "web#2", "an exception")
    findings.add("unmatched", "web", "GET /lost")
    with pytest.raises(UnexpectedTraffic) as raised:
        findings.verify()
    assert str(raised.value) == (
        "[unmatched] web: GET /missing\n\n"
        "[handler] web#2: an exception\n\n"
        "[unmatched] web: GET /lost\n\n"
        "(to let this pass: tolerate=['unmatched', 'handler'])"
    )


def test_verify_tells_each_finding_once():
    findings = Findings()
    findings.add("script", "tcp#1", "step 1 of 1")
    with pytest.raises(UnexpectedTraffic):
        findings.verify()
    findings.verify()
    assert findings.all == ()


def test_findings_are_kept_in_order_until_they_are_cleared():
    findings = Findings()
    findings.add("unused", "web", "first")
    findings.add("unrouted", "internet", "second")
    before = findings.all
    findings.clear()
    assert before == (Finding("unused", "web", "first"), Finding("unrouted", "internet", "second"))
    assert findings.all == ()


@pytest.mark.parametrize("tolerate", ["script", ["script"], {"script", "unused"}])
def test_a_tolerated_kind_is_not_kept_and_the_others_are(tolerate):
    findings = Findings(tolerate)
    findings.add("script", "tcp#1", "let pass")
    findings.add("handler", "tcp#1", "kept")
    assert [finding.text for finding in findings.all] == ["kept"]


@pytest.mark.parametrize(
    ("tolerate", "named"),
    [("scripts", "['scripts']"), (["script", "zeal", "apathy"], "['apathy', 'zeal']")],
)
def test_an_unknown_kind_is_refused_by_name_beside_those_that_exist(tolerate, named):
    with pytest.raises(MisuseError) as raised:
        Findings(tolerate)
    assert str(raised.value) == (
        f"tolerate={named} names no kind of finding; the kinds are: {', '.join(MEANINGS)}"
    )


def test_findings_of_many_threads_are_all_kept():
    findings = Findings()
    together = threading.Barrier(8)

    def find():
        together.wait()
        for _ in range(100):
            findings.add("handler", "tcp", "raised")

    threads = [threading.Thread(target=find) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(findings.all) == 800
