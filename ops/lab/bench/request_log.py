"""Request log of an emulator: how many calls of each operation it answered meanwhile.

LocalStack writes a line for each: "… localstack.request.aws : AWS sqs.SendMessage => 200", and for what is no
AWS API "… localstack.request.http : POST /_aws/execute-api/… => 202" (localstack/aws/handlers/logging.py).
Calls between its own services stay in its process and leave none.
"""

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

# The service and operation, or the method of a request to a deployed API.
_AWS = re.compile(r"localstack\.request\.aws +: AWS (\w+\.\w+) =>")
_API = re.compile(r"localstack\.request\.http +: (\w+) /_aws/execute-api/")
# What this benchmark asks while it waits for the end of a run.
_OWN = frozenset({"sqs.GetQueueAttributes"})


class RequestLog:
    """Counts from where the log ends now. `path` is None for an emulator that writes none."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._begins = path.stat().st_size if path is not None else 0

    def per_event(self, events: int) -> dict[str, float]:
        """Calls an event since then by operation, the most frequent first, less those of the benchmark
        itself; empty where the log has none."""
        return _divided(operations(self._lines()), events)

    def per_second(self, seconds: float) -> dict[str, float]:
        """The same for a second, with all calls."""
        return _divided(operations(self._lines(), left_out=frozenset()), seconds)

    def _lines(self) -> str:
        if self._path is None:
            return ""
        with self._path.open("rb") as log:
            log.seek(self._begins)
            return log.read().decode(errors="replace")


def _divided(counts: Counter[str], by: float) -> dict[str, float]:
    return {name: round(count / by, 2) for name, count in counts.most_common()} if by else {}


def operations(lines: str, left_out: frozenset[str] = _OWN) -> Counter[str]:
    """How often each operation is in these lines, but for those that are left out."""
    called = Counter(name for name in _AWS.findall(lines) if name not in left_out)
    called.update(f"api.{method}" for method in _API.findall(lines))
    return called


def by_service(calls: Mapping[str, float]) -> dict[str, float]:
    """The calls of `service.Operation` added up by service."""
    services: Counter[str] = Counter()
    for name, count in calls.items():
        services[name.partition(".")[0]] += count  # type: ignore[assignment]  # a Counter adds floats as well
    return {name: round(count, 2) for name, count in services.items()}
