"""Health check of a container: `python -m lab_emulator.health` ends with 0 once every part is loaded."""

import json
import sys
import urllib.request

from lab_emulator.environment import LOOPBACK, port_of

TIMEOUT_SECONDS = 4


def missing_parts(port: int) -> list[str]:
    """The names of the parts that are not loaded. Raises OSError where LocalStack does not answer."""
    url = f"http://{LOOPBACK}:{port}/_lab/parts"
    # Docker hands the proxies of its own configuration to every container: they are not for loopback.
    directly = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with directly.open(url, timeout=TIMEOUT_SECONDS) as answer:
        return [part["name"] for part in json.load(answer) if not part["loaded"]]


def main() -> str | None:
    """Return what is wrong, None where nothing is."""
    try:
        missing = missing_parts(port_of())
    except OSError as error:
        return f"LocalStack does not answer: {error}"
    return f"not loaded: {', '.join(missing)}" if missing else None


if __name__ == "__main__":
    sys.exit(main())
