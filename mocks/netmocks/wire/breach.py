"""Breach: TLS as its faults want it: contexts that are wrong, and channels that break off."""

import datetime as dt
import ssl
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from netmocks.faults import Placed, tls
from netmocks.faults.tls import TLSFault
from netmocks.wire.authority import authority
from netmocks.wire.site import Site
from netmocks.wire.tls import TLSChannel

if TYPE_CHECKING:
    import trustme

#: A record's header (RFC 8446 §5.1), and the type of those that are no message of TLS 1.3.
HEADER = 5
CHANGE_CIPHER_SPEC = 20

DAY = dt.timedelta(days=1)


def channel(site: Site, number: int, context: ssl.SSLContext) -> TLSChannel:
    """Return the server's side of a connection's TLS, with what is to go wrong with it."""
    for placed in tuple(site.plan):
        fault = placed.fault
        if isinstance(fault, TLSFault) and placed.concerns(number) and placed.claim():
            site.note_hit(number, placed, fault.text)
            match fault:
                case tls.NoCloseNotify():
                    return CurtChannel(context)
                case tls.HandshakeCut() | tls.HandshakeStall():
                    return BrokenChannel(_of_version_1_3(site.names), fault, placed)
                case _:
                    return TLSChannel(wrong_context(fault, site.names))
    return TLSChannel(context)


class CurtChannel(TLSChannel):
    """Says no goodbye."""

    def farewell(self) -> bytes:
        return self.outgoing()


class BrokenChannel(TLSChannel):
    """Says no more than the first messages of its handshake."""

    def __init__(
        self, context: ssl.SSLContext, fault: tls.HandshakeCut | tls.HandshakeStall, placed: Placed
    ) -> None:
        super().__init__(context)
        self._fault = fault
        self._left = fault.messages
        self._placed = placed

    def outgoing(self) -> bytes:
        said = super().outgoing()
        if not said or self.stop is not None:
            return said
        end = self._end(said)
        if isinstance(self._fault, tls.HandshakeStall):
            self.stop = (said[end:], self._placed.gate, self._fault.seconds)
        else:
            self.stop = (b"", None, None)
        return said[:end]

    def _end(self, said: bytes) -> int:
        """Return where the messages end that may be said."""
        place = 0
        while place < len(said):
            if said[place] != CHANGE_CIPHER_SPEC:
                if not self._left:
                    break
                self._left -= 1
            place += HEADER + int.from_bytes(said[place + 3 : place + HEADER])
        return place


def wrong_context(fault: TLSFault, names: Sequence[str]) -> ssl.SSLContext:
    """Return a server context with which a fault's handshake goes wrong."""
    now = dt.datetime.now(dt.UTC)
    ours = authority()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    match fault:
        case tls.ExpiredCertificate():
            leaf = ours.issue(*names, not_before=now - 30 * DAY, not_after=now - DAY)
        case tls.FutureCertificate():
            leaf = ours.issue(*names, not_before=now + DAY, not_after=now + 30 * DAY)
        case tls.WrongHostName(name=name):
            leaf = ours.issue(name)
        case tls.MissingIntermediate():
            leaf = ours.ca.create_child_ca().issue_cert(*names)
            _load(context, leaf.private_key_pem.bytes() + leaf.cert_chain_pems[0].bytes())
            return context
        case tls.UnknownAuthority():
            leaf = _stranger().issue_cert(*names)
        case tls.SelfSignedCertificate():
            _load(context, _self_signed(names, now))
            return context
        case _:
            leaf = ours.issue(*names)
    leaf.configure_cert(context)
    _restrict(context, fault)
    return context


def _restrict(context: ssl.SSLContext, fault: TLSFault) -> None:
    match fault:
        case tls.OldVersionsOnly():
            with warnings.catch_warnings():  # that they are old is the point
                warnings.simplefilter("ignore", DeprecationWarning)
                context.minimum_version = ssl.TLSVersion.TLSv1
                context.maximum_version = ssl.TLSVersion.TLSv1_1
            context.set_ciphers("DEFAULT@SECLEVEL=0")
        case tls.NoCommonCipher():
            context.maximum_version = ssl.TLSVersion.TLSv1_2
            context.set_ciphers("PSK-AES128-GCM-SHA256")  # needs a key that nobody shares
        case tls.ClientCertificateRequired():
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(cadata=authority().pem)


def _of_version_1_3(names: Sequence[str]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    authority().issue(*names).configure_cert(context)
    return context


def _stranger() -> "trustme.CA":
    import trustme

    return trustme.CA(organization_name="an authority that nobody trusts")


def _load(context: ssl.SSLContext, pem: bytes) -> None:
    """Load a key and its certificate, which ssl takes from files only."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory, "cert.pem")
        file.write_bytes(pem)
        context.load_cert_chain(file)


def _self_signed(names: Sequence[str], now: dt.datetime) -> bytes:
    """Return a key and a certificate that it signed itself, as PEM."""
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    def general(name: str) -> x509.GeneralName:
        try:
            return x509.IPAddress(ipaddress.ip_address(name))
        except ValueError:
            return x509.DNSName(name)

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "self-signed")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - DAY)
        .not_valid_after(now + DAY)
        .add_extension(x509.SubjectAlternativeName(map(general, names)), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem + certificate.public_bytes(Encoding.PEM)
