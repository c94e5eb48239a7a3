"""Parts of this package: what each adds to LocalStack, and whether it was really loaded.

LocalStack falls back to its own behaviour with a mere warning when a plug-in's name is
wrong, so each part says how it can be told apart from what it replaces. `/_lab/parts` answers
`report()`; `lab doctor`, the container's health check and the tests read it there.
"""

import threading

from lab_emulator.parts import (
    cloudformation,
    compute,
    http_api,
    messaging,
    observability,
    server,
    stepfunctions,
    storage,
)
from lab_emulator.parts.part import Part

PARTS: tuple[Part, ...] = (
    *server.PARTS,
    *compute.PARTS,
    *storage.PARTS,
    *observability.PARTS,
    *cloudformation.PARTS,
    *http_api.PARTS,
    *messaging.PARTS,
    *stepfunctions.PARTS,
)

# The first report loads most services: two at once would get into each other's way.
_LOCK = threading.Lock()


def report() -> list[dict[str, object]]:
    """One entry a part: `name`, `adds`, `loaded`, and `error` where the check itself failed."""
    with _LOCK:
        return [part.examine() for part in PARTS]
