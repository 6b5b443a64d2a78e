"""Mail hosts: the servers of an internet that speak of mail, alone or as one provider."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Literal, Unpack

from netharness.provider import Provider, Providers
from netharness.reports import USUAL
from netharness.residents import M, Residents, needs_port

if TYPE_CHECKING:
    from netmocks.mail import IMAPMock, Mailboxes, POP3Mock, SMTPMock
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

        needs_port(tls, port)
        arguments: dict[str, Any] = {k: term for k, term in terms.items() if term is not None}
        if known := self._resident(SMTPMock, host, port, arguments):
            return known
        ports = USUAL["smtp"] if port is None else {port: tls}
        spelling = f"internet.smtp({host!r}{'' if port is None else f', {port}'})"
        return self._house(SMTPMock, host, port, ports, spelling=spelling, **arguments)

    def pop3(
        self,
        host: str,
        port: int | None = None,
        *,
        mailboxes: "Mailboxes | None" = None,
        accounts: Mapping[str, str] | None = None,
        hide: Collection[str] | None = None,
        tls_required: bool | None = None,
        tls: bool = False,
    ) -> "POP3Mock":
        """Put a server of fetched mail at a host: on 110 with STLS, 995 with TLS; or on one port.

        The same call again returns the same mock, and so does one that says no more than where.

        Arguments:
            host: a name or an address.
            port: the only port to stand on.
            mailboxes: the accounts, shared with other servers of their provider.
            accounts: user names and their passwords, where there are no mailboxes to share.
            hide: capabilities that it does not have, such as "APOP" or "UIDL"; see `POP3Mock`.
            tls_required: whether clients have to speak TLS before they log in.
            tls: whether that port speaks TLS from the first byte.

        Raises:
            MisuseError: the place is taken, the host is no host, tls without a port, or an
                argument makes no sense.
        """
        from netmocks.mail import POP3Mock

        return self._mail_server(
            *(POP3Mock, host, port, tls, "pop3"),
            mailboxes=mailboxes,
            accounts=accounts,
            hide=hide,
            tls_required=tls_required,
        )

    def imap(
        self,
        host: str,
        port: int | None = None,
        *,
        mailboxes: "Mailboxes | None" = None,
        accounts: Mapping[str, str] | None = None,
        hide: Collection[str] | None = None,
        tls_required: bool | None = None,
        size_limit: int | None = None,
        tls: bool = False,
    ) -> "IMAPMock":
        """Put a server of kept mail at a host: on 143 with STARTTLS, 993 with TLS; or on one port.

        The same call again returns the same mock, and so does one that says no more than where.

        Arguments:
            host: a name or an address.
            port: the only port to stand on.
            mailboxes: the accounts, shared with other servers of their provider.
            accounts: user names and their passwords, where there are no mailboxes to share.
            hide: capabilities that it does not have, such as "IDLE" or "MOVE"; see `IMAPMock`.
            tls_required: whether clients have to speak TLS before they log in.
            size_limit: bytes that the messages of one APPEND may have.
            tls: whether that port speaks TLS from the first byte.

        Raises:
            MisuseError: the place is taken, the host is no host, tls without a port, or an
                argument makes no sense.
        """
        from netmocks.mail import IMAPMock

        return self._mail_server(
            *(IMAPMock, host, port, tls, "imap"),
            mailboxes=mailboxes,
            accounts=accounts,
            hide=hide,
            tls_required=tls_required,
            size_limit=size_limit,
        )

    def _mail_server(
        self, make: type[M], host: str, port: int | None, tls: bool, kind: str, **given: Any
    ) -> M:
        """Return the server at a place; put one there if need be, of what was given."""
        needs_port(tls, port)
        arguments = {name: value for name, value in given.items() if value is not None}
        if known := self._resident(make, host, port, arguments):
            return known
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
