"""Step Functions."""

from lab_emulator.parts.part import Part


def _runs_express_workflows_quickly() -> bool:
    from localstack.services.stepfunctions.asl.component.state.state_execution.state_task import (
        lambda_eval_utils,
    )
    from localstack.services.stepfunctions.asl.eval.event.logging import CloudWatchLoggingSession
    from localstack.services.stepfunctions.asl.utils import json_path

    from lab_emulator.stepfunctions import history_log, parsing, role_client

    paths = json_path.parse is parsing.parse_extended_path
    logs = CloudWatchLoggingSession.publish_history_log is history_log.publish
    return paths and logs and lambda_eval_utils.boto_client_for is role_client.client_for


PARTS: tuple[Part, ...] = (
    Part("express workflows", "no client a task, no wait a log line", _runs_express_workflows_quickly),
)
