"""Statement: one permission of a policy, granted or denied."""

from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any

from lab_emulator.iam.evaluation.authorization_request import AuthorizationRequest
from lab_emulator.iam.evaluation.condition import Condition
from lab_emulator.iam.evaluation.pattern_set import PatternSet
from lab_emulator.iam.evaluation.principal_element import PrincipalElement


class Effect(Enum):
    """What a statement does to the requests that it matches."""

    ALLOW = "Allow"
    DENY = "Deny"


@dataclass(frozen=True, eq=False)
class ActionElement:
    """`Action`, or `NotAction` where `is_negated`. Its patterns are in lower case."""

    is_negated: bool
    patterns: PatternSet

    def matches(self, action: str) -> bool:
        """Tell whether it covers `action`, which is in lower case."""
        return bool(self.patterns.matches(action, {})) is not self.is_negated


@dataclass(frozen=True, eq=False)
class ResourceElement:
    """`Resource`, or `NotResource` where `is_negated`."""

    is_negated: bool
    patterns: PatternSet

    def matches(self, request: AuthorizationRequest) -> bool:
        """Tell whether it covers the request's resource; where a variable is missing, it covers nothing."""
        matched = self.patterns.matches(request.resource, request.context)
        return matched is not None and matched is not self.is_negated


@dataclass(frozen=True, eq=False)
class Statement:
    """One element of a policy's `Statement`.

    `resources` is None in a role's trust policy, `principals` in a policy of an identity. `source` is the
    statement as the policy has it.
    """

    effect: Effect
    sid: str | None
    actions: ActionElement
    resources: ResourceElement | None
    principals: PrincipalElement | None
    conditions: tuple[Condition, ...]
    source: dict[str, Any]

    @cached_property
    def context_keys(self) -> frozenset[str]:
        """The condition keys that it reads, in lower case."""
        resource_keys = self.resources.patterns.keys if self.resources else frozenset()
        return resource_keys.union(*(condition.keys for condition in self.conditions))

    def covers(self, request: AuthorizationRequest) -> bool:
        """Tell whether its resources and conditions match; its action and principals are not asked."""
        if self.resources is not None and not self.resources.matches(request):
            return False
        for condition in self.conditions:  # noqa: SIM110 - a generator costs as much as the test does
            if not condition.holds(request.context):
                return False
        return True
