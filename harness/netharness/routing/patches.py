"""Patches: attributes replaced while an internet is up, and put back after, always."""

from typing import Any

#: "The owner inherits it": what stands for an attribute that has to be deleted to be put back.
INHERITED: Any = object()


class Patches:
    """A set of replaced attributes.

    Arguments:
        replacements: for each owner (a module or a class), what its attributes are replaced with.
    """

    def __init__(self, replacements: dict[Any, dict[str, Any]]) -> None:
        self._replacements = replacements
        self._originals: list[tuple[Any, str, Any]] = []

    @property
    def is_installed(self) -> bool:
        """Whether they are replaced."""
        return bool(self._originals)

    def install(self) -> None:
        """Replace them all."""
        for owner, attributes in self._replacements.items():
            for name, replacement in attributes.items():
                self._originals.append((owner, name, vars(owner).get(name, INHERITED)))
                setattr(owner, name, replacement)

    def remove(self) -> None:
        """Put the originals back."""
        while self._originals:
            owner, name, original = self._originals.pop()
            if original is INHERITED:
                delattr(owner, name)
            else:
                setattr(owner, name, original)
