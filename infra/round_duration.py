"""How long a round of staggered processing can take: what its queue's visibility time-out must cover."""

import math

ROUND_MESSAGES = 10  # the most that SQS gives at one receive
# Per message: more requests for an invocation that Lambda throttled, and the calls that settle the message.
SETTLE_SECONDS = 10


def max_wait_seconds(stagger_milliseconds: int) -> int:
    """To what backpressure may stretch a wait: twice the time over which a round spreads its starts."""
    return max(5, math.ceil(2 * ROUND_MESSAGES * stagger_milliseconds / 1_000))


def least_visibility_seconds(*, timeout_seconds: int, min_concurrency: int, stagger_milliseconds: int) -> int:
    """The shortest visibility time-out under which no message of a round comes back while the round works.

    The last message waits until all those before it in its slot have waited, run (at most `timeout_seconds`)
    and been settled.
    """
    turns = math.ceil(ROUND_MESSAGES / min_concurrency)
    return turns * (max_wait_seconds(stagger_milliseconds) + timeout_seconds + SETTLE_SECONDS)
