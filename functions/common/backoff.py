"""Backoff: how long to wait before something that failed is tried again."""

import random

# 2 ** 16 times any base is above every cap used here; more would only make large numbers.
_MAX_DOUBLINGS = 16


def doubled_seconds(base_seconds: int, failures: int, cap_seconds: int) -> int:
    """Whole seconds: `base_seconds` after the first failure (`failures` is 1), doubled with each further one,
    and never more than `cap_seconds`."""
    return min(cap_seconds, base_seconds << min(failures - 1, _MAX_DOUBLINGS))


def pause_seconds(failures: int, *, base_seconds: float = 0.05, cap_seconds: float = 2.0) -> float:
    """Wait before a call is repeated within an invocation: full jitter, anything up to a ceiling that doubles
    with each failure (the first is 1).

    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """
    return random.uniform(0, min(cap_seconds, base_seconds * 2 ** (failures - 1)))
