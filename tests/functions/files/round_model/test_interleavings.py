"""The races that matter, in every order of their requests."""

from itertools import combinations

import pytest

from functions.files.rounds.lock import BELIEVED_SECONDS
from tests.functions.crash_model.stepped import Stepped
from tests.functions.files.round_model.world import World
from tests.functions.files.rounds.pipeline import execution_arn

Order = tuple[bool, ...]
"""Who makes the next request: the first of two, or the second."""


def orders(requests: int) -> list[Order]:
    """All ways to merge so many requests of the one with as many of the other."""
    places = range(2 * requests)
    return [tuple(place in firsts for place in places) for firsts in combinations(places, requests)]


def in_each_order(requests: int) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "order", orders(requests), ids=lambda order: "".join("-+"[each] for each in order)
    )


def play(world: World, first: Stepped, second: Stepped, order: Order) -> None:
    for is_first in order:
        world.step(first if is_first else second)
    world.settle()
    assert world.waiting == 0
    assert world.pipeline.lock_item().owner is None


@in_each_order(requests=3)
def test_a_file_that_arrives_while_a_round_ends_is_seen(order: Order) -> None:
    """Receive nothing, release, look: meanwhile the message is sent, and the starter looks and starts."""
    world = World.new()
    ending = world.execute("ending")
    world.step(ending, 2)  # it has the lock, and knows its concurrency
    play(world, ending, world.arrive(), order)


@in_each_order(requests=3)
def test_of_two_that_open_at_once_one_works(order: Order) -> None:
    """The machine of the model raises where one begins to work beside another."""
    world = World.new()
    world.pipeline.arrive()
    play(world, world.execute("one"), world.execute("other"), order)


@in_each_order(requests=4)
def test_of_two_that_take_over_from_a_dead_owner_one_works(order: Order) -> None:
    """Each loses its first write, asks about the owner, takes over, or finds the other there."""
    world = World.new()
    dead = world.execute("dead")
    world.step(dead, 2)
    world.stop(execution_arn("dead"))
    world.settle()
    world.clock.advance(BELIEVED_SECONDS)
    world.pipeline.arrive()
    play(world, world.execute("one"), world.execute("other"), order)
