"""Matching: what a rule says about a request, one condition for each thing it says."""

from netmocks.http.matching.condition import Condition, Row
from netmocks.http.matching.json_value import Containing
from netmocks.http.matching.paths import ANYWHERE, path
from netmocks.http.matching.value import Expected
from netmocks.http.matching.words import Conditions, conditions_of, when

__all__ = [
    "ANYWHERE",
    "Condition",
    "Conditions",
    "Containing",
    "Expected",
    "Row",
    "conditions_of",
    "path",
    "when",
]
