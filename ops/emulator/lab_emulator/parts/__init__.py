"""What this package adds to LocalStack, and whether each piece was really loaded.

LocalStack falls back to its own behaviour with a mere warning when a plug-in's name is
wrong, so each part says how it can be told apart from what it replaces.
"""

from lab_emulator.parts import (
    cloudformation,
    dynamodb,
    functions,
    http_api,
    messaging,
    observability,
    server,
    stepfunctions,
)
from lab_emulator.parts.part import Part

PARTS: tuple[Part, ...] = (
    *server.PARTS,
    *functions.PARTS,
    *dynamodb.PARTS,
    *observability.PARTS,
    *cloudformation.PARTS,
    *http_api.PARTS,
    *messaging.PARTS,
    *stepfunctions.PARTS,
)


def report() -> list[dict[str, object]]:
    """One entry a part: `name`, `mends`, `loaded`, and `error` where the check itself failed."""
    return [_examine(part) for part in PARTS]


def _examine(part: Part) -> dict[str, object]:
    entry: dict[str, object] = {"name": part.name, "mends": part.mends}
    try:
        return entry | {"loaded": part.loaded()}
    except Exception as error:  # a broken part must show in the list, not take the list down
        return entry | {"loaded": False, "error": f"{type(error).__name__}: {error}"}
