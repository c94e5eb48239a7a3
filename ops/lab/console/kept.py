"""Kept things of a console: what its pages share from one request to the next, made at its first use.

Not of a module: a test has many consoles, one after another.
"""

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from starlette.requests import Request

T = TypeVar("T")

_MAKING = threading.Lock()


def kept(request: Request, make: Callable[[Request], T]) -> T:
    """What `make` made at the first call of this console; the same for each request after it.

    `make` is a function of a module: it is its own name. It must be quick: it makes what reads, and reads
    nothing itself.
    """
    state: Any = request.app.state
    with _MAKING:
        things: dict[Callable[[Request], Any], Any] = getattr(state, "kept", None) or {}
        state.kept = things
        if make not in things:
            things[make] = make(request)
        found: T = things[make]
        return found
