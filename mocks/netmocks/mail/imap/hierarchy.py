"""The hierarchy of mailbox names, and patterns of them (RFC 3501 §5.1.1, §6.3.8)."""

from collections.abc import Iterable, Iterator

DELIMITER = "/"

#: Characters of a name, and levels of it.
LENGTH_LIMIT = 1000
LEVELS_LIMIT = 50


def is_name(name: str) -> bool:
    """Whether a mailbox may be called so."""
    levels = name.split(DELIMITER)
    return all(levels) and len(name) <= LENGTH_LIMIT and len(levels) <= LEVELS_LIMIT


def above(name: str) -> Iterator[str]:
    """Return the names of the levels above one, outermost first."""
    levels = name.split(DELIMITER)
    for count in range(1, len(levels)):
        yield DELIMITER.join(levels[:count])


def below(name: str, names: Iterable[str]) -> list[str]:
    """Return those names that are of levels below one."""
    return [other for other in names if other.startswith(name + DELIMITER)]


def matches(name: str, pattern: str) -> bool:
    """Whether a name fits a pattern: "*" stands for anything, "%" for anything within a level.

    INBOX is the same in any case. The time it takes grows with the product of both lengths only.
    """
    places = _reachable({0}, pattern)
    for character in name:
        following = set()
        for place in places:
            expected = pattern[place : place + 1]
            if expected == "*" or (expected == "%" and character != DELIMITER):
                following.add(place)
            if expected == character:  # a name may well have an asterisk itself
                following.add(place + 1)
        places = _reachable(following, pattern)
    return len(pattern) in places


def _reachable(places: set[int], pattern: str) -> set[int]:
    """Return where in the pattern one may stand, for a wildcard may stand for nothing."""
    found = set()
    for start in places:
        place = start
        found.add(place)
        while pattern[place : place + 1] in ("*", "%"):
            place += 1
            found.add(place)
    return found
