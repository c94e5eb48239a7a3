"""How often and for how long EventBridge tries a target."""

import random
from dataclasses import dataclass

from localstack.aws.api.events import Target

# What a target has that sets neither: "EventBridge retries sending the event for 24 hours and up to 185
# times with an exponential back off and jitter" (user guide, eb-rule-retry-policy).
DEFAULT_ATTEMPTS, DEFAULT_AGE_SECONDS = 185, 86_400

# AWS does not say its intervals; 185 in a day are eight minutes on average. Here somebody waits for
# the end of a drill: the first retry comes within half a second, the later ones every ten at most.
FIRST_INTERVAL_SECONDS = 0.5
MAX_INTERVAL_SECONDS = 10.0


@dataclass(frozen=True)
class RetryPolicy:
    """Limits for one target: whichever is reached first ends the retries."""

    max_retries: int
    max_age_seconds: float

    @classmethod
    def of(cls, target: Target) -> "RetryPolicy":
        settings = target.get("RetryPolicy") or {}
        return cls(
            settings.get("MaximumRetryAttempts", DEFAULT_ATTEMPTS),
            settings.get("MaximumEventAgeInSeconds", DEFAULT_AGE_SECONDS),
        )

    def exhausted_condition(self, retries: int, age_seconds: float) -> str | None:
        """Name the setting that forbids one more retry after so many; None where there may be one."""
        if retries >= self.max_retries:
            return "MaximumRetryAttempts"
        if age_seconds >= self.max_age_seconds:
            return "MaximumEventAgeInSeconds"
        return None


def interval_seconds(retries: int) -> float:
    """How long to wait before the next retry: exponential, with full jitter."""
    longest = min(MAX_INTERVAL_SECONDS, FIRST_INTERVAL_SECONDS * 2 ** min(retries, 16))
    return random.uniform(0, longest)
