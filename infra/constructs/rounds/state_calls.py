"""Task states of a round: calls of AWS services by their SDK, and of functions."""

from collections.abc import Mapping
from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

THROTTLED = "Lambda.TooManyRequestsException"
# Lambda's own trouble, and the way to it: the invocation may or may not have begun.
# https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#bp-lambda-serviceexception
_LAMBDA_TROUBLE = ["Lambda.AWSLambdaException", "Lambda.SdkClientException", "Lambda.ServiceException"]
# The longest that the SDK's calls and the decisions of a round may take, each attempt.
CALL_TIMEOUT_SECONDS = 30


def sdk_call(
    scope: Construct,
    id_: str,
    service: str,
    action: str,
    parameters: Mapping[str, Any],
    *,
    output: str | None = None,
) -> tasks.CallAwsService:
    """Call an operation; its answer stands under `output`, or is dropped. Each may be carried out twice."""
    call = tasks.CallAwsService(
        scope,
        id_,
        service=service,
        action=action,
        parameters=parameters,
        iam_resources=["*"],  # the machine's role takes no statement of the CDK's: see RoundMachine
        result_path=output or sfn.JsonPath.DISCARD,
        task_timeout=sfn.Timeout.duration(Duration.seconds(CALL_TIMEOUT_SECONDS)),
    )
    call.add_retry(
        errors=["States.ALL"],
        interval=Duration.seconds(1),
        max_attempts=2,
        backoff_rate=2,
        jitter_strategy=sfn.JitterType.FULL,
    )
    return call


def invocation_of(
    scope: Construct,
    id_: str,
    function: lambda_.IFunction,
    payload: sfn.TaskInput,
    *,
    timeout_seconds: int = CALL_TIMEOUT_SECONDS,
    output: str | None = None,
) -> tasks.LambdaInvoke:
    """Call a function; its answer stands as `Payload` under `output`, or is dropped."""
    call = tasks.LambdaInvoke(
        scope,
        id_,
        lambda_function=function,
        payload=payload,
        result_selector={"Payload": sfn.JsonPath.object_at("$.Payload")} if output else None,
        result_path=output or sfn.JsonPath.DISCARD,
        retry_on_service_exceptions=False,
        # Lambda's own timeout ends the attempt; this one is for an answer that never comes.
        task_timeout=sfn.Timeout.duration(Duration.seconds(timeout_seconds + 5)),
    )
    call.add_retry(
        errors=[THROTTLED, *_LAMBDA_TROUBLE],
        interval=Duration.seconds(1),
        max_attempts=3,
        max_delay=Duration.seconds(3),
        backoff_rate=2,
        jitter_strategy=sfn.JitterType.FULL,
    )
    return call


def decision(
    scope: Construct,
    id_: str,
    control: lambda_.IFunction,
    step: str,
    paths: Mapping[str, str] | None = None,
    *,
    output: str | None = None,
) -> tasks.LambdaInvoke:
    """Have `round_control` take a step for this execution, with what `paths` say where to read."""
    read = {name: sfn.JsonPath.object_at(path) for name, path in (paths or {}).items()}
    execution = sfn.JsonPath.string_at("$$.Execution.Id")
    payload = sfn.TaskInput.from_object({"step": step, "execution": execution, **read})
    return invocation_of(scope, id_, control, payload, output=output)
