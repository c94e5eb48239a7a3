"""Throttling by the stage's settings: a token bucket for each route, as API Gateway keeps."""

import threading
import time
from dataclasses import dataclass, field
from typing import Any

from lab_emulator.http_api.data_plane.exchange import Exchange
from lab_emulator.http_api.data_plane.gateway_error import too_many_requests

# What an account has where the settings give one limit only (API Gateway developer guide, quotas).
ACCOUNT_RATE_PER_SECOND, ACCOUNT_BURST = 10_000.0, 5_000


@dataclass(frozen=True)
class ThrottlingLimits:
    """How many requests a second are let in, and how many at once."""

    rate_per_second: float
    burst: int


@dataclass
class TokenBucket:
    """Holds `burst` tokens at most, and gains `rate_per_second` of them each second."""

    limits: ThrottlingLimits
    tokens: float = field(init=False)
    refilled_at: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.tokens = self.limits.burst

    def take(self) -> bool:
        """Take a token, and say whether there was one."""
        now = time.monotonic()
        gained = (now - self.refilled_at) * self.limits.rate_per_second
        self.tokens, self.refilled_at = min(self.limits.burst, self.tokens + gained), now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


_buckets: dict[tuple[str, str, str], TokenBucket] = {}
_lock = threading.Lock()


def forget() -> None:
    """Let every route have its burst again."""
    with _lock:
        _buckets.clear()


def throttle(exchange: Exchange) -> None:
    """Refuse the request if its route has had too many. Without settings there is no limit."""
    if exchange.match is None:
        return
    route_key = exchange.match.route.route_key
    limits = _throttling_limits(exchange.route_settings)
    if limits is None:
        return
    key = (exchange.api.api_id, exchange.stage.name, route_key)
    with _lock:
        bucket = _buckets.get(key)
        if bucket is None or bucket.limits != limits:
            bucket = _buckets[key] = TokenBucket(limits)
        admitted = bucket.take()
    if not admitted:
        raise too_many_requests()


def _throttling_limits(settings: dict[str, Any]) -> ThrottlingLimits | None:
    rate, burst = settings.get("throttlingRateLimit"), settings.get("throttlingBurstLimit")
    if rate is None and burst is None:
        return None
    return ThrottlingLimits(
        ACCOUNT_RATE_PER_SECOND if rate is None else float(rate),
        ACCOUNT_BURST if burst is None else int(burst),
    )
