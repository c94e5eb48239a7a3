"""Gate of the port: counts the requests that are served, and turns requests away while it is closed."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from rolo.response import Response

# The emulator's own questions are answered at any time: a health check, and who waits for the end of a reset.
OWN_PATHS = b"/_lab/"

# SDKs take a page like this for an error of the service's front, whatever its protocol, and try again.
_PAGE = "<html><body>503: the lab is being reset to its deployed state</body></html>\n"


class RequestGate:
    """Open but for a reset of the deployed state."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._served = 0
        self._closed = False

    @contextmanager
    def passage(self, target: bytes) -> Iterator[bool]:
        """Count one request while the block serves it. False where it is not to be served."""
        with self._changed:
            refused = self._closed and not target.startswith(OWN_PATHS)
            self._served += not refused
        try:
            yield not refused
        finally:
            with self._changed:
                self._served -= not refused
                self._changed.notify_all()

    @contextmanager
    def closed(self) -> Iterator[None]:
        """Turn requests away while the block runs. Those that are served already are."""
        with self._changed:
            self._closed = True
        try:
            yield
        finally:
            with self._changed:
                self._closed = False

    def wait_until_idle(self, seconds: float, *, besides: int = 0) -> int:
        """Wait, for at most `seconds`, until at most `besides` requests are served; return how many are."""
        with self._changed:
            self._changed.wait_for(lambda: self._served <= besides, seconds)
            return self._served


GATE = RequestGate()


def turned_away() -> Response:
    """Answer to a request that was not admitted: nothing of it was done."""
    headers = {"Retry-After": "1", "Content-Type": "text/html"}
    return Response(_PAGE, status=503, headers=headers)
