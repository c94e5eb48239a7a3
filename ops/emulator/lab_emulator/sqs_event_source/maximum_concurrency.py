"""MaximumConcurrency: how many batches of one mapping may be in flight."""

import threading
from collections.abc import Callable
from weakref import WeakValueDictionary


class InvocationSlots:
    """A semaphore whose limit can change while slots are taken.

    A slot is taken before anything is received: a message for which no slot is free stays
    visible in the queue, as with `MaximumConcurrency` on AWS, and uses up no receive count.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._taken = 0
        self._changed = threading.Condition()

    def resize(self, limit: int) -> None:
        """Slots above a lower limit stay taken until their batch is done."""
        with self._changed:
            self._limit = limit
            self._changed.notify_all()

    def acquire(self, cancelled: Callable[[], bool]) -> bool:
        """Take a slot, waiting for one. False once `cancelled`; see `wake`."""
        with self._changed:
            self._changed.wait_for(lambda: cancelled() or self._taken < self._limit)
            if cancelled():
                return False
            self._taken += 1
            return True

    def release(self) -> None:
        with self._changed:
            self._taken -= 1
            self._changed.notify_all()

    def wake(self) -> None:
        """Let every waiter look at its `cancelled` again."""
        with self._changed:
            self._changed.notify_all()

    def wait_until_idle(self, timeout_seconds: float) -> bool:
        """Wait until no slot is taken. False where some still are after `timeout_seconds`."""
        with self._changed:
            return self._changed.wait_for(lambda: self._taken == 0, timeout_seconds)


class SlotsByMapping:
    """The slots of each mapping, found by its UUID for as long as a worker holds them.

    UpdateEventSourceMapping replaces the worker while batches of the old one are in flight.
    Both count against the same slots, so that together they stay within the limit.
    """

    def __init__(self) -> None:
        self._slots: WeakValueDictionary[str, InvocationSlots] = WeakValueDictionary()
        self._lock = threading.Lock()

    def all(self) -> list[InvocationSlots]:
        """The slots of every mapping."""
        with self._lock:
            return list(self._slots.values())

    def get(self, mapping_uuid: str, limit: int) -> InvocationSlots:
        """The mapping's slots, resized to `limit`; new ones where no worker holds any."""
        with self._lock:
            slots = self._slots.get(mapping_uuid)
            if slots is None:
                slots = self._slots[mapping_uuid] = InvocationSlots(limit)
            slots.resize(limit)
            return slots
