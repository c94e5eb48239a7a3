"""Change how a function may run."""

from ops.lab.actions.change import Change
from ops.lab.log_tail import FunctionName
from ops.lab.target import Target


def limit_concurrency(target: Target, function: FunctionName, reserved: int) -> Change:
    """Reserve so much concurrency for the function, and allow no more; 0 stops it."""
    name = target.output(function.output)
    before = target.functions.get_function_concurrency(FunctionName=name).get("ReservedConcurrentExecutions")

    def restore() -> None:
        if before is None:
            target.functions.delete_function_concurrency(FunctionName=name)
        else:
            target.functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=before)

    target.functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=reserved)
    was = "unreserved" if before is None else before
    return Change(f"concurrency of {function.value}: {was} to {reserved}", restore)


def set_timeout(target: Target, function: FunctionName, seconds: int) -> Change:
    """Change the function's timeout, and return once the new configuration is active."""
    name = target.output(function.output)
    before = target.functions.get_function_configuration(FunctionName=name)["Timeout"]

    def update(timeout: int) -> None:
        target.functions.update_function_configuration(FunctionName=name, Timeout=timeout)
        target.functions.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})

    update(seconds)
    return Change(f"timeout of {function.value}: {before} s to {seconds} s", lambda: update(before))


def set_variables(target: Target, function: FunctionName, **variables: str) -> Change:
    """Change environment variables, which starts the function anew; return once that is active."""
    name = target.output(function.output)
    before = target.functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]

    def update(values: dict[str, str]) -> None:
        target.functions.update_function_configuration(FunctionName=name, Environment={"Variables": values})
        target.functions.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})

    update(before | variables)
    changed = ", ".join(f"{key}={value}" for key, value in variables.items())
    return Change(f"variables of {function.value}: {changed}", lambda: update(before))
