"""Authorization request: what a call asks permission for."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lab_emulator.iam.evaluation.principal import Principal


@dataclass(frozen=True)
class AuthorizationRequest:
    """One action on one resource.

    `action` is "sqs:SendMessage", `resource` an ARN, or "*" for an action that knows no resource.
    `context` has the condition keys of the request: names in lower case, each with its values; a key that the
    request does not have is absent.
    """

    principal: Principal
    action: str
    resource: str
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
