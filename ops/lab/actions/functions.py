"""Change how a function may run."""

from typing import Any

from ops.lab.app.log_tail import FunctionName
from ops.lab.app.target import Target
from ops.lab.drills.declaration import ReversibleChange


def limit_concurrency(target: Target, function: FunctionName, reserved: int | None) -> ReversibleChange:
    """Reserve so much concurrency for the function, and allow no more; 0 stops it, None frees it."""
    name = target.output(function.output)
    before = reserved_concurrency(target, function)

    def put(value: int | None) -> None:
        if value is None:
            target.functions.delete_function_concurrency(FunctionName=name)
        else:
            target.functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=value)

    put(reserved)
    was, now = ("unreserved" if value is None else value for value in (before, reserved))
    return ReversibleChange(f"concurrency of {function.value}: {was} to {now}", lambda: put(before))


def reserved_concurrency(target: Target, function: FunctionName) -> int | None:
    """What the function has to itself, and no more; None where it shares the account's."""
    answer = target.functions.get_function_concurrency(FunctionName=target.output(function.output))
    return answer.get("ReservedConcurrentExecutions")


def set_timeout(target: Target, function: FunctionName, seconds: int) -> ReversibleChange:
    """Change the function's timeout, and return once the new configuration is active."""
    before = configuration(target, function)["Timeout"]
    update(target, function, Timeout=seconds)
    return ReversibleChange(
        f"timeout of {function.value}: {before} s to {seconds} s",
        lambda: update(target, function, Timeout=before),
    )


def set_memory(target: Target, function: FunctionName, megabytes: int) -> ReversibleChange:
    """Change the function's memory, and with it its share of a processor."""
    before = configuration(target, function)["MemorySize"]
    update(target, function, MemorySize=megabytes)
    return ReversibleChange(
        f"memory of {function.value}: {before} MB to {megabytes} MB",
        lambda: update(target, function, MemorySize=before),
    )


def set_variables(target: Target, function: FunctionName, **variables: str) -> ReversibleChange:
    """Change environment variables, which starts the function anew; return once that is active."""
    before = configuration(target, function)["Environment"]["Variables"]

    def put(values: dict[str, str]) -> None:
        update(target, function, Environment={"Variables": values})

    put(before | variables)
    changed = ", ".join(f"{key}={value}" for key, value in variables.items())
    return ReversibleChange(f"variables of {function.value}: {changed}", lambda: put(before))


def configuration(target: Target, function: FunctionName) -> Any:
    """The function's configuration as it is now."""
    return target.functions.get_function_configuration(FunctionName=target.output(function.output))


def update(target: Target, function: FunctionName, **settings: Any) -> None:
    """Change the configuration, and return once the new one is active."""
    name = target.output(function.output)
    target.functions.update_function_configuration(FunctionName=name, **settings)
    target.functions.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
