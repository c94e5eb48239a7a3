"""Probes of queues: how many messages wait where."""

from ops.lab.app import queue_depth
from ops.lab.app.target import Target


def in_queue(target: Target) -> int:
    """Messages of the main queue in any state: waiting, in flight or delayed."""
    return queue_depth.main_queue(target).total


def waiting(target: Target) -> int:
    """Messages of the main queue that could be received now."""
    return queue_depth.main_queue(target).visible


def in_flight(target: Target) -> int:
    """Messages of the main queue that a worker has, or had, until their visibility timeout."""
    return queue_depth.main_queue(target).in_flight


def dead_letters(target: Target) -> int:
    """Messages of the DLQ in any state."""
    return queue_depth.dead_letter_queue(target).total


def undelivered(target: Target) -> int:
    """Outcome events that a target of the bus would not take."""
    return queue_depth.depth(target, target.output("UndeliveredUrl")).total
