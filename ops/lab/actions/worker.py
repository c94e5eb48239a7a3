"""Change the worker's time."""

from ops.lab.actions.functions import configuration, update
from ops.lab.app.log_tail import FunctionName
from ops.lab.app.target import Target
from ops.lab.drills.declaration import ReversibleChange

# The variable of WorkerEnvironment.lease_seconds.
_LEASE = "LEASE_SECONDS"


def set_timeout(target: Target, seconds: int) -> ReversibleChange:
    """Change the worker's timeout, and its lease in proportion.

    A lease that ends before a live attempt would let a second attempt start beside it.
    """
    before = configuration(target, FunctionName.WORKER)
    timeout, variables = before["Timeout"], before["Environment"]["Variables"]
    lease = round(int(variables[_LEASE]) * seconds / timeout)
    _put(target, seconds, variables | {_LEASE: str(lease)})
    return ReversibleChange(
        f"worker's timeout: {timeout} s to {seconds} s, lease: {variables[_LEASE]} s to {lease} s",
        lambda: _put(target, timeout, variables),
    )


def lease_seconds(target: Target) -> int:
    """How long a key stays held after an attempt that was killed."""
    return int(configuration(target, FunctionName.WORKER)["Environment"]["Variables"][_LEASE])


def _put(target: Target, timeout: int, variables: dict[str, str]) -> None:
    update(target, FunctionName.WORKER, Timeout=timeout, Environment={"Variables": variables})
