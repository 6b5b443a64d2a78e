"""Replaced attributes, by several sets in any order."""

from itertools import permutations

import pytest

from netharness.routing.patches import Patches


class Base:
    inherited = "the base's"


@pytest.fixture
def owner() -> type:
    """A class with an attribute of its own, and one that it inherits."""

    class Owner(Base):
        own = "the owner's"

    return Owner


def test_a_set_replaces_and_puts_back(owner: type) -> None:
    before = dict(vars(owner))
    patches = Patches({owner: {"own": 1, "inherited": 2, "new": 3}})
    assert not patches.is_installed
    patches.install()
    assert patches.is_installed
    assert (owner.own, owner.inherited, owner.new) == (1, 2, 3)  # type: ignore[attr-defined]  # new
    patches.remove()
    patches.remove()
    assert dict(vars(owner)) == before
    assert owner.inherited == "the base's"  # type: ignore[attr-defined]  # of its base


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_sets_come_and_go_in_any_order(owner: type, order: tuple[int, ...]) -> None:
    before = dict(vars(owner))
    sets = [Patches({owner: {"own": number, "inherited": number}}) for number in range(3)]
    for each in sets:
        each.install()
    installed = [0, 1, 2]
    for number in order:
        assert owner.own == owner.inherited == installed[-1]  # type: ignore[attr-defined]  # ours
        sets[number].remove()
        installed.remove(number)
    assert dict(vars(owner)) == before


@pytest.mark.parametrize("first", ["beneath", "above"])
def test_one_set_stays_beneath_the_others(owner: type, first: str) -> None:
    beneath = Patches({owner: {"own": "beneath"}}, beneath=True)
    above = Patches({owner: {"own": "above"}})
    for each in (beneath, above) if first == "beneath" else (above, beneath):
        each.install()
    assert owner.own == "above"  # type: ignore[attr-defined]  # its own
    above.remove()
    assert owner.own == "beneath"  # type: ignore[attr-defined]  # its own
    beneath.remove()
    assert owner.own == "the owner's"  # type: ignore[attr-defined]  # its own
