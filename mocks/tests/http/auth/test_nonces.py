import pytest

from netmocks.errors import MisuseError
from netmocks.http import Nonces
from netmocks.http.auth.nonces import MOST


def test_each_count_of_a_nonce_is_taken_once_in_whatever_order():
    nonces = Nonces()
    nonce = nonces.new()
    assert [nonces.take(nonce, count) for count in ("2", "1", "2", "3")] == [
        True,
        True,
        False,
        True,
    ]


def test_without_a_count_nothing_tells_a_replay():
    nonces = Nonces()
    nonce = nonces.new()
    assert nonces.take(nonce)
    assert nonces.take(nonce)


@pytest.mark.parametrize("counts", [("1", "2", "3"), ("", "", "")])
def test_a_nonce_may_be_good_for_so_many_requests(counts):
    nonces = Nonces(uses=2)
    nonce = nonces.new()
    assert [nonces.take(nonce, count) for count in counts] == [True, True, False]


def test_what_was_not_handed_out_is_stale():
    assert not Nonces().take(Nonces().new())


def test_those_that_are_out_can_be_made_stale_in_the_midst_of_a_test():
    nonces = Nonces()
    nonce = nonces.new()
    nonces.expire()
    assert not nonces.take(nonce)
    assert nonces.take(nonces.new())


def test_nonces_that_nobody_uses_do_not_fill_the_memory():
    nonces = Nonces()
    given = [nonces.new() for _ in range(MOST + 1)]
    assert [nonces.take(nonce) for nonce in given] == [False] + [True] * MOST


def test_a_nonce_that_is_good_for_nothing_is_refused():
    with pytest.raises(MisuseError, match="uses=0: a nonce is good for one request at least"):
        Nonces(uses=0)
