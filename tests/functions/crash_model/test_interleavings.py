"""Requests at the same time: two deliveries of one message, two batches of one redrive."""

import pytest

from tests.functions.crash_model.interleaving import Interleaving, interleavings
from tests.functions.crash_model.lane_orders import LaneOrder, lane_orders


@pytest.mark.parametrize("interleaving", interleavings(), ids=str)
def test_two_deliveries_at_once_violate_nothing(interleaving: Interleaving) -> None:
    assert interleaving.run() == []


@pytest.mark.parametrize("order", lane_orders(), ids=str)
def test_batches_side_by_side_violate_nothing(order: LaneOrder) -> None:
    assert order.run() == []
