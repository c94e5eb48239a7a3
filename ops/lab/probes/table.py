"""What the table says about the keys of a drill."""

from collections.abc import Sequence

from ops.lab.app.state_table import read_items
from ops.lab.app.target import Target


def known(target: Target, keys: Sequence[str]) -> int:
    """How many of the keys the table has in any status: some attempt got as far as claiming them."""
    return len(read_items(target, keys))


def with_status(target: Target, keys: Sequence[str], status: str) -> int:
    """How many of the keys have this status."""
    return sum(item.status == status for item in read_items(target, keys).values())


def with_error_type(target: Target, keys: Sequence[str], error_type: str) -> int:
    """How many of the keys failed last for this reason."""
    return sum(item.error_type == error_type for item in read_items(target, keys).values())


def most_attempts(target: Target, keys: Sequence[str]) -> int:
    """How often the most stubborn of the keys was attempted; 0 before any."""
    return max((item.attempts for item in read_items(target, keys).values()), default=0)
