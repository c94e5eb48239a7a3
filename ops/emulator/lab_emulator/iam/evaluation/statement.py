"""Statement: one permission of a policy, granted or denied."""

from dataclasses import dataclass
from enum import Enum


class Effect(Enum):
    """What a statement does to the requests that it matches."""

    ALLOW = "Allow"
    DENY = "Deny"


@dataclass(frozen=True, eq=False)
class Statement:
    """One element of a policy's `Statement`."""

    effect: Effect
    sid: str | None
