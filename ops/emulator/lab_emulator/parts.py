"""What this package adds to LocalStack, and whether each piece was really loaded.

LocalStack falls back to its own behaviour with a mere warning when a plug-in's name is
wrong, so each part says how it can be told apart from what it replaces.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """One thing that LocalStack lacks. `loaded` asks the running process, not the settings."""

    name: str
    mends: str
    loaded: Callable[[], bool]


def _listens_as_told() -> bool:
    from localstack.runtime import get_current_runtime

    from lab_emulator.server import AsToldServer

    return isinstance(get_current_runtime().components.runtime_server, AsToldServer)


PARTS: tuple[Part, ...] = (Part("loopback server", "listens on the address it is told", _listens_as_told),)


def report() -> list[dict[str, object]]:
    """One entry a part: `name`, `mends`, `loaded`, and `error` where the check itself failed."""
    return [_examine(part) for part in PARTS]


def _examine(part: Part) -> dict[str, object]:
    entry: dict[str, object] = {"name": part.name, "mends": part.mends}
    try:
        return entry | {"loaded": part.loaded()}
    except Exception as error:  # a broken part must show in the list, not take the list down
        return entry | {"loaded": False, "error": f"{type(error).__name__}: {error}"}
