"""Faults of TLS: what can be wrong with a server's certificate, its handshake and its goodbye.

They strike handshakes that begin while they are placed, with `mock.fault(...)` on any mock of
streams: implicit TLS and upgrades such as STARTTLS alike.
"""

from typing import ClassVar, Literal, get_args

from netmocks.errors import MisuseError
from netmocks.faults.fault import AnyFault, EarlyFault
from netmocks.faults.number import seconds_from

#: What a server says in a handshake of TLS 1.3, in this order (RFC 8446 §2).
Message = Literal[
    "ServerHello", "EncryptedExtensions", "Certificate", "CertificateVerify", "Finished"
]


class TLSFault(EarlyFault):
    """Something is wrong with TLS."""

    #: what the journal says of it
    text: ClassVar[str]

    def clash(self, earlier: AnyFault, *, everywhere: bool) -> str:
        if not everywhere or not isinstance(earlier, TLSFault):
            return ""
        return (
            f"{self!r} would never strike behind {earlier!r}: a handshake has one fault; withdraw"
            " that one first, or give it times=1"
        )


class ExpiredCertificate(TLSFault):
    """The certificate was valid until yesterday (RFC 5280 §4.1.2.5)."""

    text = "the certificate has expired"


class FutureCertificate(TLSFault):
    """The certificate is valid from tomorrow on."""

    text = "the certificate is not valid yet"


class SelfSignedCertificate(TLSFault):
    """The certificate is signed with its own key."""

    text = "the certificate is self-signed"


class UnknownAuthority(TLSFault):
    """The certificate is signed by an authority that nobody trusts."""

    text = "the certificate's authority is unknown"


class MissingIntermediate(TLSFault):
    """The certificate comes without that of the intermediate authority which signed it."""

    text = "the intermediate certificate is missing"


class WrongHostName(TLSFault):
    """The certificate is for another host (RFC 9525 §6).

    Arguments:
        name: for which.
    """

    text = "the certificate is for another host"

    def __init__(self, name: str = "wrong.host.invalid") -> None:
        self.name = name


class OldVersionsOnly(TLSFault):
    """Nothing newer than TLS 1.1 is spoken, which RFC 8996 forbids."""

    text = "no version above TLS 1.1 is spoken"


class NoCommonCipher(TLSFault):
    """None of the client's cipher suites is taken."""

    text = "no cipher suite is common"


class ClientCertificateRequired(TLSFault):
    """The client has to show a certificate of this process's authority (RFC 8446 §4.3.2)."""

    text = "a client certificate is required"


class NoCloseNotify(TLSFault):
    """The connection is closed without close_notify (RFC 8446 §6.1), as an attacker cuts it."""

    text = "closes without close_notify"


class _AtMessage(TLSFault):
    def __init__(self, before: Message = "ServerHello") -> None:
        if before not in get_args(Message):
            raise MisuseError(f"before={before!r}: it is one of {', '.join(get_args(Message))}")
        self.before: Message = before

    @property
    def messages(self) -> int:
        """How many messages are said before."""
        return get_args(Message).index(self.before)


class HandshakeCut(_AtMessage):
    """The connection is closed in the middle of the handshake, which is one of TLS 1.3.

    Arguments:
        before: the first message that is not said; see `Message`.

    Raises:
        MisuseError: no such message.
    """

    text = "the handshake is cut"


class HandshakeStall(_AtMessage):
    """The handshake, which is one of TLS 1.3, stands still; the connection stays open.

    Arguments:
        before: the first message that is not said for now; see `Message`.
        seconds: how long; until the fault is withdrawn, where left out.

    Raises:
        MisuseError: no such message, or no such time, can be.
    """

    text = "the handshake stalls"

    def __init__(self, before: Message = "ServerHello", *, seconds: float | None = None) -> None:
        super().__init__(before)
        self.seconds = None if seconds is None else seconds_from(0, seconds, "seconds")
