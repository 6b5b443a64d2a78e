import pytest

from netmocks.http import HTTPMock, assert_order


@pytest.fixture
def hosts(dial):
    """Two mocks, each with a rule and a client that uses it."""
    with HTTPMock(name="login") as login, HTTPMock(name="shop") as shop:
        rules = [mock.on("GET", "/", required=False) for mock in (login, shop)]
        clients = [dial(mock) for mock in (login, shop)]
        yield rules, lambda *order: [clients[place].get("/") for place in order]


@pytest.mark.parametrize("order", [(0, 1), (1, 0, 1), (0, 0, 1, 0)])
def test_rules_of_several_hosts_were_used_in_order(hosts, order):
    (login, shop), use = hosts
    use(*order)
    assert_order(login, shop)


def test_a_rule_may_be_used_again(hosts):
    (login, shop), use = hosts
    use(0, 1, 0)
    assert_order(login, shop, login)
    with pytest.raises(AssertionError, match=r"no request for .* came behind"):
        assert_order(login, shop, login, shop)


@pytest.mark.parametrize("order", [(1, 0), (0,), (1,)])
def test_another_order_is_shown(hosts, order):
    (login, shop), use = hosts
    use(*order)
    with pytest.raises(AssertionError) as raised:
        assert_order(login, shop)
    lines = str(raised.value).splitlines()
    assert lines[1] == "the order was:"
    assert len(lines) == 2 + len(order)


def test_that_none_was_used_is_said(hosts):
    (login, shop), _ = hosts
    with pytest.raises(AssertionError, match="none of these rules was used at all"):
        assert_order(login, shop)
