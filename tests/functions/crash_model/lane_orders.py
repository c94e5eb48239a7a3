"""Batches of a redrive that are moved side by side, in every order of two lanes' requests."""

from dataclasses import dataclass
from itertools import product

from tests.functions.crash_model.invariants import violations
from tests.functions.crash_model.lanes import StepsOfLanes
from tests.functions.crash_model.redrive_invariants import recovery_violations, redrive_violations
from tests.functions.crash_model.scenarios import redrive_side_by_side
from tests.functions.crash_model.stepped import Stepped
from tests.functions.crash_model.world import World

_RECEIVES, _MOVES = 1, 2  # the first two times that calls are made side by side
_REQUESTS_OF_A_MOVE = 2  # send, delete
_REQUESTS_OF_A_PARKING = 3  # send, record, delete


@dataclass(frozen=True)
class LaneOrder:
    """`time` says which of the times that calls are made side by side goes in this order, from 1."""

    time: int
    steps: StepsOfLanes

    def __str__(self) -> str:
        end = "dies" if self.steps.dies else "lives"
        return f"{self.time}-{self.steps.first}-{self.steps.second}-{end}"

    def run(self) -> list[str]:
        """Play it, let the retries come to rest, redrive what is left, and return the violations."""
        with World.open() as world:
            redrive_side_by_side(world)
            world.wire.pause = Stepped.pause
            world.lanes.order = lambda lanes: self._arrange(world, lanes)
            world.settle()
            found = violations(world, None) + redrive_violations(world)
            if world.lanes.met < self.time:
                found.append(f"calls were side by side {world.lanes.met} times")
            world.recover()
            return found + violations(world, None) + redrive_violations(world) + recovery_violations(world)

    def _arrange(self, world: World, lanes: list[Stepped]) -> None:
        if world.lanes.met == self.time:
            self.steps(lanes)


def lane_orders() -> list[LaneOrder]:
    """Every point at which the process may die, and a few orders in which it lives."""
    receives = product((_RECEIVES,), range(2), range(2), (True,))
    moves = product((_MOVES,), range(_REQUESTS_OF_A_MOVE + 1), range(_REQUESTS_OF_A_PARKING + 1), (True,))
    lives = product((_MOVES,), (1,), range(1, _REQUESTS_OF_A_PARKING + 1), (False,))
    return [
        LaneOrder(time, StepsOfLanes(first, second, dies))
        for time, first, second, dies in (*receives, *moves, *lives)
    ]
