"""Order: which rules were used before which, across mocks."""

from netmocks.http.rule import Rule


def assert_order(*rules: Rule) -> None:
    """Check that the rules were used in this order; other requests may have come between.

    Arguments:
        rules: of one mock or of several; one that is used again stands here again.

    Raises:
        AssertionError: they were not; the text shows in which order they were.
    """
    last = 0
    for place, rule in enumerate(rules):
        later = [call.number for call in rule.calls if call.number > last]
        if not later:
            before = f" behind {rules[place - 1].spelling}" if place else ""
            raise AssertionError(f"no request for {rule.spelling} came{before}\n{_order(rules)}")
        last = later[0]


def _order(rules: tuple[Rule, ...]) -> str:
    calls = {call.number: call for rule in rules for call in rule.calls}
    if not calls:
        return "none of these rules was used at all"
    return "\n".join(["the order was:", *(f"  {calls[number]}" for number in sorted(calls))])
