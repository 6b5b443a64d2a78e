"""Mail hosts: the servers of an internet that speak of mail, alone or as one provider."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Literal, Unpack

from netharness.provider import Provider, Providers
from netharness.reports import USUAL
from netharness.residents import M, Residents, needs_port

if TYPE_CHECKING:
    from netmocks.mail import IMAPMock, LMTPMock, POP3Mock, SMTPMock
    from netmocks.mail.access import AccessTerms
    from netmocks.mail.imap.mock import IMAPTerms
    from netmocks.mail.smtp.terms import SMTPTerms


class MailHosts(Residents):
    """Puts mail servers at hosts."""

    _providers: Providers

    def smtp(
        self,
        host: str,
        port: int | None = None,
        *,
        tls: bool = False,
        **terms: "Unpack[SMTPTerms]",
    ) -> "SMTPMock":
        """Put a mail server at a host: on 25 and 587 with STARTTLS, 465 with TLS; or on one port.

        The same call again returns the same mock, and so does one without terms.

        Arguments:
            host: a name or an address.
            port: the only port to stand on.
            tls: whether that port speaks TLS from the first byte.
            terms: such as accounts={"me@example.com": "secret"}; see `SMTPTerms`.

        Raises:
            MisuseError: the place is taken, the host is no host, tls without a port, or terms
                other than those of the mock that lives there.
        """
        from netmocks.mail import SMTPMock

        return self._mail_server(SMTPMock, host, port, tls, terms)

    def lmtp(
        self,
        host: str,
        port: int | None = None,
        *,
        tls: bool = False,
        **terms: "Unpack[SMTPTerms]",
    ) -> "LMTPMock":
        """Put a server of local delivery at a host: LMTP, on 24 with STARTTLS; or on one port.

        Port 24 is for private mail systems, and what Dovecot and its kin stand on (RFC 2033 §5
        rules 25 out). The same call again returns the same mock, and so does one without terms.

        Arguments:
            host: a name or an address.
            port: the only port to stand on.
            tls: whether that port speaks TLS from the first byte.
            terms: such as mailboxes=provider.mailboxes; see `SMTPTerms`.

        Raises:
            MisuseError: the place is taken, the host is no host, tls without a port, or terms
                other than those of the mock that lives there.
        """
        from netmocks.mail import LMTPMock

        return self._mail_server(LMTPMock, host, port, tls, terms)

    def pop3(
        self,
        host: str,
        port: int | None = None,
        *,
        tls: bool = False,
        **terms: "Unpack[AccessTerms]",
    ) -> "POP3Mock":
        """Put a server of fetched mail at a host: on 110 with STLS, 995 with TLS; or on one port.

        The same call again returns the same mock, and so does one without terms.

        Arguments:
            host: a name or an address.
            port: the only port to stand on.
            tls: whether that port speaks TLS from the first byte.
            terms: such as accounts={"me@example.com": "secret"}; see `AccessTerms`.

        Raises:
            MisuseError: the place is taken, the host is no host, tls without a port, or terms that
                make no sense or are other than those of the mock that lives there.
        """
        from netmocks.mail import POP3Mock

        return self._mail_server(POP3Mock, host, port, tls, terms)

    def imap(
        self,
        host: str,
        port: int | None = None,
        *,
        tls: bool = False,
        **terms: "Unpack[IMAPTerms]",
    ) -> "IMAPMock":
        """Put a server of kept mail at a host: on 143 with STARTTLS, 993 with TLS; or on one port.

        The same call again returns the same mock, and so does one without terms.

        Arguments:
            host: a name or an address.
            port: the only port to stand on.
            tls: whether that port speaks TLS from the first byte.
            terms: such as accounts={"me@example.com": "secret"}; see `AccessTerms` and `IMAPTerms`.

        Raises:
            MisuseError: the place is taken, the host is no host, tls without a port, or terms that
                make no sense or are other than those of the mock that lives there.
        """
        from netmocks.mail import IMAPMock

        return self._mail_server(IMAPMock, host, port, tls, terms)

    def _mail_server(
        self, make: type[M], host: str, port: int | None, tls: bool, terms: Mapping[str, Any]
    ) -> M:
        """Return the server at a place; put one there if need be, on these terms."""
        needs_port(tls, port)
        arguments = {name: term for name, term in terms.items() if term is not None}
        if known := self._resident(make, host, port, arguments):
            return known
        kind = make.default_name
        ports = USUAL[kind] if port is None else {port: tls}
        spelling = f"internet.{kind}({host!r}{'' if port is None else f', {port}'})"
        return self._house(make, host, port, ports, spelling=spelling, **arguments)

    def mail(
        self,
        domain: str,
        accounts: Mapping[str, str] | None = None,
        *,
        aliases: Mapping[str, str] | None = None,
        domains: Collection[str] | None = None,
        unknown: Literal["create", "reject"] | None = None,
        quota: int | None = None,
    ) -> Provider:
        """Put up a mail provider: smtp., pop. and imap.DOMAIN, all over the same mailboxes.

        Mail for its accounts goes to their inboxes, from whichever provider of this internet it is
        sent; mail for a domain that no provider has is taken, and seen in `provider.smtp.messages`
        alone. The same domain without arguments returns the same provider.

        Arguments:
            domain: such as "gmail.com".
            accounts: user names, such as addresses, and their passwords; where left out, whoever
                gets mail or logs in has an account.
            aliases: further addresses, and the account that each is.
            domains: those that it has mail for; the one above where left out.
            unknown: what becomes of mail for nobody; see `netmocks.mail.Mailboxes`.
            quota: bytes that each account may hold.

        Raises:
            MisuseError: a place is taken, the domain is no host name, or an argument makes no
                sense.
        """
        given = {
            "accounts": accounts,
            "aliases": aliases,
            "domains": domains,
            "unknown": unknown,
            "quota": quota,
        }
        return self._providers.at(
            domain, {name: value for name, value in given.items() if value is not None}
        )
