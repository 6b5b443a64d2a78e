"""Hidden: the capabilities that a mail server was told not to have."""

from collections.abc import Collection

from netmocks.errors import MisuseError


def hidden(hide: str | Collection[str], hideable: Collection[str]) -> frozenset[str]:
    """Return what is to be hidden.

    Arguments:
        hide: one capability or several.
        hideable: those that can be hidden.

    Raises:
        MisuseError: one of them can't.
    """
    names = frozenset([hide] if isinstance(hide, str) else hide)
    if unknown := sorted(names.difference(hideable)):
        raise MisuseError(f"hide={unknown}: what can be hidden is {', '.join(hideable)}")
    return names
