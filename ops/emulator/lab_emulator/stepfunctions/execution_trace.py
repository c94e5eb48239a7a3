"""Trace of an execution: that of the request which starts it, handed on to the functions that it invokes.

An SDK passes the trace as an HTTP header, StartExecution as `traceHeader` too (Step Functions developer
guide, concepts-xray-tracing; API reference, StartExecution). LocalStack keeps the latter and uses neither.
The segments that a state machine has itself on AWS are not made.
"""

from typing import Any

from localstack.services.stepfunctions.asl.eval.environment import Environment
from localstack.services.stepfunctions.backend.store import sfn_stores
from localstack.utils.aws.arns import parse_arn

from lab_emulator.xray.trace_header import TRACE_HEADER


def start(original, provider, context, *args: Any, **parameters: Any) -> Any:
    """Wrap StartExecution and StartSyncExecution: where the caller names no trace, its header does."""
    if not parameters.get("trace_header") and len(args) < 4:  # it is the fourth parameter
        header = context.request.headers.get(TRACE_HEADER)
        parameters |= {"trace_header": header} if header else {}
    return original(provider, context, *args, **parameters)


def execute_lambda(original, env: Environment, parameters: dict[str, Any], *args: Any, **others: Any) -> None:
    """Wrap `execute_lambda_function_integration`: invoke the function within the trace of the execution."""
    if header := _trace_header(env):
        parameters = parameters | {TRACE_HEADER: header}
    original(env, parameters, *args, **others)


def _trace_header(env: Environment) -> str | None:
    arn = env.states.context_object.context_object_data["Execution"]["Id"]
    parts = parse_arn(arn)
    execution = sfn_stores[parts["account"]][parts["region"]].executions.get(arn)
    return execution.trace_header if execution else None
