"""Sample event: one through the whole pipeline, as proof that it works."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ops.lab.app import failure_mode
from ops.lab.app.failure_mode import FailureMode
from ops.lab.app.state_table import read_raw
from ops.lab.app.target import Target
from ops.lab.app.traffic import send_events
from ops.lab.app.traffic_outcome import wait_for_outcome
from ops.lab.errors import CommandError


@dataclass(frozen=True)
class SampleEvent:
    """The event's item in the state table."""

    item: dict[str, Any]

    @property
    def status(self) -> str:
        return str(self.item["status"])


def send_sample(
    target: Target, *, within: float = 45, moves: Callable[[], object] | None = None
) -> SampleEvent:
    """Post one event and return its item once it has SUCCEEDED.

    `within` is in seconds; where `moves` is given, in seconds without a change of it (see `eventually`).
    Raises CommandError where the API refuses it or the worker does not get it done.
    """
    sent = send_events(target, 1)
    if sent.first_problem is not None:
        raise CommandError(
            f"the API did not accept an event: {sent.statuses} {sent.first_problem}",
            hint="see what ingest says: lab logs ingest",
        )
    outcome = wait_for_outcome(target, sent, within=within, moves=moves)
    item = read_raw(target, sent.accepted_keys[0])
    if not outcome.good:
        raise CommandError(f"the event did not succeed: {item or 'it has no item'}", hint=_why(target))
    return SampleEvent(item)


def _why(target: Target) -> str:
    mode = failure_mode.read_mode(target)
    if mode != FailureMode.NONE:
        return f"the failure mode is {mode}: lab heal"
    return "see what the worker says: lab logs worker"
