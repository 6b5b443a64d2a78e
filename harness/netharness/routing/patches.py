"""Patches: attributes replaced while an internet is up, and put back after, always."""

from typing import Any

#: "The owner inherits it": what stands for an attribute that has to be deleted to be put back.
INHERITED: Any = object()


class Patches:
    """A set of replaced attributes.

    Sets may replace the same ones, and come and go in any order.

    Arguments:
        replacements: for each owner (a module or a class), what its attributes are replaced with.
        beneath: whether others that replace the same attributes have precedence.
    """

    def __init__(self, replacements: dict[Any, dict[str, Any]], *, beneath: bool = False) -> None:
        self._replacements = replacements
        self._beneath = beneath
        self._installed: list[tuple[_Attribute, Any]] = []

    @property
    def is_installed(self) -> bool:
        """Whether they are replaced."""
        return bool(self._installed)

    def install(self) -> None:
        """Replace them all."""
        for owner, attributes in self._replacements.items():
            for name, replacement in attributes.items():
                attribute = _replaced.setdefault((owner, name), _Attribute(owner, name))
                attribute.push(replacement, beneath=self._beneath)
                self._installed.append((attribute, replacement))

    def remove(self) -> None:
        """Put back what there would be without them."""
        while self._installed:
            attribute, replacement = self._installed.pop()
            attribute.drop(replacement)


class _Attribute:
    """An attribute, and what replaces it, the last of which has precedence."""

    def __init__(self, owner: Any, name: str) -> None:
        self._owner = owner
        self._name = name
        self._layers = [vars(owner).get(name, INHERITED)]

    def push(self, replacement: Any, *, beneath: bool) -> None:
        self._layers.insert(1 if beneath else len(self._layers), replacement)
        setattr(self._owner, self._name, self._layers[-1])

    def drop(self, replacement: Any) -> None:
        self._layers.remove(replacement)
        if len(self._layers) == 1:
            del _replaced[self._owner, self._name]
        if self._layers[-1] is INHERITED:
            delattr(self._owner, self._name)
        else:
            setattr(self._owner, self._name, self._layers[-1])


#: The attributes that are replaced now.
_replaced: dict[tuple[Any, str], _Attribute] = {}
