"""Cache of what Lambda authorizers answered, for as long as `AuthorizerResultTtlInSeconds` says."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

MAX_ENTRIES = 10_000


@dataclass(frozen=True)
class CacheKey:
    """One caller at one authorizer. By default AWS shares a result among all routes of the stage."""

    api_id: str
    stage_name: str
    authorizer_id: str
    identity: tuple[str, ...]


class AuthorizerCache:
    """Results by key until they expire. Holds at most `MAX_ENTRIES`: then it starts again, empty."""

    def __init__(self, clock_seconds: Callable[[], float] = time.monotonic) -> None:
        self._clock_seconds = clock_seconds
        self._entries: dict[CacheKey, tuple[float, dict[str, Any]]] = {}
        self._lock = threading.Lock()

    def get(self, key: CacheKey) -> dict[str, Any] | None:
        """Return the result that is still valid, or None."""
        with self._lock:
            expires, result = self._entries.get(key, (0.0, None))
            return result if self._clock_seconds() < expires else None

    def put(self, key: CacheKey, result: dict[str, Any], ttl_seconds: int) -> None:
        with self._lock:
            if len(self._entries) >= MAX_ENTRIES:
                self._entries.clear()
            self._entries[key] = (self._clock_seconds() + ttl_seconds, result)

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()

    def forget_api(self, api_id: str) -> None:
        """Drop every result of the API, whatever its stage."""
        with self._lock:
            self._entries = {key: entry for key, entry in self._entries.items() if key.api_id != api_id}


AUTHORIZER_RESULTS = AuthorizerCache()
