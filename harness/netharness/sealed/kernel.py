"""Kernel: the calls of Linux that Python does not offer, or not yet; errors become `OSError`."""

import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)

#: Options of `prctl`.
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38


def call(name: str, *arguments: object) -> int:
    """Call a function of the C library.

    Raises:
        OSError: it failed.
    """
    result: int = getattr(libc, name)(*arguments)
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def prctl(option: int, value: int) -> None:
    """Change how the kernel treats this process.

    Raises:
        OSError: it refuses.
    """
    # The kernel looks at whole words, also of arguments that it has no use for.
    call("prctl", option, ctypes.c_ulong(value), *[ctypes.c_ulong(0)] * 3)


# -- namespaces -----------------------------------------------------------------------------------

CLONE_NEWNS = 0x00020000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_BIND = 0x1000
MS_REC = 0x4000
MS_PRIVATE = 1 << 18


def unshare(namespaces: int) -> None:
    """Leave namespaces for new ones.

    Raises:
        OSError: EPERM, the process may not.
    """
    call("unshare", namespaces)


def mount(source: str, target: str, kind: str | None, flags: int) -> None:
    """Mount one thing.

    Raises:
        OSError: the kernel refuses, or the target does not exist.
    """
    call(
        "mount",
        os.fsencode(source),
        os.fsencode(target),
        kind.encode() if kind else None,
        ctypes.c_ulong(flags),
        None,
    )


# -- system calls without a function --------------------------------------------------------------

# Numbers above 424 are the same on all machines.
PIDFD_OPEN = 434
PIDFD_GETFD = 438


def syscall(number: int, *arguments: object) -> int:
    """Make a system call by its number.

    Raises:
        OSError: it failed.
    """
    return call("syscall", ctypes.c_long(number), *arguments)


def descriptor_of(process: int, descriptor: int) -> int:
    """Return a descriptor of our own for what another process has open.

    Raises:
        OSError: the process has gone, or may not be looked into.
    """
    handle = syscall(PIDFD_OPEN, process, 0)
    try:
        return syscall(PIDFD_GETFD, handle, descriptor, 0)
    finally:
        os.close(handle)


class _Vector(ctypes.Structure):
    """One piece of memory (struct iovec)."""

    _fields_ = (("base", ctypes.c_void_p), ("size", ctypes.c_size_t))


def memory_of(process: int, address: int, size: int) -> bytes:
    """Return a piece of another process's memory.

    Raises:
        OSError: the process has gone, or has no memory there.
    """
    buffer = ctypes.create_string_buffer(size)
    ours = _Vector(ctypes.addressof(buffer), size)
    theirs = _Vector(address, size)
    read = call(
        "process_vm_readv",
        process,
        ctypes.byref(ours),
        ctypes.c_ulong(1),
        ctypes.byref(theirs),
        ctypes.c_ulong(1),
        ctypes.c_ulong(0),
    )
    return buffer.raw[:read]
