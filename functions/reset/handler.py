"""Lambda entry point of the reset: invoked directly, or by EventBridge as an automatic repair."""

import os
from typing import TYPE_CHECKING, Any

from functions.common import clients
from functions.common.environment import from_variables
from functions.common.logs import get_logger
from functions.ingestion.environment import ResetEnvironment
from functions.ingestion.failure_mode import FailureMode

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = get_logger()


@logger.inject_lambda_context(clear_state=True)
def handler(_: dict[str, Any], context: "LambdaContext") -> dict[str, str]:
    """Set the failure mode to none, whatever the event. The functions see it at their next reading.

    Out: `{"failureMode": "none"}`.
    """
    environment = from_variables(ResetEnvironment, os.environ)
    clients.ssm().put_parameter(
        Name=environment.failure_mode_parameter,
        Value=FailureMode.NONE,
        Type="String",
        Overwrite=True,
    )
    logger.info("failure mode reset", requestId=context.aws_request_id, failureMode=FailureMode.NONE)
    return {"failureMode": FailureMode.NONE.value}
