"""Step as a function of its own: a plain JSON object in, a plain JSON object out, errors by their names.

The handlers that `step` wraps are what Step Functions invokes. Each event is one of a contract, told in the
handler's docstring; nothing in it is SQS's, API Gateway's or Step Functions'.
"""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from functions.common.circuits import Circuit
from functions.common.errors import PipelineError
from functions.common.logs import get_logger
from functions.common.tracing import get_tracer
from functions.ingestion.wire_error import to_wire

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

Json = dict[str, Any]
Step = Callable[[Json, "LambdaContext"], Json]


def step(logic: Step) -> Step:
    """Give a step its log context, its trace, and errors that can be read on the other side.

    An unforeseen error passes as it is: Lambda logs it with its traceback.
    """
    logger = get_logger()

    @wraps(logic)
    def handler(event: Json, context: "LambdaContext") -> Json:
        logger.append_keys(requestId=context.aws_request_id, idempotencyKey=event.get("idempotencyKey"))
        try:
            return logic(event, context)
        except (PipelineError, BotoCoreError, ClientError) as error:
            raise to_wire(error) from error

    logged = logger.inject_lambda_context(handler, clear_state=True)
    traced: Step = get_tracer().capture_lambda_handler(logged, capture_response=False)
    return traced


def allow_trial_at_last_receive(event: Json, circuit: Circuit) -> None:
    """Let an event whose next stop is the dead-letter queue (`isLastReceive`) out as a trial, whatever the
    circuit says: see `functions.worker.attempt`."""
    if event.get("isLastReceive"):
        circuit.allow_trial()
