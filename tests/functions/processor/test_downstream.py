"""Downstream: how it fails in each failure mode."""

import random

import pytest

from functions.common.clock import Deadline
from functions.common.errors import DownstreamUnavailable, TransientFailure
from functions.ingestion.failure_mode import FailureMode
from functions.processor.downstream import FulfilmentClient, FulfilmentService


def hand_over(mode: FailureMode, *, number: float = 0.0, sleeps: list[float] | None = None) -> None:
    naps = sleeps if sleeps is not None else []
    service = FulfilmentService(lambda: mode, lambda: number, naps.append)
    FulfilmentClient(service.exchange).hand_over(Deadline(lambda: 30_000))


@pytest.mark.parametrize("mode", [FailureMode.NONE, FailureMode.DUPLICATE_SUBMIT, FailureMode.POISON_PAYLOAD])
def test_modes_that_are_not_the_downstream_s_do_nothing(mode: FailureMode) -> None:
    sleeps: list[float] = []
    hand_over(mode, sleeps=sleeps)
    assert sleeps == []


def test_downstream_outage_lasts_until_the_mode_changes() -> None:
    with pytest.raises(DownstreamUnavailable):
        hand_over(FailureMode.DOWNSTREAM_OUTAGE, number=0.99)


def test_slow_downstream_sleeps_past_the_end_of_the_invocation() -> None:
    sleeps: list[float] = []
    hand_over(FailureMode.SLOW_DOWNSTREAM, sleeps=sleeps)
    assert sum(sleeps) > 30


def test_random_fail_fails_below_its_share_and_not_above() -> None:
    with pytest.raises(TransientFailure):
        hand_over(FailureMode.RANDOM_FAIL_P30, number=0.299)
    hand_over(FailureMode.RANDOM_FAIL_P30, number=0.3)


def test_random_fail_fails_about_thirty_in_a_hundred() -> None:
    generator = random.Random(7)
    service = FulfilmentService(lambda: FailureMode.RANDOM_FAIL_P30, generator.random, lambda _: None)
    client = FulfilmentClient(service.exchange)
    failures = 0
    for _ in range(2_000):
        try:
            client.hand_over(Deadline(lambda: 30_000))
        except TransientFailure:
            failures += 1
    assert 540 < failures < 660  # three standard deviations (61) around 600
