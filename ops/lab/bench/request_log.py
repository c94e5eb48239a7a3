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
        """Calls an event since then by operation, the most frequent first; empty where the log has none."""
        if self._path is None or not events:
            return {}
        with self._path.open("rb") as log:
            log.seek(self._begins)
            counts = operations(log.read().decode(errors="replace"))
        return {name: round(count / events, 2) for name, count in counts.most_common()}


def operations(lines: str) -> Counter[str]:
    """How often each operation is in these lines; what the benchmark itself asked is left out."""
    called = Counter(name for name in _AWS.findall(lines) if name not in _OWN)
    called.update(f"api.{method}" for method in _API.findall(lines))
    return called


def by_service(calls: Mapping[str, float]) -> dict[str, float]:
    """The calls of `service.Operation` added up by service."""
    services: Counter[str] = Counter()
    for name, count in calls.items():
        services[name.partition(".")[0]] += count  # type: ignore[assignment]  # a Counter adds floats as well
    return {name: round(count, 2) for name, count in services.items()}
