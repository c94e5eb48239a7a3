"""Verdict on one action of a call: what AWS would say, as far as the lab can tell."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from lab_emulator.iam.evaluation.principal import Principal


class PermissionFinding(StrEnum):
    """What the evaluation came to."""

    ALLOWED = "allowed"
    DENIED = "denied"
    NOT_EVALUATED = "not evaluated"
    """The table lacks the operation, or a policy asks for what the lab does not know: see `message`."""


@dataclass(frozen=True)
class Verdict:
    """`message` is AWS's for a denial. `context` has the condition keys that were asked for.

    `missing` is the statement that would allow the call, None where an explicit deny stands against it.
    """

    finding: PermissionFinding
    principal: Principal
    action: str
    resource: str
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    message: str = ""
    missing: Mapping[str, object] | None = None
    where: str = ""
