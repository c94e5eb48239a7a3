"""Lanes, the calls that one process makes side by side, in an order that a scenario chooses."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

import pytest

from functions.common.side_by_side import SideBySide, ended
from tests.functions.crash_model.process import Process
from tests.functions.crash_model.stepped import Stepped
from tests.functions.crash_model.wire import Wire

Call = Callable[[], Any]
Order = Callable[[list[Stepped]], None]
"""What becomes of lanes that stand before their first requests; each ends all the same."""


@dataclass
class Lanes:
    """One call after the other, unless there is an order: then each is a lane that stops at its requests."""

    wire: Wire
    order: Order | None = None
    met: int = field(default=0, init=False)  # how often calls were side by side

    def install(self, patch: pytest.MonkeyPatch) -> None:
        patch.setattr(SideBySide, "run", lambda _, calls: self._run(calls))

    def _run(self, calls: Sequence[Call]) -> list["Future[Any]"]:
        process = self.wire.process
        self.met += len(calls) > 1
        if self.order is None or process is None or len(calls) < 2:
            return [ended(call) for call in calls]
        lanes = [_Lane(call, process, self.wire) for call in calls]
        stepped = [Stepped.begin(lane.run) for lane in lanes]
        self.order(stepped)
        for thread in stepped:
            thread.finish()
        return [lane.future for lane in lanes]


class _Lane:
    """One call, as a thread of its process makes it."""

    def __init__(self, call: Call, process: Process, wire: Wire) -> None:
        self._call = call
        self._process = process
        self._wire = wire
        self.future: Future[Any] = Future()

    def run(self) -> None:
        """Whatever it raises is for who asks the future."""
        with self._wire.carrying(self._process):
            self.future = ended(self._call)


@dataclass(frozen=True)
class StepsOfLanes:
    """The first two lanes run up to requests of these numbers; then their process dies, if it is to."""

    first: int
    second: int
    dies: bool

    def __call__(self, lanes: list[Stepped]) -> None:
        for lane, requests in zip(lanes, (self.first, self.second), strict=False):
            lane.step(requests)
        if self.dies:
            for lane in lanes:
                lane.die()
