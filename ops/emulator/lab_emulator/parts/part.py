"""What one part of this package is."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """One thing that LocalStack lacks. `loaded` asks the running process, not the settings."""

    name: str
    mends: str
    loaded: Callable[[], bool]
