"""Provider: the servers of one mail provider, over one set of mailboxes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from netharness.routing.table import is_address, normal_name
from netmocks.errors import MisuseError

if TYPE_CHECKING:
    from netharness.internet import Internet
    from netmocks.mail import IMAPMock, Mailboxes, Message, POP3Mock, SMTPMock, StoredMessage


@dataclass(frozen=True)
class Provider:
    """What `Internet.mail` puts up."""

    #: the accounts, and the mail they have
    mailboxes: "Mailboxes"
    #: takes mail, at smtp.DOMAIN
    smtp: "SMTPMock"
    #: hands mail out, at pop.DOMAIN
    pop3: "POP3Mock"
    #: keeps mail, at imap.DOMAIN
    imap: "IMAPMock"


class Providers:
    """The providers of one internet, which send each other mail.

    Arguments:
        internet: where they live.
    """

    def __init__(self, internet: "Internet") -> None:
        self._internet = internet
        self._providers: dict[str, Provider] = {}

    def at(self, domain: str, arguments: Mapping[str, Any]) -> Provider:
        """Return the provider of a domain; put one up if need be, with mailboxes of this kind."""
        if "@" in domain or is_address(domain):
            raise MisuseError(
                f"internet.mail({domain!r}): a provider is called by its domain, as in"
                " internet.mail('example.com'), which has smtp., pop. and imap.example.com"
            )
        domain = normal_name(domain)
        known = self._providers.get(domain)
        if known is None:
            known = self._providers[domain] = self._put_up(
                domain, {"domains": [domain], **arguments}
            )
        elif arguments:
            raise MisuseError(
                f"internet.mail({domain!r}) is there already: say all of it where it is made"
            )
        return known

    def _put_up(self, domain: str, arguments: Mapping[str, Any]) -> Provider:
        from netmocks.mail import Mailboxes  # only who has mail pays for it

        mailboxes = Mailboxes(**arguments)
        mailboxes.relay = self._relay
        for own in sorted(mailboxes.domains - self._internet.mail_hosts.keys()):
            self._internet.mx(own, f"smtp.{domain}")
        return Provider(
            mailboxes,
            smtp=self._internet.smtp(f"smtp.{domain}", mailboxes=mailboxes),
            pop3=self._internet.pop3(f"pop.{domain}", mailboxes=mailboxes),
            imap=self._internet.imap(f"imap.{domain}", mailboxes=mailboxes),
        )

    def _relay(self, recipient: str, message: "Message") -> "StoredMessage | None":
        """Deliver mail to the provider that it is for, if there is one."""
        for provider in self._providers.values():
            if provider.mailboxes.serves(recipient):
                return provider.mailboxes.deliver(recipient, message)
        return None
