"""Namespaces: a network, mounts and processes of our own, with as few rights as there are.

Who may, root in a container with the right to it, goes without a user namespace, and keeps all
users; for everybody else, a user namespace of one user and one group gives the right to the rest.
"""

import os

from netharness.sealed import kernel

NEEDED = kernel.CLONE_NEWNET | kernel.CLONE_NEWNS | kernel.CLONE_NEWPID


def enter() -> None:
    """Enter new namespaces; processes that are forked from now on have numbers of their own.

    Raises:
        OSError: this system forbids it.
    """
    user, group = os.getuid(), os.getgid()
    try:
        kernel.unshare(NEEDED)
    except PermissionError:
        kernel.unshare(NEEDED | kernel.CLONE_NEWUSER)
        _write("/proc/self/setgroups", "deny")  # or no group may be mapped (user_namespaces(7))
        _write("/proc/self/uid_map", f"{user} {user} 1")
        _write("/proc/self/gid_map", f"{group} {group} 1")
    # What is mounted from now on is nobody else's.
    kernel.mount("none", "/", None, kernel.MS_REC | kernel.MS_PRIVATE)


def number_processes() -> None:
    """Let /proc tell of the processes in here, where the system allows that."""
    kernel.unshare(kernel.CLONE_NEWNS)
    try:
        kernel.mount("proc", "/proc", "proc", 0)
    except OSError:
        pass  # parts of /proc are hidden, as in containers; programs still find themselves in it


def cover(files: "list[tuple[str, str]]") -> None:
    """Let files of ours stand in for the system's, where it has them.

    Arguments:
        files: the path of each file of ours, and of what it covers.
    """
    for ours, theirs in files:
        try:
            kernel.mount(ours, theirs, None, kernel.MS_BIND)
        except FileNotFoundError:
            pass


def _write(path: str, text: str) -> None:
    with open(path, "w") as file:  # noqa: PTH123  # pathlib would cost the helper its import
        file.write(text)
