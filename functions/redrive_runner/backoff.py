"""How long a redriven message waits before the worker sees it."""

import random
from collections.abc import Callable

from functions.redrive.parameters import MAX_DELAY_SECONDS

RandomInteger = Callable[[int, int], int]
"""An integer between two bounds, both included."""

_BASE_SECONDS = 10
_CAP_SECONDS = 300


def ceiling_seconds(redrive_count: int, jitter_seconds: int) -> int:
    """The longest delay: the spread that was asked for, and a backoff that doubles with each earlier redrive.

    `jitter_seconds` is the operator's `perMessageDelayJitter`. The first redrive adds nothing to it, the
    second 10 s, the third 20 s, and so on up to 300 s; SQS takes 900 s at most.
    """
    backoff = min(_CAP_SECONDS, _BASE_SECONDS * 2 ** min(redrive_count - 1, 16)) if redrive_count else 0
    return min(MAX_DELAY_SECONDS, jitter_seconds + backoff)


def delay_seconds(
    redrive_count: int, jitter_seconds: int, random_integer: RandomInteger = random.randint
) -> int:
    """Full jitter: anything from 0 to the ceiling, so that what failed together does not return together.

    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """
    return random_integer(0, ceiling_seconds(redrive_count, jitter_seconds))
