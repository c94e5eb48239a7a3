"""Health of the system behind a round, as the round's files tell of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from functions.common.errors import LeaseHeld
from functions.files.rounds.s3_event import UnreadableMessage
from functions.files.rounds.task import PermanentFailure

# They say nothing of the downstream: faults of the file, and a file that another attempt has in hand.
SAYS_NOTHING = frozenset(each.__name__ for each in (PermanentFailure, UnreadableMessage, LeaseHeld))


@dataclass(frozen=True)
class Health:
    """Of one round. A round that says nothing counts as healthy."""

    error_rate: float
    """0 to 1: the larger of two shares, of calls that failed and of files that did."""
    latency_milliseconds: float
    """Mean over all calls."""


def health_of(results: Iterable[Mapping[str, Any]]) -> Health:
    """From the outcome objects of a Map: `outcome`, `answer` (the function's, or null), `errorType`.

    A file that came back or failed has no answer, so its calls are unknown and the file itself counts.
    """
    telling = [each for each in results if each.get("errorType") not in SAYS_NOTHING]
    answers = [each["answer"] for each in telling if each.get("answer")]
    calls = sum(answer["apiCalls"] for answer in answers)
    spent = sum(answer["apiLatencyMilliseconds"] * answer["apiCalls"] for answer in answers)
    return Health(
        error_rate=max(
            _share(sum(answer["apiErrors"] for answer in answers), calls),
            _share(len(telling) - len(answers), len(telling)),
        ),
        latency_milliseconds=spent / calls if calls else 0.0,
    )


def _share(part: int, whole: int) -> float:
    return min(1.0, part / whole) if whole else 0.0
