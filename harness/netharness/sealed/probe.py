"""Probe: whether this system allows a seal. It is tried, for nothing else can tell."""

import os
import sys
import warnings


def refusal() -> str:
    """Return why there can be no seal, in one line; "" if there can."""
    if sys.platform != "linux":
        return f"it takes Linux, and this is {sys.platform}"
    from netharness.sealed import namespaces, network, notices

    told, tells = os.pipe()
    with warnings.catch_warnings():
        # Forking beside threads is dangerous to who goes on as before; this one does not.
        warnings.simplefilter("ignore", DeprecationWarning)
        process = os.fork()
    if not process:
        try:
            namespaces.enter()
            network.bring_up()
            notices.install()
        except OSError as error:
            os.write(tells, str(error).encode())
        finally:
            os._exit(0)
    os.close(tells)
    with os.fdopen(told, encoding="utf-8") as text:
        reason = text.read()
    os.waitpid(process, 0)
    return reason
