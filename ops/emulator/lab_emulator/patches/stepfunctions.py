"""Changes to LocalStack's code for Step Functions."""

from functools import partial
from importlib import import_module

from localstack.utils.patch import Patch


def patches() -> list[Patch]:
    """The patches in the order in which they are applied."""
    return [
        *_executions(),
        *_endings(),
        *_service_names(),
    ]


def _executions() -> list[Patch]:
    """Let a task, a path and a log line cost a state machine what they cost on AWS: next to nothing.

    Each execution parses the definition and each use of a JSONPath the path, each task assumes the role and
    makes another client, and each history event waits for PutLogEvents, some 25 of them an execution: an
    Express workflow of four steps took several times longer for these than for its functions. All are called
    by name. Ended executions stay in memory.
    """
    from localstack.services.stepfunctions.asl.component.common.path import result_path
    from localstack.services.stepfunctions.asl.component.state.state_execution.state_task import (
        lambda_eval_utils,
        service,
    )
    from localstack.services.stepfunctions.asl.eval.event.logging import CloudWatchLoggingSession
    from localstack.services.stepfunctions.asl.utils import json_path
    from localstack.services.stepfunctions.backend import execution_worker
    from localstack.services.stepfunctions.provider import StepFunctionsProvider

    from lab_emulator.stepfunctions import executions, task_services

    integrations = [
        import_module(f"{service.__name__}.state_task_service_{name}")
        for name in ("aws_sdk", "dynamodb", "events", "sfn", "sns", "sqs")
    ]
    return [
        *(
            Patch(module, "boto_client_for", task_services.client_for)
            for module in (lambda_eval_utils, *integrations)
        ),
        Patch(execution_worker, "AmazonStateLanguageParser", executions.KeptPrograms),
        Patch(json_path, "parse", executions.parse_extended_path),
        Patch(result_path, "parse", executions.parse_path),
        Patch(CloudWatchLoggingSession, "publish_history_log", executions.deliver_history_log),
        Patch.function(StepFunctionsProvider.start_sync_execution, executions.start_sync_execution),
    ]


def _endings() -> list[Patch]:
    """Let StopExecution and TimeoutSeconds end an execution at once: these places decide about its end."""
    from localstack.services.stepfunctions.asl.eval.environment import Environment
    from localstack.services.stepfunctions.asl.eval.event.event_manager import EventManager
    from localstack.services.stepfunctions.backend.execution import (
        BaseExecutionWorkerCommunication,
        Execution,
    )

    from lab_emulator.stepfunctions import executions

    return [
        Patch.function(Execution.stop, executions.stop),
        Patch.function(BaseExecutionWorkerCommunication.terminated, executions.terminated),
        Patch.function(Environment.set_error, executions.set_error),
        Patch.function(Environment.set_timed_out, executions.set_timed_out),
        Patch.function(EventManager._publish_history_event, executions.publish_history_event),
        Patch.function(EventManager._publish_history_log, executions.publish_history_log),
    ]


def _service_names() -> list[Patch]:
    """Know services by AWS's names, `eventbridge` for one, and their errors, such as Sqs.SqsException.

    Both are read from a class attribute and a static method.
    """
    from localstack.services.stepfunctions.asl.component.state.state_execution.state_task.service import (
        state_task_service,
        state_task_service_aws_sdk,
    )

    from lab_emulator.stepfunctions import task_services

    sdk = state_task_service_aws_sdk.StateTaskServiceAwsSdk
    prefix = partial(task_services.error_prefix, sdk._normalise_service_error_name)
    task = state_task_service.StateTaskService
    return [
        Patch(task, "_SERVICE_NAME_SFN_TO_BOTO_OVERRIDES", task_services.BOTO_NAMES),
        Patch(sdk, "_normalise_service_error_name", staticmethod(prefix)),
    ]
