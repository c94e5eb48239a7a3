"""The container's health check: `python -m lab_emulator.health` ends with 0 once every part is loaded."""

import json
import os
import sys
import urllib.request

from lab_emulator.environment import DEFAULT_PORT

TIMEOUT_SECONDS = 4


def missing_parts(port: int) -> list[str]:
    """The names of the parts that are not loaded. Raises OSError where LocalStack does not answer."""
    url = f"http://127.0.0.1:{port}/_lab/parts"
    with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as answer:
        return [part["name"] for part in json.load(answer) if not part["loaded"]]


def main() -> str | None:
    try:
        missing = missing_parts(int(os.environ.get("LAB_PORT") or DEFAULT_PORT))
    except OSError as error:
        return f"LocalStack does not answer: {error}"
    return f"not loaded: {', '.join(missing)}" if missing else None


if __name__ == "__main__":
    sys.exit(main())
