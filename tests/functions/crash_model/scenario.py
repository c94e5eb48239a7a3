"""A story that runs with and without a crash."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from moto import mock_aws

from tests.functions.crash_model.crash import Crash, moments_of
from tests.functions.crash_model.invariants import violations
from tests.functions.crash_model.redrive_invariants import recovery_violations, redrive_violations
from tests.functions.crash_model.world import NeverAtRest, World


@dataclass(frozen=True)
class Scenario:
    """`functions` are those whose calls crash in it: what another scenario covers need not be repeated."""

    name: str
    play: Callable[[World], None]
    functions: frozenset[str]
    recovers: bool = False  # an operator redrives what is left at the end

    def run(self, crash: Crash | None = None) -> list[str]:
        """Play it, let the retries come to rest, and return the violations."""
        with World.open(crash) as world:
            try:
                self.play(world)
                return self._aftermath(world, crash)
            except NeverAtRest as error:
                return [str(error)]

    def _aftermath(self, world: World, crash: Crash | None) -> list[str]:
        world.settle()
        found = violations(world, crash) + redrive_violations(world)
        if self.recovers:
            world.repair()
            world.recover()
            found += violations(world, crash) + redrive_violations(world) + recovery_violations(world)
        return found

    @cache  # noqa: B019  # a handful of scenarios, asked by several tests
    def calls(self) -> dict[int, tuple[str, str]]:
        """The calls that may crash, by number: function and operation."""
        with mock_aws(), World.open() as world:
            self.play(world)
            world.settle()
            calls, first = list(world.wire.calls), world.wire.first_of_interest
        return {
            number: (call.function, str(call))
            for number, call in enumerate(calls)
            if call.function in self.functions and number >= first
        }

    def crashes(self) -> dict[str, Crash]:
        """Every crash, by an id such as `worker-3-events.PutEvents-after`."""
        return {
            f"{function}-{number}-{operation}-{moment}": Crash(number, moment)
            for number, (function, operation) in self.calls().items()
            for moment in moments_of(operation.partition(".")[2])
        }
