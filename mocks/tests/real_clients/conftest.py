"""What goes wrong with TLS, for clients of every protocol."""

import pytest

from netmocks.faults import tls

#: Each fault, and what the errors of real clients say of it.
FAULTS = {
    "expired": (tls.ExpiredCertificate(), "certificate has expired"),
    "future": (tls.FutureCertificate(), "certificate is not yet valid"),
    "self-signed": (tls.SelfSignedCertificate(), "self-signed certificate"),
    "unknown authority": (tls.UnknownAuthority(), "unable to get local issuer certificate"),
    "missing intermediate": (tls.MissingIntermediate(), "unable to get local issuer certificate"),
    "wrong host": (tls.WrongHostName(), "not valid for|doesn't match"),
    "old versions": (tls.OldVersionsOnly(), "(?i)alert protocol version|legacy sigalg"),
    "no cipher": (tls.NoCommonCipher(), "(?i)handshake failure"),
    "client certificate": (
        tls.ClientCertificateRequired(),
        "(?i)certificate required|disconnected|reset|closed|lost|EOF",
    ),
    **{
        f"cut before {message}": (
            tls.HandshakeCut(message),
            "(?i)unexpected_eof|eof occurred|disconnected|reset|closed|cannot connect",
        )
        for message in (
            "ServerHello",
            "EncryptedExtensions",
            "Certificate",
            "CertificateVerify",
            "Finished",
        )
    },
}


@pytest.fixture(params=FAULTS)
def tls_fault(request: pytest.FixtureRequest) -> tuple[tls.TLSFault, str]:
    """A fault of the handshake, and the pattern that a client's error fits."""
    return FAULTS[request.param]
