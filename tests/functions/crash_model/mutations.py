"""Faults put into the functions on purpose: a model that does not catch them would prove nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from tests.functions.crash_model import redrive_mutations, scenarios, worker_mutations
from tests.functions.crash_model.crash import Crash
from tests.functions.crash_model.interleaving import Plot, interleavings

Runs = Callable[[], Iterator[list[str]]]
"""The violations of one run after the other."""


@dataclass(frozen=True)
class Mutation:
    """`apply` breaks the code; one of `runs` must then show the `symptom`."""

    apply: Callable[[pytest.MonkeyPatch], None]
    runs: Runs
    symptom: str

    def __str__(self) -> str:
        return self.apply.__name__


def runs_of(name: str, operation: str = "") -> Runs:
    """A scenario by its name, without a crash and with each, or each at one operation."""
    [scenario] = [scenario for scenario in scenarios.SCENARIOS if scenario.name == name]
    crashes: list[Crash | None] = [None]  # numbered before the code is broken
    crashes += [crash for case, crash in scenario.crashes().items() if operation in case]
    return lambda: (scenario.run(crash) for crash in crashes)


def runs_with(plot: Plot) -> Runs:
    """Every interleaving in which the same goes wrong."""
    return lambda: (interleaving.run() for interleaving in interleavings() if interleaving.plot is plot)


MUTATIONS = [
    Mutation(worker_mutations.verdict_before_event, runs_of("happy", "UpdateItem"), "without a success"),
    Mutation(worker_mutations.existing_key_is_done, runs_of("happy", "PutItem"), "is lost"),
    Mutation(worker_mutations.new_event_id_each_time, runs_of("happy", "PutEvents"), "under 2 ids"),
    Mutation(worker_mutations.take_over_is_not_counted, runs_of("happy", "PutEvents"), "1 recorded"),
    Mutation(
        worker_mutations.refused_entry_counts_as_published, runs_of("batch", "PutEvents"), "without a success"
    ),
    Mutation(
        worker_mutations.refusal_fails_another_record, runs_of("batch", "PutEvents"), "without a success"
    ),
    Mutation(worker_mutations.what_came_back_waits, runs_of("killer-in-a-batch"), "held back"),
    Mutation(worker_mutations.nothing_is_reported_as_failed, runs_of("first-attempt-fails"), "is lost"),
    Mutation(worker_mutations.lease_is_ignored, runs_with(Plot.NOTHING), "under one lease"),
    Mutation(worker_mutations.verdict_without_fence, runs_with(Plot.FIRST_FAILS), "is lost"),
    Mutation(redrive_mutations.delete_before_send, runs_of("redrive"), "before it had a copy"),
    Mutation(
        redrive_mutations.one_confirmed_batch_stands_for_its_round,
        runs_of("redrive-side-by-side", "SendMessageBatch"),
        "before it had a copy",
    ),
    Mutation(redrive_mutations.unconfirmed_counts_as_sent, runs_of("redrive", "SendMessageBatch"), "is lost"),
    Mutation(
        redrive_mutations.beside_a_refused_one_all_count_as_sent,
        runs_of("redrive-entry-by-entry", "SendMessageBatch"),
        "before it had a copy",
    ),
    Mutation(redrive_mutations.progress_before_work, runs_of("redrive", "SendMessageBatch"), "jobs claim"),
    Mutation(
        redrive_mutations.what_is_not_handed_out_is_not_there,
        runs_of("redrive-beside-a-walk"),
        "said drained",
    ),
    Mutation(redrive_mutations.parking_is_not_recorded, runs_of("redrive-that-parks"), "without a reason"),
    Mutation(redrive_mutations.lease_outlives_its_runner, runs_of("redrive", "SendMessageBatch"), "never"),
]
