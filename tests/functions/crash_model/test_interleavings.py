"""One message delivered twice at once takes effect once, or the repetition is on record."""

import pytest

from tests.functions.crash_model.interleaving import Interleaving, interleavings


@pytest.mark.parametrize("interleaving", interleavings(), ids=str)
def test_two_deliveries_at_once_violate_nothing(interleaving: Interleaving) -> None:
    assert interleaving.run() == []
