"""Two deliveries of a message or a batch at once, as a standard queue may do, in every order of requests."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

from tests.functions.crash_model.deployment import LEASE_SECONDS
from tests.functions.crash_model.invariants import violations
from tests.functions.crash_model.modules import cold_start
from tests.functions.crash_model.stepped import Stepped
from tests.functions.crash_model.world import World

_FIRST_REQUESTS = 4  # claim, failure mode, event, verdict
_SECOND_REQUESTS = 5  # as many, and one to take over the lease
_FIRST_REQUESTS_OF_TWO = 6  # one failure mode and one event for both records
_SECOND_REQUESTS_OF_TWO = 8


class Plot(StrEnum):
    """What else goes wrong meanwhile."""

    NOTHING = "nothing"
    LEASE_ENDS = "lease-ends"  # before the second begins
    FIRST_FAILS = "first-fails"  # at its order, after which its lease ends
    SECOND_DIES = "second-dies"  # where it stands, having taken over the lease


@dataclass(frozen=True)
class Interleaving:
    """The first runs up to its request number `first`, the second up to `second`; then the first ends."""

    first: int
    second: int
    plot: Plot
    keys: str = "a"  # a letter each

    def __str__(self) -> str:
        return f"{self.keys}-{self.plot}-{self.first}-{self.second}"

    def run(self) -> list[str]:
        """Play it, let the retries come to rest, and return the violations."""
        with World.open() as world:
            # The fence must hold whether or not Lambda's timeout ends an attempt before its lease.
            world.worker.timeout_seconds = 10 * LEASE_SECONDS
            world.wire.pause = Stepped.pause
            for key in self.keys:
                world.client.submit(key)
            self._interleave(world)
            world.settle()
            found = violations(world, None)
            for key in self.keys if self.plot is Plot.NOTHING else "":
                begun = world.effects.begun[key]
                if begun != 1:
                    found.append(f"{key} took effect {begun} times under one lease")
            return found

    def _interleave(self, world: World) -> None:
        messages = world.event_source.receive()
        deliver: Callable[[], None] = lambda: world.event_source.hand_over(messages)  # noqa: E731
        if self.plot is Plot.FIRST_FAILS:
            world.failure_mode = "downstream_outage"
        first = Stepped.begin(deliver)
        first.step(self.first)
        if self.plot is not Plot.NOTHING:
            world.failure_mode = "none"
            world.clock.advance(LEASE_SECONDS + 1)
        cold_start()  # two concurrent invocations never share an execution environment
        second = Stepped.begin(deliver)
        second.step(self.second)
        if self.plot is Plot.SECOND_DIES:
            second.die()
        first.finish()
        second.finish()


def interleavings() -> list[Interleaving]:
    """Of a batch those in which both sides hold a claim: there its records wait for each other."""
    orders = product(range(_FIRST_REQUESTS + 1), range(_SECOND_REQUESTS + 1), Plot)
    orders_of_two = product(
        range(1, _FIRST_REQUESTS_OF_TWO + 1),
        range(1, _SECOND_REQUESTS_OF_TWO + 1),
        (Plot.LEASE_ENDS, Plot.SECOND_DIES),
    )
    return [Interleaving(*order) for order in orders] + [
        Interleaving(*order, "ab") for order in orders_of_two
    ]
