"""BPF: classic Berkeley packet filters, which the kernel runs over packets and system calls."""

import ctypes
import struct

#: A line: what others call it, the operation, its number, and where to go on if true and if not.
Line = tuple[str, int, int, str, str]

# Operations (<linux/bpf_common.h>).
LOAD_WORD = 0x20
LOAD_BYTE = 0x30
LOAD_BYTE_BEHIND_HEADER = 0x50
SKIP_IPV4_HEADER = 0xB1
AND = 0x54
EQUAL = 0x15
ANY_BIT = 0x45
RETURN = 0x06


def line(name: str, operation: int, number: int, yes: str = "", no: str = "") -> Line:
    """Return one line; without places to go on at, the next one follows."""
    return (name, operation, number, yes, no)


class Program(ctypes.Structure):
    """A filter as the kernel takes it (struct sock_fprog)."""

    _fields_ = (("size", ctypes.c_ushort), ("code", ctypes.c_char_p))


def assemble(*lines: Line) -> Program:
    """Return the program of some lines."""
    places = {name: number for number, (name, *_) in enumerate(lines) if name}

    def distance(number: int, target: str) -> int:
        return places[target] - number - 1 if target else 0

    code = b"".join(
        struct.pack("=HBBI", operation, distance(at, yes), distance(at, no), value)
        for at, (_, operation, value, yes, no) in enumerate(lines)
    )
    return Program(len(lines), code)
