"""Background answer: what many open pages ask for, read again beside them, and seldom if it is costly."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

# At most this part of the time is spent reading: what serves the answer has other work.
_SHARE_OF_TIME = 1 / 30


@dataclass(frozen=True)
class DatedAnswer(Generic[T]):
    """`at` is when it was read, in epoch seconds."""

    value: T
    at: float


class BackgroundAnswer(Generic[T]):
    """What `read` returned last. It is read again in the background once the answer is older than `seconds`,
    and thirty times as old as it took to read. The first `get` waits for it; another does only for `fresh`.

    `get` raises what the last reading raised, once.
    """

    def __init__(self, read: Callable[[], T], seconds: float) -> None:
        self._read = read
        self._seconds = seconds
        self._lock = threading.Lock()
        self._answer: DatedAnswer[T] | None = None
        self._due = 0.0
        self._error: Exception | None = None

    def get(self, *, fresh: bool = False) -> DatedAnswer[T]:
        """The answer; `fresh` reads it now, after something was changed."""
        error, self._error = self._error, None
        if error is not None:
            self._answer = None
            raise error
        answer = self._answer
        if answer is None or fresh:
            with self._lock:
                if self._answer is answer or self._answer is None:
                    self._look()
                answer = self._answer
                assert answer is not None
                return answer
        if time.monotonic() >= self._due and self._lock.acquire(blocking=False):
            threading.Thread(target=self._look_again, name="console answer", daemon=True).start()
        return answer

    def _look_again(self) -> None:
        try:
            self._look()
        except Exception as error:  # told to whoever asks next
            self._error = error
        finally:
            self._lock.release()

    def _look(self) -> None:
        began = time.monotonic()
        value = self._read()
        took = time.monotonic() - began
        self._answer = DatedAnswer(value, time.time())
        self._due = began + max(self._seconds, took / _SHARE_OF_TIME)
