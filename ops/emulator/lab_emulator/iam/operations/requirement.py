"""Requirement: one action that an operation needs, on one kind of resource."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lab_emulator.iam.api_call import ApiCall

Resources = Callable[[ApiCall], Sequence[str]]
"""The ARNs of one kind of resource that a call is about: none where the call has no such."""


def any_resource(_call: ApiCall) -> Sequence[str]:
    """The resource of an action that knows none."""
    return ("*",)


@dataclass(frozen=True)
class Requirement:
    """`member` is a member of the request: with it the requirement counts, or without, as `needs_member`."""

    action: str
    resources: Resources
    member: str | None = None
    needs_member: bool = True

    def arns(self, call: ApiCall) -> Sequence[str]:
        """The resources that the action has to be allowed on."""
        if self.member is not None and bool(call.request.get(self.member)) is not self.needs_member:
            return ()
        return self.resources(call)

    @classmethod
    def parse(cls, text: str, prefix: str, resources_of: Callable[[str], Resources]) -> "Requirement":
        """Read `ACTION RESOURCE [if MEMBER | unless MEMBER]`. Raises ValueError."""
        action, kind, *condition = text.split()
        if condition and (len(condition) != 2 or condition[0] not in ("if", "unless")):
            raise ValueError(f"{text!r} is no requirement: ACTION RESOURCE [if MEMBER | unless MEMBER]")
        return cls(
            action if ":" in action else f"{prefix}:{action}",
            any_resource if kind == "*" else resources_of(kind),
            condition[1] if condition else None,
            not condition or condition[0] == "if",
        )
