"""Condition: one operator, one key and its values, as a test of a request's context.

Sources: IAM user guide, "IAM JSON policy elements: Condition operators", "Conditions with multiple context
keys or values", "Single-valued vs. multivalued context keys".
"""

from dataclasses import dataclass
from enum import Enum

from lab_emulator.iam.evaluation.condition_operators import CONDITION_OPERATORS, ValueTest
from lab_emulator.iam.evaluation.condition_values import truth_of
from lab_emulator.iam.evaluation.text_pattern import Context

_IF_EXISTS = "ifexists"


class SetOperator(Enum):
    """Which values of a key with several must match."""

    NONE = ""
    """The key has one value: "multivalued context keys require a condition set operator"."""
    FOR_ALL_VALUES = "ForAllValues:"
    FOR_ANY_VALUE = "ForAnyValue:"


_SET_OPERATORS = {each.value.lower(): each for each in SetOperator}


class InvalidCondition(ValueError):
    """An operator that does not exist, or a value that is not of its type."""


@dataclass(frozen=True, eq=False)
class Condition:
    """Test of the values of one condition key, whose name is in lower case.

    `must_be_absent` is set for the operator `Null` alone, which compares nothing.
    """

    key: str
    set_operator: SetOperator = SetOperator.NONE
    test: ValueTest | None = None
    is_negated: bool = False
    holds_if_absent: bool = False
    must_be_absent: bool | None = None

    @classmethod
    def parse(cls, operator: str, key: str, values: tuple[str, ...], *, variables: bool) -> "Condition":
        """Read a condition; raises InvalidCondition."""
        prefix, colon, name = operator.lower().rpartition(":")
        base = name.removesuffix(_IF_EXISTS)
        if prefix + colon not in _SET_OPERATORS or (name != "null" and base not in CONDITION_OPERATORS):
            raise InvalidCondition(f"{operator!r} is not a condition operator")
        set_operator = _SET_OPERATORS[prefix + colon]
        try:
            if name == "null":
                return cls(key.lower(), set_operator, must_be_absent=_must_be_absent(values))
            known = CONDITION_OPERATORS[base]
            test = known.compile(values, variables)
        except ValueError as error:
            raise InvalidCondition(str(error)) from None
        return cls(key.lower(), set_operator, test, known.is_negated, name != base)

    @property
    def keys(self) -> frozenset[str]:
        """The condition keys whose values it reads: its own, and those of policy variables."""
        return frozenset({self.key}) | (self.test.keys if self.test else frozenset())

    def holds(self, context: Context) -> bool:
        """Tell whether the request's values satisfy it."""
        values = context.get(self.key, ())
        if self.test is None:
            return self.must_be_absent is (not any(values))
        if self.set_operator is SetOperator.NONE:
            if not values:
                return self.is_negated or self.holds_if_absent
            return len(values) == 1 and self._satisfies(self.test, values[0], context)
        values = tuple(filter(None, values))
        if self.set_operator is SetOperator.FOR_ALL_VALUES:
            return all(self._satisfies(self.test, value, context) for value in values)
        if not values:
            return self.holds_if_absent
        return any(self._satisfies(self.test, value, context) for value in values)

    def _satisfies(self, test: ValueTest, value: str, context: Context) -> bool:
        """Tell whether one value does; one that cannot be compared does not, nor under a negated operator."""
        matched = test.matches(value, context)
        return matched is not None and matched is not self.is_negated


def _must_be_absent(values: tuple[str, ...]) -> bool:
    wanted = {truth_of(value) for value in values}
    if len(wanted) != 1:
        raise InvalidCondition("Null takes true or false, not both")
    return wanted == {"true"}
