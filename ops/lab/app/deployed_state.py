"""Deployed state: what the emulator keeps at the end of a deployment, and goes back to."""

import json
import urllib.error
import urllib.request
from typing import Any

from ops.lab.errors import EmulatorFailed, Refused

# It takes well under a second; a machine that is busy with other things is waited for.
_KEPT_WITHIN_SECONDS = 60.0
_RESET_WITHIN_SECONDS = 120.0
_ANEW = "throw the lab away and start a new one: lab up --fresh"


def keep(endpoint: str) -> bool:
    """Have the emulator keep its state as it is now, in the place of any that it kept before.

    False where it does not: it is another image's, or holds something that cannot be copied, as its log says.
    """
    try:
        _ask("PUT", endpoint, _KEPT_WITHIN_SECONDS)
    except OSError:
        return False
    return True


def kept_at(endpoint: str) -> float | None:
    """When the state was kept that a reset goes back to, in seconds since the epoch; None without one."""
    try:
        found = _ask("GET", endpoint, 10)["kept_at"]
    except (OSError, ValueError, KeyError):
        return None
    return None if found is None else float(found)


def reset(endpoint: str) -> float:
    """Go back to the state that was kept; return the seconds for which the emulator answered nobody.

    Raises Refused where none was kept, EmulatorFailed where the emulator did not come to the end of it.
    """
    try:
        return float(_ask("POST", endpoint, _RESET_WITHIN_SECONDS)["seconds"])
    except urllib.error.HTTPError as error:
        with error:
            reason = error.read().decode(errors="replace")
            if error.code == 409:
                raise Refused(reason_of_none(), hint=_ANEW) from error
        raise EmulatorFailed(f"the emulator was not reset: {reason}", hint=_ANEW) from error
    except OSError as error:
        raise EmulatorFailed(f"the emulator was not reset: {error}", hint=_ANEW) from error


def reason_of_none() -> str:
    """Why there is nothing to go back to."""
    return "the emulator has kept no deployed state: `lab up` and `lab deploy` have it kept when they deploy"


def _ask(method: str, endpoint: str, timeout_seconds: float) -> Any:
    request = urllib.request.Request(f"{endpoint}/_lab/state", method=method)
    with urllib.request.urlopen(request, timeout=timeout_seconds) as answer:  # nosec B310
        return json.load(answer)
