"""Surroundings of a run: the account or the emulator, and this machine, for its report."""

import json
import platform
import urllib.request

from ops.lab.app.alarm_speed import speed_of
from ops.lab.app.target import Target


def surroundings(target: Target, engine: str = "") -> dict[str, str]:
    """What a reader needs to compare two reports, whichever pipeline they are of."""
    return {
        "target": _account(target) if target.endpoint is None else target.endpoint,
        **({"engine": engine} if engine else {}),
        **({} if target.endpoint is None else _emulator(target.endpoint)),
        "environment": target.env_name,
        "Python": platform.python_version(),
    }


def _account(target: Target) -> str:
    return f"AWS account {target.identity()['Account']}, {target.region}"


def _emulator(endpoint: str) -> dict[str, str]:
    with urllib.request.urlopen(f"{endpoint}/_localstack/health", timeout=10) as answer:  # nosec B310
        version = str(json.load(answer)["version"])
    speed = speed_of(endpoint)
    return {"LocalStack": version} | ({} if speed is None else {"alarm speed": f"{speed:g} x"})
