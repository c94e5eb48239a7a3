"""Speed of the lab: how much faster than on AWS the periods of alarms and schedules pass (`LAB_SPEED`).

The evaluation of alarms is compressed: it looks at real windows of period / speed seconds. So is what
only waits: scheduled rules, and the pauses before asynchronous invocations are tried again.
Metrics keep their real timestamps and the API its real seconds, so templates need no change.
`/_lab/speed` tells the speed, and changes it while the emulator runs.
"""

import json
import math
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

# LocalStack reads its settings when it is imported, and they are made with the help of this module.
if TYPE_CHECKING:
    from localstack.http import Request, Response

VARIABLE = "LAB_SPEED"


# At this speed an alarm's five minutes take a second, which is what metrics tell apart: nothing that the lab
# deploys gets quicker beyond.
MOST = 300


class InvalidSpeed(ValueError):
    """A speed that is no number from 1 to MOST."""


def parse(text: str) -> float:
    """Read a speed. Raises InvalidSpeed."""
    try:
        speed = float(text)
    except ValueError:
        speed = math.nan
    if not 1 <= speed <= MOST:
        raise InvalidSpeed(f"{VARIABLE}={text} is no speed: take a number from 1 to {MOST}, such as 20")
    return speed


def of(environ: Mapping[str, str]) -> float:
    """The speed that the environment asks for, 1 where it does not. Raises InvalidSpeed."""
    return parse(environ.get(VARIABLE) or "1")


_changed: float | None = None


def current() -> float:
    """The speed in force: what it was changed to, else what the environment asks for."""
    return of(os.environ) if _changed is None else _changed


def change(speed: float) -> None:
    """Use `speed`, as `parse` returns it, from the next evaluation on."""
    global _changed
    _changed = speed


class SpeedResource:
    """Resource `/_lab/speed`: GET answers `{"speed": 20.0}`; PUT takes the same, or answers 400."""

    def on_get(self, _request: "Request") -> "Response":
        from localstack.http import Response

        return Response.for_json({"speed": current()})

    def on_put(self, request: "Request") -> "Response":
        from localstack.http import Response

        try:
            change(parse(str(json.loads(request.get_data())["speed"])))
        except (ValueError, TypeError, KeyError) as error:
            return Response.for_json({"error": str(error)}, status=400)
        return self.on_get(request)
