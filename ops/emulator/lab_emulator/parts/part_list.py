"""List of every part, and the report that says which of them are loaded."""

import threading

from lab_emulator.parts import compute, data, http_api, observability, platform, stepfunctions
from lab_emulator.parts.part import Part

PARTS: tuple[Part, ...] = (
    *platform.PARTS,
    *compute.PARTS,
    *data.PARTS,
    *observability.PARTS,
    *http_api.PARTS,
    *stepfunctions.PARTS,
)

# The first report loads most services: two at once would get into each other's way.
_LOCK = threading.Lock()


def report() -> list[dict[str, object]]:
    """One entry a part: `name`, `adds`, `loaded`, and `error` where the check itself failed."""
    with _LOCK:
        return [_examine(part) for part in PARTS]


def _examine(part: Part) -> dict[str, object]:
    entry: dict[str, object] = {"name": part.name, "adds": part.adds}
    try:
        return entry | {"loaded": part.loaded()}
    except Exception as error:  # a broken part must show in the list, not take the list down
        return entry | {"loaded": False, "error": f"{type(error).__name__}: {error}"}
