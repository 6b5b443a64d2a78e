"""Authority: the certificate authority of this process, and the certificates it issues."""

import secrets
import ssl
import threading
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import trustme

#: Characters that a certificate's common name may have (RFC 5280, appendix A.1).
COMMON_NAME_LIMIT = 64


class Authority:
    """One certificate authority, made when it is first needed.

    It lives in memory only. Clients trust it through `pem`; the internet adds it to theirs.
    """

    def __init__(self) -> None:
        # A test and the loop thread may be the first to need it in the same moment.
        self._lock = threading.RLock()
        self._contexts: dict[tuple[str, ...], ssl.SSLContext] = {}
        self._made: trustme.CA | None = None

    @property
    def ca(self) -> "trustme.CA":
        """What issues the certificates."""
        with self._lock:
            if self._made is None:
                import trustme  # cryptography takes long to import: only who speaks TLS pays

                # A name of its own: a client that knows two authorities finds issuers by name.
                self._made = trustme.CA(
                    organization_name="netmocks, for tests only",
                    organization_unit_name=secrets.token_hex(8),
                )
            return self._made

    @property
    def pem(self) -> str:
        """The authority's certificate, as PEM text."""
        return self.ca.cert_pem.bytes().decode("ascii")

    def server_context(self, *names: str) -> ssl.SSLContext:
        """Return a server context with a certificate for these names and addresses.

        The same names give the same context.
        """
        with self._lock:
            if names not in self._contexts:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                self.issue(*names).configure_cert(context)
                context.sni_callback = _note_server_name
                self._contexts[names] = context
            return self._contexts[names]

    def issue(self, *names: str, **options: Any) -> "trustme.LeafCert":
        """Return a new certificate for these names and addresses.

        Arguments:
            names: for which.
            options: what else `trustme.CA.issue_cert` is told.
        """
        # Older clients, such as fetchmail, take no certificate without a common name.
        common = next((name for name in names[:1] if len(name) <= COMMON_NAME_LIMIT), None)
        return self.ca.issue_cert(*names, common_name=common, **options)

    def client_context(self) -> ssl.SSLContext:
        """Return a client context that trusts this authority alone."""
        return ssl.create_default_context(cadata=self.pem)


def _note_server_name(
    connection: ssl.SSLObject, server_name: str | None, _: ssl.SSLContext
) -> None:
    """Keep the name that the client asked for where `TLSChannel.info` finds it."""
    connection.asked_for = server_name  # type: ignore[attr-defined]  # our own note on the object


@cache
def authority() -> Authority:
    """Return this process's authority."""
    return Authority()
