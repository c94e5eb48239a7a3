"""Kept things of a console: what its pages share from one request to the next, made at its first use.

Not of a module: a test has many consoles, one after another.
"""

import threading
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from starlette.requests import Request

T = TypeVar("T")

_MAKING = threading.Lock()


def kept(request: Request, make: Callable[[Request], T]) -> T:
    """What `make`, a function of a module, made at the first call of this console."""
    return kept_by(request, make, lambda: make(request))


def kept_by(request: Request, name: Hashable, make: Callable[[], T]) -> T:
    """What `make` made at the first call by this name; the same for each request after it.

    It must be quick: it makes what reads, and reads nothing itself.
    """
    state: Any = request.app.state
    with _MAKING:
        things: dict[Hashable, Any] = getattr(state, "kept", None) or {}
        state.kept = things
        if name not in things:
            things[name] = make()
        found: T = things[name]
        return found
