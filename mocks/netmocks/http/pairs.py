"""Pairs: names with values, in order, repeats kept; header fields are pairs without letter case."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

V = TypeVar("V")


class MultiMapping(Mapping[str, V]):
    """An immutable mapping from names to values that may repeat.

    `pairs["name"]` is the first value; `pairs.all("name")` has every one; `pairs.items()` has
    each name once, `pairs.raw` each pair as it came.
    """

    __slots__ = ("_by_name", "raw")

    def __init__(self, raw: Iterable[tuple[str, V]] = ()) -> None:
        #: every pair, in order
        self.raw = tuple(raw)
        self._by_name: dict[str, list[V]] = {}
        for name, value in self.raw:
            self._by_name.setdefault(self._key(name), []).append(value)

    @staticmethod
    def _key(name: str) -> str:
        return name

    def __getitem__(self, name: str) -> V:
        return self._by_name[self._key(name)][0]

    def all(self, name: str) -> list[V]:
        """Return every value of a name, in order; none if it is absent."""
        return list(self._by_name.get(self._key(name), ()))

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._key(name) in self._by_name

    def __eq__(self, other: object) -> bool:
        if isinstance(other, MultiMapping):
            return self._by_name == other._by_name
        return Mapping.__eq__(self, other)

    __hash__ = None  # type: ignore[assignment]  # equal to dicts, which have no hash either

    def __repr__(self) -> str:
        return f"{type(self).__name__}({list(self.raw)!r})"


class Pairs(MultiMapping[str]):
    """Names with text: of a query, a form, or cookies."""

    __slots__ = ()


class Fields(Pairs):
    """Header fields: names without regard to case; repeats read as one list (RFC 9110 §5.3)."""

    __slots__ = ()

    @staticmethod
    def _key(name: str) -> str:
        return name.lower()

    def __getitem__(self, name: str) -> str:
        return ", ".join(self._by_name[name.lower()])
