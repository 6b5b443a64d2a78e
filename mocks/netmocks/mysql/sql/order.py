"""Order: how MySQL's default collation compares text, and decimals and times compare as such."""

import unicodedata
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from netmocks.mysql.sql import moment


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """Return text without what the default collation overlooks: case and accents."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()


def compare_text(one: str, other: str) -> int:
    """Compare as utf8mb4_0900_ai_ci does."""
    if one == other:
        return 0
    a, b = folded(one), folded(other)
    return (a > b) - (a < b)


def compare_decimal(one: str, other: str) -> int:
    """Compare decimals, which are kept as text."""
    try:
        a, b = Decimal(one), Decimal(other)
    except InvalidOperation:
        return (one > other) - (one < other)
    return (a > b) - (a < b)


def compare_time(one: str, other: str) -> int:
    """Compare TIMEs, which may be negative and longer than a day."""
    a, b = moment.duration(one), moment.duration(other)
    if a is None or b is None:
        return (one > other) - (one < other)
    return (a > b) - (a < b)


COLLATIONS = {
    "mysql_text": compare_text,
    "mysql_decimal": compare_decimal,
    "mysql_time": compare_time,
}
