"""Mode of permissions: what the emulator does about calls that AWS would deny; and its record of them."""

import json
import urllib.error
import urllib.parse
import urllib.request
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from ops.lab.errors import EmulatorFailed, Refused

if TYPE_CHECKING:
    from ops.lab.app.function_names import FunctionName
    from ops.lab.app.target import Target

VARIABLE = "LAB_IAM"


class PermissionMode(StrEnum):
    """What becomes of a call that AWS would deny."""

    ENFORCE = "enforce"
    WARN = "warn"
    OFF = "off"


def mode_of(endpoint: str, timeout_seconds: float = 5) -> PermissionMode | None:
    """The mode in force there; None where the emulator is another image's, and has none."""
    try:
        with urllib.request.urlopen(f"{_url(endpoint)}/mode", timeout=timeout_seconds) as answer:  # nosec B310
            return PermissionMode(json.load(answer)["mode"])
    except (OSError, ValueError, KeyError):
        return None


def set_mode(endpoint: str, mode: PermissionMode, timeout_seconds: float = 5) -> None:
    """Use the mode from the next call on; nothing restarts. Raises EmulatorFailed where it is refused."""
    body = json.dumps({"mode": mode.value}).encode()
    request = urllib.request.Request(_url(endpoint), body, {"Content-Type": "application/json"}, method="PUT")
    try:
        with urllib.request.urlopen(request, timeout=timeout_seconds):  # nosec B310
            return
    except OSError as error:
        raise EmulatorFailed(f"the emulator's mode of permissions was not set: {error}") from error


def read_report(endpoint: str, timeout_seconds: float = 30) -> Any:
    """The emulator's report. Raises EmulatorFailed where it has none."""
    return _read(_url(endpoint), timeout_seconds)


def missing_actions(target: "Target", function: "FunctionName") -> set[str]:
    """The actions of the statements that the function's denied calls lack, by the emulator's report.

    A call that is let through with a warning counts as well: what AWS would say of it is the same.
    """
    assert target.endpoint is not None
    name = target.output(function.output)
    return {
        str(call["missing"]["Action"])
        for call in read_report(target.endpoint)["denied"]
        if call["name"] == name and call["missing"]
    }


def denied_resources(endpoint: str, name: str, action: str) -> list[str]:
    """On what the function of this name was denied the action, by the statements that the report misses."""
    return [
        str(call["missing"]["Resource"])
        for call in read_report(endpoint)["denied"]
        if call["name"] == name and call["missing"] and call["missing"]["Action"] == action
    ]


def read_grants(endpoint: str, timeout_seconds: float = 60) -> Any:
    """Every grant of a function's role, and what AWS would say of the calls that used it without it."""
    return _read(f"{_url(endpoint)}/grants", timeout_seconds)


def read_policy(endpoint: str, function: str, timeout_seconds: float = 30) -> Any:
    """The least policy of a function or state machine. Raises Refused where there is none of that name."""
    query = urllib.parse.urlencode({"function": function})
    return _read(f"{_url(endpoint)}/policy?{query}", timeout_seconds)


def _read(url: str, timeout_seconds: float) -> Any:
    try:
        with urllib.request.urlopen(url, timeout=timeout_seconds) as answer:  # nosec B310
            return json.load(answer)
    except urllib.error.HTTPError as error:
        if error.code == 404 and "policy" in url:
            raise Refused(_reason(error), hint="`lab iam report --json` has their names") from error
        raise EmulatorFailed(f"the emulator has no record of permissions: {error}") from error
    except (OSError, ValueError) as error:
        raise EmulatorFailed(f"the emulator's record of permissions was not read: {error}") from error


def _reason(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.load(error)["error"])
    except (ValueError, KeyError):
        return str(error)


def _url(endpoint: str) -> str:
    return f"{endpoint}/_lab/iam"
