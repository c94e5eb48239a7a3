"""What the circuit breakers did, as the function that calls the downstream logged it."""

from ops.lab.app.function_names import FunctionName, processing_function
from ops.lab.app.target import Target
from ops.lab.probes import logs


def changes(target: Target, since: float, circuit: str, state: str) -> int:
    """How often an execution environment's circuit changed to `state`: open, half-open or closed."""
    return logs.count(target, processing_function(target), since, circuit=circuit, circuitState=state)


def refusals(target: Target, since: float) -> int:
    """How many attempts at a record ended at an open circuit."""
    return logs.count(target, FunctionName.WORKER, since, errorType="CircuitOpen")
