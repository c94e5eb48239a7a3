"""A till's keys follow its file, as it is at each order."""

from pathlib import Path

import pytest

from ops.lab.incidents.till import BY_NUMBER, GOOD_SERVER, STUCK_SERVER, Till, TillSettings
from ops.lab.local.directory import LabDirectory

ORDERS = range(1, 61)


@pytest.fixture
def till(directory: LabDirectory) -> Till:
    return Till("till-7")


def keys(till: Till) -> set[str]:
    return {till.order("run-12345678", number).key for number in ORDERS}


def test_a_clock_that_is_set_back_makes_few_keys_for_many_orders(till: Till) -> None:
    till.write(TillSettings(STUCK_SERVER))

    assert len(keys(till)) < len(ORDERS) / 4
    assert len({str(till.order("run-12345678", number).body) for number in ORDERS}) == len(ORDERS)


@pytest.mark.parametrize(
    "settings", [TillSettings(GOOD_SERVER), TillSettings(STUCK_SERVER, BY_NUMBER)], ids=["clock", "number"]
)
def test_either_repair_makes_a_key_for_each_order(till: Till, settings: TillSettings) -> None:
    till.write(settings)

    assert len(keys(till)) == len(ORDERS)


def test_the_file_is_read_before_each_order(till: Till) -> None:
    till.write(TillSettings(STUCK_SERVER))
    stuck = till.order("run-12345678", 60).key
    till.path.write_text(till.path.read_text().replace(STUCK_SERVER, GOOD_SERVER))

    assert till.order("run-12345678", 60).key != stuck


def test_a_mistake_in_the_file_changes_nothing(till: Till) -> None:
    till.write(TillSettings(STUCK_SERVER))
    before = till.order("run-12345678", 60)
    till.path.write_text("time_server = ")

    assert till.order("run-12345678", 60) == before


def test_nothing_is_left_of_it(till: Till) -> None:
    till.write(TillSettings(STUCK_SERVER))
    till.order("run-12345678", 1)

    till.remove()

    assert not Path(till.path).exists()
    assert till.keys() == {}
