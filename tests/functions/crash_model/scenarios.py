"""The scenarios: how an event comes in, fails and comes back."""

from tests.functions.crash_model.scenario import Scenario
from tests.functions.crash_model.world import World


def happy(world: World) -> None:
    world.client.submit("a")


def sent_twice(world: World) -> None:
    """Both copies arrive in one batch."""
    world.failure_mode = "duplicate_submit"
    world.client.submit("a")


def first_attempt_fails(world: World) -> None:
    world.client.submit("a")
    world.failure_mode = "downstream_outage"
    world.event_source.poll()
    world.failure_mode = "none"


def poison_in_a_batch(world: World) -> None:
    world.client.submit("a")
    world.produce_poison("poison")
    world.client.submit("b")


def last_receive_fails(world: World) -> None:
    world.failure_mode = "downstream_outage"
    world.client.submit("a")


def cut_off_by_the_timeout(world: World) -> None:
    """Lambda kills the worker in a slow call; the next record of the batch had not begun."""
    world.client.submit("a")
    world.client.submit("b")
    world.failure_mode = "slow_downstream"
    world.event_source.poll()
    world.failure_mode = "none"


def key_reused(world: World) -> None:
    """Another payload under the same key: accepted, since only the worker can know."""
    world.client.submit("a", amount=1)
    world.event_source.poll()
    world.client.submit("a", amount=2)


_PIPELINE = frozenset({"ingest", "worker"})
_WORKER = frozenset({"worker"})

SCENARIOS = [
    Scenario("happy", happy, _PIPELINE),
    Scenario("sent-twice", sent_twice, _PIPELINE),
    Scenario("first-attempt-fails", first_attempt_fails, _WORKER),
    Scenario("poison-in-a-batch", poison_in_a_batch, _WORKER),
    Scenario("last-receive-fails", last_receive_fails, _WORKER),
    Scenario("cut-off-by-the-timeout", cut_off_by_the_timeout, _WORKER),
    Scenario("key-reused", key_reused, _WORKER),
]
