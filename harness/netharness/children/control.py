"""Control: how the test process and its helpers talk: a message at a time, with descriptors.

Both ends are the same Python, so `marshal` serves, which costs a helper nothing to import.
"""

import _socket
import marshal
import os
import sys
from collections.abc import Sequence

TYPE_CHECKING = False  # typing would cost a helper 7 ms
if TYPE_CHECKING:
    from typing import Any

#: Descriptors that one message may carry.
MOST = 16


def send(sock: _socket.socket, message: "Any", descriptors: Sequence[int] = ()) -> None:
    """Send one message; the descriptors stay the sender's to close."""
    body = marshal.dumps(message)
    data = len(body).to_bytes(4, "big") + body
    carried = b"".join(number.to_bytes(4, sys.byteorder) for number in descriptors)
    rights = [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, carried)] if carried else []
    sent = _socket.socket.sendmsg(sock, [data], rights)
    if sent < len(data):  # who has it all may have closed already
        _socket.socket.sendall(sock, data[sent:])


def receive(sock: _socket.socket) -> "tuple[Any, list[int]]":
    """Return the next message and its descriptors, which are the receiver's to close.

    Raises:
        EOFError: the other end is gone.
    """
    size = _socket.CMSG_SPACE(4 * MOST)
    head, rights, _, _ = _socket.socket.recvmsg(sock, 4, size)
    descriptors = [
        int.from_bytes(carried[start : start + 4], sys.byteorder)
        for _, _, carried in rights
        for start in range(0, len(carried), 4)
    ]
    for descriptor in descriptors:  # it came as one that programs would inherit
        os.set_inheritable(descriptor, False)
    head += _exactly(sock, 4 - len(head))
    return marshal.loads(_exactly(sock, int.from_bytes(head, "big"))), descriptors  # noqa: S302  # from ourselves


def _exactly(sock: _socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        chunk = _socket.socket.recv(sock, size - len(data))
        if not chunk:
            raise EOFError
        data += chunk
    return data


def tell(descriptor: int, event: "Any") -> None:
    """Write one event into a pipe, in one piece even if several processes write there."""
    body = marshal.dumps(event)
    os.write(descriptor, len(body).to_bytes(4, "big") + body)


def events(data: bytearray) -> "list[Any]":
    """Take the whole events out of what was read from such a pipe."""
    found: list[Any] = []
    while len(data) >= 4:
        end = 4 + int.from_bytes(data[:4], "big")
        if len(data) < end:
            break
        found.append(marshal.loads(bytes(data[4:end])))  # noqa: S302  # from ourselves
        del data[:end]
    return found
