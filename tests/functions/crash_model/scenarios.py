"""The scenarios: how an event comes in, fails and comes back."""

from tests.functions.crash_model.burial import FIT_TO_PARK, bury
from tests.functions.crash_model.deployment import RUNNER
from tests.functions.crash_model.process import Process
from tests.functions.crash_model.resources import VISIBILITY_SECONDS
from tests.functions.crash_model.scenario import Scenario
from tests.functions.crash_model.warm_clients import warm_client
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
    world.wire.begin_here()


def poison_in_a_batch(world: World) -> None:
    world.client.submit("a")
    world.produce_poison("poison")
    world.client.submit("b")


def batch(world: World) -> None:
    for key in "abc":
        world.client.submit(key)


def killer_in_a_batch(world: World) -> None:
    """Its last record outlasts the worker, at each delivery."""
    for key in "abk":
        world.client.submit(key)
    world.effects.killers = {"k"}


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
    world.wire.begin_here()
    world.client.submit("a", amount=2)


def redrive(world: World) -> None:
    bury(world, "a")
    bury(world, "b")
    world.operator.start()


def redrive_beside_a_walk(world: World) -> None:
    """A preview, or a person's look, holds one of the letters for longer than the job looks for it."""
    bury(world, "a")
    warm_client("sqs").receive_message(QueueUrl=world.resources.dlq_url, VisibilityTimeout=VISIBILITY_SECONDS)
    bury(world, "b")
    world.operator.start()
    world.settle()
    world.clock.advance(VISIBILITY_SECONDS + 1)


def filtered_redrive(world: World) -> None:
    """One letter is put back, as the table has another category for it."""
    bury(world, "a")
    bury(world, "b", category="VALIDATION", error_type="SchemaValidationError")
    world.operator.start(errorType="TRANSIENT")


def redrive_that_parks(world: World) -> None:
    bury(world, "a")
    bury(world, "b", redrives=FIT_TO_PARK)
    world.operator.start()


def redrive_entry_by_entry(world: World) -> None:
    """SQS refuses two batches as a whole, one of letters that go back and one of those to park, each for its
    second letter: the others go out one by one."""
    for key in "abc":
        bury(world, key)
    for key in "xyz":
        bury(world, key, redrives=FIT_TO_PARK)
    world.unsendable = {"b", "y"}
    world.operator.start()


def redrive_side_by_side(world: World) -> None:
    """A round of one batch, which other scenarios crash, and one of two, of which one is parked."""
    world.redrive_batch_size = 1
    bury(world, "a")
    bury(world, "b")
    bury(world, "x", redrives=FIT_TO_PARK)

    def begin_with_the_second_round(process: Process) -> None:
        if process.function == RUNNER and world.wire.calls[-1].operation == "DeleteMessageBatch":
            world.wire.pause = lambda _: None
            world.wire.begin_here()

    world.wire.pause = begin_with_the_second_round
    world.operator.start(maxMessages=3)


def cancelled_redrive(world: World) -> None:
    """The operator cancels when the runner has received the first letter, and has not sent it."""
    bury(world, "a")
    bury(world, "b")
    job_id = world.operator.start(ratePerSecond=1)
    world.wire.begin_here()

    def cancel_once(process: Process) -> None:
        if process.function == RUNNER and world.wire.calls[-1].operation == "ReceiveMessage":
            world.wire.pause = lambda _: None
            world.operator.cancel(job_id)

    world.wire.pause = cancel_once


def continued_redrive(world: World) -> None:
    """Time runs short after two letters, and the runner calls itself again."""
    for key in "abc":
        bury(world, key)
    world.wire.round_trip_seconds = 1
    world.runner.timeout_seconds = 11
    world.operator.start(ratePerSecond=1)


_REDRIVE = frozenset({"redrive", RUNNER})
_RUNNER = frozenset({RUNNER})
_PIPELINE = frozenset({"ingest", "worker"})
_WORKER = frozenset({"worker"})

SCENARIOS = [
    Scenario("happy", happy, _PIPELINE),
    Scenario("sent-twice", sent_twice, frozenset({"ingest"})),
    Scenario("first-attempt-fails", first_attempt_fails, _WORKER),
    Scenario("poison-in-a-batch", poison_in_a_batch, _WORKER),
    Scenario("batch", batch, _WORKER),
    Scenario("killer-in-a-batch", killer_in_a_batch, frozenset()),
    Scenario("last-receive-fails", last_receive_fails, _WORKER, recovers=True),
    Scenario("cut-off-by-the-timeout", cut_off_by_the_timeout, frozenset()),
    Scenario("key-reused", key_reused, _WORKER),
    Scenario("redrive", redrive, _REDRIVE, recovers=True),
    Scenario("redrive-beside-a-walk", redrive_beside_a_walk, frozenset(), recovers=True),
    Scenario("filtered-redrive", filtered_redrive, _RUNNER, recovers=True),
    Scenario("redrive-that-parks", redrive_that_parks, _RUNNER, recovers=True),
    Scenario("redrive-entry-by-entry", redrive_entry_by_entry, _RUNNER, recovers=True),
    Scenario("redrive-side-by-side", redrive_side_by_side, _RUNNER, recovers=True),
    Scenario("cancelled-redrive", cancelled_redrive, _REDRIVE, recovers=True),
    Scenario("continued-redrive", continued_redrive, _RUNNER, recovers=True),
]
