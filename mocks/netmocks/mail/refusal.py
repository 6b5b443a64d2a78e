"""Refusal: why a mailbox does not take a message."""

from netmocks.errors import NetmocksError


class Refusal(NetmocksError):
    """A mailbox does not take a message; its server tells the client in its protocol's words."""


class UnknownRecipient(Refusal):
    """The address is nobody's."""


class OverQuota(Refusal):
    """The account has no room for it."""
