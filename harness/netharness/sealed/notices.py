"""Notices: how the warden learns that a program listens: the kernel asks it first.

A filter on the programs' system calls (seccomp_unotify(2)) hands `listen`, and `bind` of datagrams,
to the warden. It makes the call itself, on a copy of the program's descriptor, and tells of it:
when the test hears of an open place, it is open.
"""

import _socket
import ctypes
import fcntl
import os
import struct
import sys
from collections.abc import Callable

from netharness.sealed import bpf, kernel

# <linux/seccomp.h>
SECCOMP_SET_MODE_FILTER = 1
SECCOMP_FILTER_FLAG_NEW_LISTENER = 8
SECCOMP_RET_USER_NOTIF = 0x7FC00000
SECCOMP_RET_ALLOW = 0x7FFF0000
SECCOMP_IOCTL_NOTIF_RECV = 0xC0502100
SECCOMP_IOCTL_NOTIF_SEND = 0xC0182101
SECCOMP_USER_NOTIF_FLAG_CONTINUE = 1

#: A notice: its id, the thread, flags; the call's number, architecture, place and arguments.
NOTICE = struct.Struct("=QII iIQ6Q")
#: An answer: the notice's id, the call's result, its error, flags.
ANSWER = struct.Struct("=QqiI")

#: By machine: its audit architecture, and the numbers of `bind`, `listen` and `seccomp`.
MACHINES = {
    "x86_64": (0xC000003E, 49, 50, 317),
    "aarch64": (0xC00000B7, 200, 201, 277),
}

#: A sockaddr is never longer (struct sockaddr_storage).
LONGEST = 128


def install() -> int:
    """Filter the calls of this process and its children; return the descriptor of the notices.

    Raises:
        OSError: the kernel refuses, or this is no machine whose numbers are known.
    """
    machine = os.uname().machine
    if machine not in MACHINES or sys.maxsize < 1 << 32:
        raise OSError(38, f"no system call numbers are known for {machine}")
    architecture, bind, listen, seccomp = MACHINES[machine]
    program = bpf.assemble(
        bpf.line("", bpf.LOAD_WORD, 4),  # of struct seccomp_data: the architecture
        bpf.line("", bpf.EQUAL, architecture, "call", "allow"),
        bpf.line("call", bpf.LOAD_WORD, 0),  # the call's number
        bpf.line("", bpf.EQUAL, bind, "ask", "or"),
        bpf.line("or", bpf.EQUAL, listen, "ask", "allow"),
        bpf.line("ask", bpf.RETURN, SECCOMP_RET_USER_NOTIF),
        bpf.line("allow", bpf.RETURN, SECCOMP_RET_ALLOW),
    )
    return kernel.syscall(
        seccomp,
        SECCOMP_SET_MODE_FILTER,
        SECCOMP_FILTER_FLAG_NEW_LISTENER,
        ctypes.byref(program),
    )


def attend(notices: int, tell: "Callable[[str, str, int], None]") -> None:
    """Take one notice, and make the call that it is about.

    Arguments:
        notices: their descriptor.
        tell: called with transport, address and port when a place was opened.
    """
    buffer = bytearray(NOTICE.size)
    try:
        fcntl.ioctl(notices, SECCOMP_IOCTL_NOTIF_RECV, buffer)
    except OSError:
        return  # whoever asked was killed meanwhile
    number, thread, _, call, _, _, *arguments = NOTICE.unpack(buffer)
    error, flags, opened = 0, 0, None
    try:
        opened = _do(_process_of(thread), call, arguments)
        if opened is None:
            flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE
    except _Refused as refused:
        error = -refused.number
    except OSError:  # it can't be looked into: let it call for itself
        flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE
    if opened is not None:
        tell(*opened)
    try:
        fcntl.ioctl(notices, SECCOMP_IOCTL_NOTIF_SEND, ANSWER.pack(number, 0, error, flags))
    except OSError:
        pass  # it was killed meanwhile


class _Refused(Exception):
    """The kernel refused what was done for a program; it gets that error."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def _do(process: int, call: int, arguments: "list[int]") -> "tuple[str, str, int] | None":
    """Make a program's call; return what was opened, None if the call is its own business."""
    copy = _socket.socket(fileno=kernel.descriptor_of(process, arguments[0] & 0xFFFFFFFF))
    try:
        if copy.family not in (_socket.AF_INET, _socket.AF_INET6):
            return None
        is_stream = copy.type == _socket.SOCK_STREAM
        is_listen = call == MACHINES[os.uname().machine][2]
        if is_stream != is_listen:
            return None
        if is_listen:
            _made(copy.listen, ctypes.c_int(arguments[1] & 0xFFFFFFFF).value)
        else:
            size = min(arguments[2], LONGEST)
            address = kernel.memory_of(process, arguments[1], size)
            _made(kernel.call, "bind", copy.fileno(), address, size)
        host, port = copy.getsockname()[:2]
        return ("tcp" if is_stream else "udp", host, port)
    finally:
        copy.close()


def _made(function: "Callable[..., object]", *arguments: object) -> None:
    try:
        function(*arguments)
    except OSError as error:
        raise _Refused(error.errno or 22) from None


def _process_of(thread: int) -> int:
    """Return the process that a thread belongs to: only it has descriptors to copy."""
    with open(f"/proc/{thread}/status") as status:  # noqa: PTH123  # pathlib would cost its import
        for line in status:
            if line.startswith("Tgid:"):
                return int(line.split()[1])
    return thread
