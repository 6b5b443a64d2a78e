"""Guide: leads the sockets of this process, a child of the test's, into the test's internet.

What a program does not use costs it nothing: each set of patches comes with the module it is for.
"""

import os

from netharness.after_import import AfterImport
from netharness.children import deaf
from netharness.children.question import ask


def join() -> None:
    """Lead this process, for as long as it lives."""
    channel = os.environ["NETHARNESS_CHANNEL"]
    child = int(os.environ.get("NETHARNESS_CHILD", "0"))
    try:
        ask(channel, "greet", child, os.getpid())
    except OSError:
        return  # the internet whose variables were inherited has ended
    for module, lead in (
        ("socket", lead_sockets),
        ("asyncio", lead_loops),
        ("uvloop", lead_uvloops),
        ("ssl", trust_authority),
    ):
        AfterImport(module, lead).install()
    deaf.watch(lambda text: ask(channel, "report", text, place=f"process {os.getpid()}"))


def lead_sockets() -> None:
    """Lead what connects, binds and looks up names."""
    from netharness.children.remote import become
    from netharness.routing import resolver, sockets
    from netharness.routing.switchboard import switchboard

    become(switchboard, os.environ["NETHARNESS_CHANNEL"])
    resolver.PATCHES.install()
    sockets.PATCHES.install()


def lead_loops() -> None:
    """Let event loops look names up at once."""
    from netharness.routing import loop_resolver

    loop_resolver.PATCHES.install()


def lead_uvloops() -> None:
    """Let event loops of uvloop be led, too."""
    from netharness.routing import uvloops

    uvloops.PATCHES.install()


def trust_authority() -> None:
    """Let clients trust the authority of the test process."""
    from netharness import trust

    trust.certificate = lambda: str(ask(os.environ["NETHARNESS_CHANNEL"], "trust"))
    trust.PATCHES.install()
