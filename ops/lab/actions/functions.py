"""Actions on Lambda functions: concurrency, timeout, memory, variables."""

from dataclasses import replace
from typing import Any

from ops.lab.app.function_names import FunctionName, processing_function
from ops.lab.app.target import Target
from ops.lab.drills.declaration import ReversibleChange

# The variable of WorkerEnvironment.lease_seconds.
LEASE_VARIABLE = "LEASE_SECONDS"


def limit_concurrency(target: Target, function: FunctionName, reserved: int | None) -> ReversibleChange:
    """Reserve so much concurrency for the function, and allow no more; 0 stops it, None frees it."""
    name = target.output(function.output)
    before = reserved_concurrency(target, function)

    def put(value: int | None) -> None:
        if value is None:
            target.functions.delete_function_concurrency(FunctionName=name)
        else:
            target.functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=value)

    was, now = ("unreserved" if value is None else value for value in (before, reserved))
    return ReversibleChange.made(
        f"concurrency of {function.value}: {was} to {now}", lambda: put(reserved), lambda: put(before)
    )


def reserved_concurrency(target: Target, function: FunctionName) -> int | None:
    """What the function has to itself, and no more; None where it shares the account's."""
    answer = target.functions.get_function_concurrency(FunctionName=target.output(function.output))
    return answer.get("ReservedConcurrentExecutions")


def set_worker_timeout(target: Target, seconds: int) -> ReversibleChange:
    """Change the worker's timeout, and its lease in proportion.

    A lease that ends before a live attempt would let a second attempt start beside it.
    """
    before = configuration(target, FunctionName.WORKER)
    timeout, variables = before["Timeout"], before["Environment"]["Variables"]
    lease = round(int(variables[LEASE_VARIABLE]) * seconds / timeout)

    def put(timeout: int, variables: dict[str, str]) -> None:
        update(target, FunctionName.WORKER, Timeout=timeout, Environment={"Variables": variables})

    return ReversibleChange.made(
        f"worker's timeout: {timeout} s to {seconds} s, lease: {variables[LEASE_VARIABLE]} s to {lease} s",
        lambda: put(seconds, variables | {LEASE_VARIABLE: str(lease)}),
        lambda: put(timeout, variables),
    )


def set_worker_lease(target: Target, seconds: int) -> ReversibleChange:
    """Change how long a claim of the worker holds its key. Claims that are there keep the end they have."""
    before = worker_lease_seconds(target)
    change = set_variables(target, FunctionName.WORKER, **{LEASE_VARIABLE: str(seconds)})
    return replace(change, what=f"worker's lease: {before} s to {seconds} s")


def worker_timeout_seconds(target: Target) -> int:
    """How long an attempt lives at most, in either topology: a workflow ends before the worker would."""
    return int(configuration(target, FunctionName.WORKER)["Timeout"])


def worker_lease_seconds(target: Target) -> int:
    """How long a key stays held after an attempt that was killed."""
    return int(configuration(target, FunctionName.WORKER)["Environment"]["Variables"][LEASE_VARIABLE])


def set_memory(target: Target, function: FunctionName, megabytes: int) -> ReversibleChange:
    """Change the function's memory, and with it its share of a processor."""
    before = configuration(target, function)["MemorySize"]
    return ReversibleChange.made(
        f"memory of {function.value}: {before} MB to {megabytes} MB",
        lambda: update(target, function, MemorySize=megabytes),
        lambda: update(target, function, MemorySize=before),
    )


def set_variables(target: Target, function: FunctionName, **variables: str) -> ReversibleChange:
    """Change environment variables, which replaces its execution environments; return once that is active."""
    before = configuration(target, function)["Environment"]["Variables"]

    def put(values: dict[str, str]) -> None:
        update(target, function, Environment={"Variables": values})

    changed = ", ".join(f"{key}={value}" for key, value in variables.items())
    return ReversibleChange.made(
        f"variables of {function.value}: {changed}", lambda: put(before | variables), lambda: put(before)
    )


def demand_schema(target: Target, version: str) -> ReversibleChange:
    """Set EVENT_SCHEMA, one of `functions.ingestion.event_schema.SchemaVersion`, as a release would.

    It is the version of the event's schema that is demanded where events are processed.
    """
    return set_variables(target, processing_function(target), EVENT_SCHEMA=version)


def configuration(target: Target, function: FunctionName) -> Any:
    """The function's configuration as it is now."""
    return target.functions.get_function_configuration(FunctionName=target.output(function.output))


def update(target: Target, function: FunctionName, **settings: Any) -> None:
    """Change the configuration, and return once the new one is active."""
    name = target.output(function.output)
    target.functions.update_function_configuration(FunctionName=name, **settings)
    target.functions.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
