"""Framing: what the fields of a request say of its end, and of what is to be done before."""

from netmocks.http.heads import RawFields


class Framing:
    """The fields that matter to the reader itself, read from all fields (RFC 9112 §3.2, §6).

    Arguments:
        fields: those of one request; the parser has checked that the lengths are numbers.
    """

    def __init__(self, fields: RawFields) -> None:
        #: how many Host fields there are
        self.hosts = 0
        #: what the last of them says
        self.host = b""
        #: what Content-Length says, 0 where there is none
        self.length = 0
        #: the transfer codings, in lower case
        self.codings: list[bytes] = []
        #: whether the client waits for 100 before it sends its content
        self.expects_continue = False
        #: bytes of all fields
        self.size = 0
        for name, value in fields:
            self.size += len(name) + len(value) + 4
            match name.lower():
                case b"host":
                    self.hosts += 1
                    self.host = value.rstrip(b" \t")  # which the parser leaves
                case b"content-length":
                    self.length = int(value)
                case b"transfer-encoding":
                    self.codings += [coding.strip() for coding in value.lower().split(b",")]
                case b"expect":
                    self.expects_continue |= value.strip().lower() == b"100-continue"

    @property
    def has_content(self) -> bool:
        """Whether anything follows the head."""
        return self.length > 0 or bool(self.codings)
