"""Parts of Step Functions, and how each is told apart from what LocalStack has."""

from lab_emulator.parts.part import Part, is_patched_by


def _runs_express_workflows_quickly() -> bool:
    from localstack.services.stepfunctions.asl.component.state.state_execution.state_task import (
        lambda_eval_utils,
    )
    from localstack.services.stepfunctions.asl.eval.event.logging import CloudWatchLoggingSession
    from localstack.services.stepfunctions.asl.utils import json_path

    from lab_emulator.stepfunctions import executions, task_services

    paths = json_path.parse is executions.parse_extended_path
    logs = CloudWatchLoggingSession.publish_history_log is executions.deliver_history_log
    return paths and logs and lambda_eval_utils.boto_client_for is task_services.client_for


def _ends_executions_at_once() -> bool:
    from localstack.services.stepfunctions.asl.eval.environment import Environment
    from localstack.services.stepfunctions.backend.execution import Execution

    from lab_emulator.stepfunctions import executions

    stopped = is_patched_by(Execution.stop, executions.stop)
    return stopped and is_patched_by(Environment.set_timed_out, executions.set_timed_out)


def _names_services_as_aws() -> bool:
    from localstack.services.stepfunctions.asl.component.state.state_execution.state_task.service import (
        state_task_service_aws_sdk as stock,
    )

    return stock.StateTaskServiceAwsSdk._normalise_service_error_name("sqs") == "Sqs"


PARTS = (
    Part("express workflows", "no client a task, no wait a log line", _runs_express_workflows_quickly),
    Part("executions that are stopped", "status and last event come at once", _ends_executions_at_once),
    Part(
        "services of state machines", "names and errors are AWS's: Sqs.SqsException", _names_services_as_aws
    ),
)
