import inspect
import pickle

import pytest

import netmocks
from netmocks import errors

ERRORS = [error for error in vars(errors).values() if inspect.isclass(error)]


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_survives_pickling(error):
    copy = pickle.loads(pickle.dumps(error("what happened,\nand what to write")))
    assert type(copy) is error
    assert str(copy) == "what happened,\nand what to write"


@pytest.mark.parametrize("error", ERRORS)
def test_every_error_is_a_netmocks_error_and_stands_at_the_top(error):
    assert issubclass(error, netmocks.NetmocksError)
    assert getattr(netmocks, error.__name__) is error


@pytest.mark.parametrize("error", ERRORS)
def test_only_what_a_test_fails_by_is_an_assertion(error):
    is_failure = error in (netmocks.WaitTimeout, netmocks.UnexpectedTraffic)
    assert issubclass(error, AssertionError) == is_failure
