"""States of the workflow: the calls of ingest and worker, in their very order, one step a state.

No state repeats a call that may have been carried out: SQS delivers a message again, and a client posts it
again, and both meet the lease and the table. The one retry is for what Lambda did not begin.
"""

from collections.abc import Mapping
from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from functions.common.errors import LeaseHeld, LeaseLost
from functions.ingestion.failure_names import NOT_INVOKED, UNKNOWN_OUTCOME

# Another attempt owns the key: its outcome is the one to keep and to announce.
ANOTHERS = [LeaseHeld.__name__, LeaseLost.__name__]
_KEY = {name: f"$.message.{name}" for name in ("idempotencyKey", "checksum", "isLastReceive")}
_CLAIM = _KEY | {"owner": "$.claim.Payload.owner", "attempts": "$.claim.Payload.attempts"}


class AcceptStates:
    """Validate, publish. Where a state fails the execution fails with its error, which ingest answers."""

    def __init__(self, scope: Construct, *, validate: lambda_.IFunction, publish: lambda_.IFunction) -> None:
        valid = _invoke(scope, "Validate", validate, sfn.TaskInput.from_json_path_at("$.request"), output="$")
        queued = _invoke(scope, "Publish", publish, sfn.TaskInput.from_json_path_at("$"), output="$")
        self.start = valid.next(queued)


class ProcessStates:
    """Claim, process, announce, conclude; a failure is kept, and announced if it is the last.

    The claim's owner and attempts travel in the state from `Claim` on: a conclusion needs the owner.
    After an error that leaves open whether a step still works the lease alone decides when to try again.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        idempotency: lambda_.IFunction,
        processor: lambda_.IFunction,
        events: lambda_.IFunction,
    ) -> None:
        self._scope = scope
        self._idempotency = idempotency
        self._events = events
        self._failed = sfn.Fail(scope, "Failed", error_path="$.error.Error", cause_path="$.error.Cause")
        self._announcing = self._announce_last_failure()
        keeping = self._keep_failure()

        claim = _invoke(scope, "Claim", idempotency, _object({"operation": "claim"}, _KEY), output="$.claim")
        self._catch(claim, self._without_claim().next(self._announcing))
        process = _invoke(
            scope, "Process", processor, _object({}, _KEY | {"body": "$.message.body"}), output="$.order"
        )
        announce = _invoke(
            scope,
            "Announce",
            events,
            _object(
                {"outcome": "success"},
                _KEY | {"attempts": "$.claim.Payload.attempts", "order": "$.order.Payload"},
            ),
            output="$.announced",
        )
        conclude = self._conclude()
        for task in (process, announce, conclude):
            self._catch(task, keeping)
        duplicate = sfn.Pass(scope, "Duplicate", result=sfn.Result.from_object({"outcome": "duplicate"}))
        self.start = claim.next(
            sfn.Choice(scope, "IsClaimed")
            .when(sfn.Condition.boolean_equals("$.claim.Payload.claimed", False), duplicate)
            .otherwise(process.next(announce).next(conclude))
        )

    def _conclude(self) -> tasks.LambdaInvoke:
        moment = {"eventEmittedAt": "$.announced.Payload.emittedAt"}
        task = tasks.LambdaInvoke(
            self._scope,
            "Conclude",
            lambda_function=self._idempotency,
            payload=_object({"operation": "succeed"}, _CLAIM | moment),
            result_selector={"outcome": "processed"},
            retry_on_service_exceptions=False,
        )
        task.add_retry(**RETRY)
        return task

    def _without_claim(self) -> sfn.Pass:
        """Without a claim the receives count as attempts."""
        return sfn.Pass(
            self._scope,
            "WithoutClaim",
            parameters={"Payload": {"attempts": sfn.JsonPath.number_at("$.message.receiveCount")}},
            result_path="$.claim",
        )

    def _keep_failure(self) -> tasks.LambdaInvoke:
        """Where the table does not answer, this attempt announces the failure itself."""
        keep = _invoke(
            self._scope,
            "KeepFailure",
            self._idempotency,
            _object({"operation": "fail"}, _CLAIM | {"error": "$.error"}),
            output=sfn.JsonPath.DISCARD,
        )
        keep.add_catch(self._failed, errors=ANOTHERS, result_path=sfn.JsonPath.DISCARD)
        keep.add_catch(self._announcing, errors=["States.ALL"], result_path=sfn.JsonPath.DISCARD)
        keep.next(self._announcing)
        return keep

    def _announce_last_failure(self) -> sfn.Choice:
        """Earlier failures are not announced: SQS retries whatever the category."""
        announce = _invoke(
            self._scope,
            "AnnounceFailure",
            self._events,
            _object(
                {"outcome": "failure"},
                _KEY | {"attempts": "$.claim.Payload.attempts", "error": "$.error"},
            ),
            output=sfn.JsonPath.DISCARD,
        )
        announce.add_catch(self._failed, errors=["States.ALL"], result_path=sfn.JsonPath.DISCARD)
        is_anothers = sfn.Condition.or_(
            *(sfn.Condition.string_equals("$.error.Error", each) for each in ANOTHERS)
        )
        return (
            sfn.Choice(self._scope, "IsLastFailure")
            .when(is_anothers, self._failed)
            .when(sfn.Condition.boolean_equals("$.message.isLastReceive", True), announce.next(self._failed))
            .otherwise(self._failed)
        )

    def _catch(self, task: tasks.LambdaInvoke, handler: sfn.IChainable) -> None:
        task.add_catch(self._failed, errors=list(UNKNOWN_OUTCOME), result_path="$.error")
        task.add_catch(handler, errors=["States.ALL"], result_path="$.error")


RETRY: dict[str, Any] = {
    "errors": [NOT_INVOKED],
    "interval": Duration.seconds(1),
    "max_attempts": 2,
    "backoff_rate": 2,
}


def _invoke(
    scope: Construct, id_: str, function: lambda_.IFunction, payload: sfn.TaskInput, *, output: str | None
) -> tasks.LambdaInvoke:
    """Call a step. Its answer becomes the state with `$`, else stands under `output` as `Payload`."""
    whole = output == "$"
    task = tasks.LambdaInvoke(
        scope,
        id_,
        lambda_function=function,
        payload=payload,
        output_path="$.Payload" if whole else None,
        result_selector=None if whole else {"Payload": sfn.JsonPath.object_at("$.Payload")},
        result_path=None if whole else output,
        retry_on_service_exceptions=False,
    )
    task.add_retry(**RETRY)
    return task


def _object(fixed: Mapping[str, str], paths: Mapping[str, str]) -> sfn.TaskInput:
    """A JSON object of fixed members and of members that are read from the state."""
    read = {name: sfn.JsonPath.object_at(path) for name, path in paths.items()}
    return sfn.TaskInput.from_object({**fixed, **read})
