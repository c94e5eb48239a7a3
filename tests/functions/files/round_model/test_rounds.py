"""Any number of arrivals, schedules, executions by hand and stopped executions, in any order of requests.

Never do two executions work at once. While nothing is stopped nobody waits for the schedule; and whatever
happened, one schedule later all is done.
"""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    precondition,
    rule,
    run_state_machine_as_test,
)

from functions.files.rounds.lock import BELIEVED_SECONDS
from tests.functions.files.round_model.world import ENVIRONMENTS, World

_ACTORS = 6  # at once, at most


def room_for_another(rounds: "Rounds") -> bool:
    return len(rounds.world.actors) < _ACTORS


class Rounds(RuleBasedStateMachine):
    """Nothing is stopped, and nothing fails."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World.new()
        self.by_hand = 0

    @precondition(room_for_another)
    @rule(environment=st.integers(0, ENVIRONMENTS - 1))
    def arrive(self, environment: int) -> None:
        self.world.arrive(environment)

    @precondition(room_for_another)
    @rule()
    def execute(self) -> None:
        self.by_hand += 1
        self.world.execute(f"by-hand-{self.by_hand}")

    @precondition(lambda self: self.world.actors)
    @rule(which=st.integers(0, _ACTORS), requests=st.integers(1, 8))
    def step(self, which: int, requests: int) -> None:
        self.world.step(self.world.actors[which % len(self.world.actors)], requests)

    @precondition(lambda self: self.world.actors)
    @rule()
    def settle(self) -> None:
        """What arrives from now on finds nobody at work."""
        self.world.settle()
        assert self.world.waiting == 0

    @rule(seconds=st.sampled_from([1, BELIEVED_SECONDS]))
    def time_passes(self, seconds: int) -> None:
        self.world.clock.advance(seconds)

    def teardown(self) -> None:
        self.world.settle()
        assert self.world.waiting == 0


class StoppedRounds(Rounds):
    """Executions are stopped, wherever they are."""

    @precondition(room_for_another)
    @rule()
    def schedule(self) -> None:
        self.world.schedule()

    @precondition(lambda self: self.running)
    @rule(which=st.integers(0, _ACTORS))
    def stop(self, which: int) -> None:
        self.world.stop(self.running[which % len(self.running)])

    @rule()
    def settle(self) -> None:
        """All comes to rest, a minute passes, the schedule looks."""
        self.world.settle()
        self.world.clock.advance(60)
        self.world.schedule()
        self.world.settle()
        assert self.world.waiting == 0

    def teardown(self) -> None:
        self.settle()

    @property
    def running(self) -> list[str]:
        return [arn for arn, status in self.world.stepfunctions.status.items() if status == "RUNNING"]


@pytest.mark.parametrize("rounds", [Rounds, StoppedRounds])
def test_one_works_and_nothing_is_left(rounds: type[Rounds]) -> None:
    run_state_machine_as_test(
        rounds,
        settings=settings(
            max_examples=60,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
