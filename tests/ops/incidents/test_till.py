"""A till's keys follow its file, as it is at each order."""

import pytest

from ops.lab.incidents.till import BY_NUMBER, GOOD_SERVER, STUCK_SERVER, Till, TillSettings, mistakes_in
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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("time_server = ", "it is no TOML"),
        ("time_server = ntp1.shops.internal", "it is no TOML"),
        ("time_server = 7", "time_server is a host's name in quotes, and not 7"),
        ('time_server = ""', "time_server is a host's name in quotes, and not ''"),
        ('order_key = "numbers"', """order_key is "time" or "number", and not 'numbers'"""),
        ('order_keys = "number"', "there is no setting order_keys, only time_server and order_key"),
    ],
)
def test_a_mistake_in_the_file_changes_nothing_and_is_told(till: Till, text: str, said: str) -> None:
    till.write(TillSettings(STUCK_SERVER))
    before = till.order("run-12345678", 60)
    till.path.write_text(text)

    assert till.order("run-12345678", 60) == before
    assert said in mistakes_in(till.path.parent)["till-7.toml"]
    assert till.order("run-12345678", 61).key != before.key
    told = [line for line in till.log.read_text().splitlines() if said in line]
    assert len(told) == 1  # not at each order
    assert f"going on with time_server {STUCK_SERVER}" in told[0]


def test_bytes_that_are_no_text_are_a_mistake(till: Till) -> None:
    till.write(TillSettings(STUCK_SERVER))
    till.path.write_bytes(b"time_server = '\xff'")
    assert "no UTF-8" in mistakes_in(till.path.parent)["till-7.toml"]


def test_a_mistake_that_is_mended_is_in_the_log_and_in_force(till: Till) -> None:
    till.write(TillSettings(STUCK_SERVER))
    till.path.write_text("order_key =")
    till.order("run-12345678", 1)
    till.write(TillSettings(STUCK_SERVER, BY_NUMBER))

    assert len(keys(till)) == len(ORDERS)
    assert mistakes_in(till.path.parent) == {}
    assert till.log.read_text().splitlines()[-1].endswith("order_key number")


def test_nothing_is_left_of_it(till: Till) -> None:
    till.write(TillSettings(STUCK_SERVER))
    till.order("run-12345678", 1)

    till.remove()

    assert list(till.path.parent.iterdir()) == []
    assert till.keys() == {}
