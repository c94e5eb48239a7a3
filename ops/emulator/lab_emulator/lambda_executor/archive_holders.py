"""Holders of archives: which functions have the same code, and which of them is the last to release it."""

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Archive = TypeVar("Archive")


class ArchiveHolders(Generic[Archive]):
    """The stored archives, by the object that each was fetched from."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stored: dict[Hashable, Archive] = {}
        self._sources: dict[str, Hashable] = {}  # by holder

    def hold(self, source: Hashable, holder: str, store: Callable[[], Archive]) -> Archive:
        """The archive of an object, for one more holder; `store` makes it where none has it yet."""
        with self._lock:
            if source not in self._stored:
                self._stored[source] = store()
            self._sources[holder] = source
            return self._stored[source]

    def let_go(self, holder: str) -> bool:
        """End a hold; return whether it was the last, so that the archive is to be deleted."""
        with self._lock:
            source = self._sources.pop(holder, None)
            if source is None or source in self._sources.values():
                return False
            del self._stored[source]
            return True

    def holdings(self) -> tuple[dict[Hashable, Archive], dict[str, Hashable]]:
        """All archives by their source, and the source of each holder."""
        with self._lock:
            return dict(self._stored), dict(self._sources)

    def replace(self, stored: dict[Hashable, Archive], sources: dict[str, Hashable]) -> None:
        """Have these holdings, as `holdings` returned them, and no others."""
        with self._lock:
            self._stored, self._sources = dict(stored), dict(sources)
