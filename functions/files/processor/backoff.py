"""How long a call waits before it is tried again."""

import random

MAX_TRIES = 5  # with one call in ten failing, one row in 100,000 fails them all
_BASE_SECONDS = 0.05
_CAP_SECONDS = 2.0


def backoff_seconds(failures: int) -> float:
    """Full jitter: anything up to a ceiling that doubles with each failure (the first is 1).

    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """
    return random.uniform(0, min(_CAP_SECONDS, _BASE_SECONDS * 2 ** (failures - 1)))
