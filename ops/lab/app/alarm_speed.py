"""Speed of alarms: how much faster than on AWS their periods pass on the emulator, read and set."""

import json
import urllib.error
import urllib.request

from ops.lab.errors import EmulatorFailed, Refused

VARIABLE = "LAB_SPEED"
MOST = 300  # the emulator's own bound: an alarm's five minutes in a second


def checked(speed: float | None) -> float | None:
    """Return `speed`, or None where none was asked for. Raises Refused below 1 and above MOST."""
    if speed is not None and not 1 <= speed <= MOST:
        raise Refused(f"--speed {speed:g} is no speed", hint=f"take a number from 1 to {MOST}, such as 20")
    return speed


def speed_of(endpoint: str, timeout_seconds: float = 5) -> float | None:
    """The speed in force there; None where the emulator is another image's, and has none."""
    try:
        with urllib.request.urlopen(_url(endpoint), timeout=timeout_seconds) as answer:  # nosec B310
            return float(json.load(answer)["speed"])
    except (OSError, ValueError, KeyError):
        return None


def set_speed(endpoint: str, speed: float, timeout_seconds: float = 5) -> None:
    """Let alarms pass that fast from now on; nothing restarts. Raises EmulatorFailed where it is refused."""
    body = json.dumps({"speed": speed}).encode()
    request = urllib.request.Request(_url(endpoint), body, {"Content-Type": "application/json"}, method="PUT")
    try:
        with urllib.request.urlopen(request, timeout=timeout_seconds):  # nosec B310
            return
    except urllib.error.HTTPError as error:
        raise EmulatorFailed(
            f"speed {speed:g} was refused: {error.read().decode(errors='replace')}"
        ) from error
    except OSError as error:
        raise EmulatorFailed(f"the emulator's speed was not set: {error}") from error


def _url(endpoint: str) -> str:
    return f"{endpoint}/_lab/speed"
