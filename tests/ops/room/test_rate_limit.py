"""A code cannot be found by trying, and one who tries holds up nobody else."""

import pytest

from ops.lab.room.host import rate_limit
from ops.lab.room.host.rate_limit import RateLimit, address_key
from tests.ops.room.conftest import StandingClock


def test_so_many_at_once_and_then_one_after_another() -> None:
    clock = StandingClock()
    limit = RateLimit(burst=3, seconds=6.0, now=clock)
    for _ in range(3):
        assert limit.wait_of("a") == 0
        limit.count("a")
    assert limit.wait_of("a") == pytest.approx(6)
    assert limit.wait_of("b") == 0
    clock.pass_by(6)
    assert limit.wait_of("a") == pytest.approx(0)
    limit.count("a")
    assert limit.wait_of("a") == pytest.approx(6)
    clock.pass_by(60)
    assert limit.wait_of("a") == 0


def test_it_forgets_the_oldest_and_never_grows_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit, "_MOST_KEYS", 5)
    limit = RateLimit(burst=1, seconds=60.0)
    for number in range(20):
        limit.count(str(number))
    assert [number for number in range(20) if limit.wait_of(str(number))] == [15, 16, 17, 18, 19]


def test_one_laptops_many_addresses_of_ipv6_are_one() -> None:
    assert address_key("2001:db8:1:2:3::4") == address_key("2001:db8:1:2:ffff::1%eth0")
    assert address_key("2001:db8:1:3::1") != address_key("2001:db8:1:2::1")
    assert address_key("192.168.1.20") != address_key("192.168.1.21")
    assert address_key("testclient") == "testclient"
