"""A story that runs with and without a crash."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from moto import mock_aws

from tests.functions.crash_model.crash import Crash, Moment
from tests.functions.crash_model.invariants import violations
from tests.functions.crash_model.world import World


@dataclass(frozen=True)
class Scenario:
    """`functions` are those whose calls crash in it: what another scenario covers need not be repeated."""

    name: str
    play: Callable[[World], None]
    functions: frozenset[str]

    def run(self, crash: Crash | None = None) -> list[str]:
        """Play it, let the retries come to rest, and return the violations."""
        with World.open(crash) as world:
            self.play(world)
            world.settle()
            return violations(world, crash)

    @cache  # noqa: B019  # a handful of scenarios, asked by several tests
    def calls(self) -> dict[int, str]:
        """The calls that may crash, by number, e.g. `worker-events.PutEvents`."""
        with mock_aws(), World.open() as world:
            self.play(world)
            world.settle()
            calls = list(world.wire.calls)
        return {
            number: f"{call.function}-{call}"
            for number, call in enumerate(calls)
            if call.function in self.functions
        }

    def crashes(self) -> dict[str, Crash]:
        """Every crash, by an id such as `worker-3-events.PutEvents-after`."""
        return {
            f"{name.partition('-')[0]}-{number}-{name.partition('-')[2]}-{moment}": Crash(number, moment)
            for number, name in self.calls().items()
            for moment in Moment
        }
