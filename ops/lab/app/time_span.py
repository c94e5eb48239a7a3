"""Time span as commands and pages take it: 90s, 5m, 2h, 1d."""

import re

from ops.lab.errors import Refused

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
# Beyond it no date can be told; logs are kept for ten years at most (CloudWatch Logs, PutRetentionPolicy).
_MOST_SECONDS = 3660 * 86400


def seconds(span: str) -> int:
    """The seconds in "90s", "5m", "2h" or "1d". Raises Refused for anything else."""
    if (match := re.fullmatch(r"([0-9]{1,9})([smhd])", span)) and (
        found := int(match[1]) * _UNITS[match[2]]
    ) <= _MOST_SECONDS:
        return found
    raise Refused(f"{span!r} is no time span", hint="for example: --since 90s, 5m, 2h or 1d")
