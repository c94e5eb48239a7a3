"""Health check of a container: `python -m lab_emulator.health` ends with 0 once every part is loaded."""

import json
import logging
import sys
import urllib.request

from lab_emulator.environment import LOOPBACK, port_of

PATH = "/_lab/parts"
TIMEOUT_SECONDS = 4
_LOG_OF_REQUESTS = "localstack.request.http"  # localstack/aws/handlers/logging.py, 4.13.1


def missing_parts(port: int) -> list[str]:
    """The names of the parts that are not loaded. Raises OSError where LocalStack does not answer."""
    url = f"http://{LOOPBACK}:{port}{PATH}"
    # Docker hands the proxies of its own configuration to every container: they are not for loopback.
    directly = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with directly.open(url, timeout=TIMEOUT_SECONDS) as answer:
        return [part["name"] for part in json.load(answer) if not part["loaded"]]


def is_worth_a_line(record: logging.LogRecord) -> bool:
    """Whether a line of LocalStack's log of requests stays: not of a health check that went well. LocalStack
    leaves its own one out in the same way; at one every two seconds nothing else would be seen."""
    return record.args != ("GET", PATH, 200)


def keep_out_of_log() -> None:
    """Filter the log of the running LocalStack."""
    logging.getLogger(_LOG_OF_REQUESTS).addFilter(is_worth_a_line)


def main() -> str | None:
    """Return what is wrong, None where nothing is."""
    try:
        missing = missing_parts(port_of())
    except OSError as error:
        return f"LocalStack does not answer: {error}"
    return f"not loaded: {', '.join(missing)}" if missing else None


if __name__ == "__main__":
    sys.exit(main())
