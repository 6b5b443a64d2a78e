import threading
from collections.abc import Iterator

import pytest

from netharness.letgo import QuietHook, ServerLetGo

Told = list[threading.ExceptHookArgs]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """What the hook that was there before hears."""
    heard: Told = []
    monkeypatch.setattr(threading, "excepthook", heard.append)
    return heard


@pytest.fixture
def hook(told: Told) -> Iterator[QuietHook]:
    hook = QuietHook()
    hook.install()
    yield hook
    hook.remove()


def _raise_in_thread(error: BaseException) -> None:
    def body() -> None:
        raise error

    thread = threading.Thread(target=body)
    thread.start()
    thread.join(5)
    assert not thread.is_alive()


def test_being_let_go_passes_the_except_exception_of_a_server() -> None:
    assert issubclass(ServerLetGo, SystemExit)
    assert not issubclass(ServerLetGo, Exception)


def test_a_thread_that_is_let_go_ends_in_silence(hook: QuietHook, told: Told) -> None:
    _raise_in_thread(ServerLetGo("the internet has ended"))
    assert told == []


@pytest.mark.parametrize("error", [ValueError("broken"), SystemExit(3)])
def test_every_other_end_of_a_thread_is_told(
    hook: QuietHook, told: Told, error: BaseException
) -> None:
    _raise_in_thread(error)
    assert [args.exc_value for args in told] == [error]


def test_removing_the_hook_puts_the_earlier_one_back(told: Told) -> None:
    earlier = threading.excepthook
    hook = QuietHook()
    hook.install()
    assert threading.excepthook != earlier
    hook.remove()
    assert threading.excepthook == earlier


def test_removing_the_hook_leaves_one_that_came_later(told: Told) -> None:
    hook = QuietHook()
    hook.install()

    def later(args: threading.ExceptHookArgs) -> None:
        pass

    threading.excepthook = later
    hook.remove()
    assert threading.excepthook is later
