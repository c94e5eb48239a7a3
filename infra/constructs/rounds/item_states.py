"""States for one message of a round: wait its turn, process the file, settle the message.

To settle is to delete it, to let it come back, to send it again as a new message, or to give it up. Each way
ends in a small object for the round's report, whatever happens: an item never fails the Map, so that
its neighbours go on.
"""

from typing import Any

from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from functions.common.errors import LeaseHeld
from functions.files.rounds.s3_event import UnreadableMessage
from functions.files.rounds.task import PermanentFailure
from infra.constructs.rounds.file_events import FAILED, SOURCE
from infra.constructs.rounds.processor_parameters import RoundCommon
from infra.constructs.rounds.round_queues import RoundQueues
from infra.constructs.rounds.state_calls import THROTTLED, decision, invocation_of, sdk_call

ERROR = "$.error"
_RESULT = "$.result"
_AT = sfn.JsonPath


class SettlingStates:
    """Ways to end an item, each beginning with what the round's report reads of it; see `conclude`.

    A message that could not be settled is left to the queue, which delivers it again, and in the end moves it
    to the DLQ by itself.
    """

    def __init__(
        self,
        scope: Construct,
        *,
        common: RoundCommon,
        control: lambda_.IFunction,
        queues: RoundQueues,
    ) -> None:
        self._scope = scope
        self._common = common
        self._queues = queues
        self._settled = sfn.Pass(scope, "Settled", output_path=_RESULT)
        self.delete = self._delete()
        self.come_back = self._come_back()
        self.send_again = self._send_again()
        self.give_up = self._give_up(control)

    def conclude(self, id_: str, outcome: str, *, failed: bool = False) -> sfn.Pass:
        """Result of the item: with the function's answer, or with the error's type."""
        result: dict[str, Any] = {"answer": _AT.object_at("$.answer.Payload")}
        if failed:
            result = {"errorType": _AT.string_at(f"{ERROR}.Error")}
        return sfn.Pass(self._scope, id_, parameters={"outcome": outcome, **result}, result_path=_RESULT)

    def _delete(self) -> tasks.CallAwsService:
        """Delete it. If that fails it comes back, and the next attempt finds that its file is done."""
        delete = self._on_queue(
            "Delete", "deleteMessage", {"ReceiptHandle": _AT.string_at("$.receiptHandle")}
        )
        delete.add_catch(self._settled, result_path=ERROR)
        delete.next(self._settled)
        return delete

    def _come_back(self) -> sfn.Chain:
        """After some seconds, and not after the visibility timeout, which is that of a whole round."""
        hide = self._on_queue(
            "GoBack",
            "changeMessageVisibility",
            {
                "ReceiptHandle": _AT.string_at("$.receiptHandle"),
                "VisibilityTimeout": _AT.number_at("$.retrySeconds"),
            },
        )
        hide.add_catch(self._settled, result_path=ERROR)
        hide.next(self._settled)
        return self.conclude("Returned", "RETURNED", failed=True).next(hide)

    def _send_again(self) -> tasks.CallAwsService:
        """As a new message, whose receive count begins at one: the file got on, or was not even begun."""
        again = self._on_queue(
            "SendAgain",
            "sendMessage",
            {
                "MessageBody": _AT.string_at("$.body"),
                "MessageAttributes": _AT.object_at("$.messageAttributes"),
            },
        )
        again.add_catch(self.come_back, result_path=ERROR)
        again.next(self.delete)
        return again

    def _give_up(self, control: lambda_.IFunction) -> tasks.LambdaInvoke:
        """Explain, dead-letter, announce; only then is the message deleted."""
        read = {"error": ERROR, "receiveCount": "$.receiveCount", "messageAttributes": "$.messageAttributes"}
        explain = decision(self._scope, "Explain", control, "explain", read, output="$.failure")
        explain.add_catch(self.come_back, result_path="$.explanationError")
        bury = sdk_call(
            self._scope,
            "DeadLetter",
            "sqs",
            "sendMessage",
            {
                "QueueUrl": self._queues.dlq.queue_url,
                "MessageBody": _AT.string_at("$.body"),
                "MessageAttributes": _AT.object_at("$.failure.Payload.messageAttributes"),
            },
        )
        bury.add_catch(self.come_back, result_path="$.burialError")
        failed = self.conclude("Failed", "FAILED", failed=True)
        failed.next(self.delete)
        announce = self._announce()
        # The dead letter has the reason as well, and raises its alarm.
        announce.add_catch(failed, result_path="$.announcementError")
        explain.next(bury).next(announce).next(failed)
        return explain

    def _announce(self) -> tasks.EventBridgePutEvents:
        """The optimized integration: unlike the SDK's call it fails where EventBridge took no entry."""
        task = {name: _AT.string_at(f"$.task.{name}") for name in ("bucket", "key", "versionId", "messageId")}
        why = {name: _AT.string_at(f"$.failure.Payload.{name}") for name in ("errorType", "reason")}
        count = {"receiveCount": _AT.number_at("$.receiveCount")}
        detail = sfn.TaskInput.from_object({"processor": self._common.full_name, **task, **why, **count})
        entry = tasks.EventBridgePutEventsEntry(source=SOURCE, detail_type=FAILED, detail=detail)
        return tasks.EventBridgePutEvents(
            self._scope, "Announce", entries=[entry], result_path=sfn.JsonPath.DISCARD
        )

    def _on_queue(self, id_: str, action: str, parameters: dict[str, Any]) -> tasks.CallAwsService:
        queue_url = self._queues.queue.queue_url
        return sdk_call(self._scope, id_, "sqs", action, {"QueueUrl": queue_url, **parameters})


PERMANENT = PermanentFailure.__name__
# How Lambda and Step Functions say that the attempt died before it could give its lease back.
# https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
DIED = ["Runtime.ExitError", "Sandbox.Timedout", "Lambda.Unknown", "States.Timeout"]
LEASE_HELD = LeaseHeld.__name__
_STATUS = "$.answer.Payload.status"


class ItemStates:
    """`start` is the Map's item processor. Its input is an item of functions/files/rounds/plan.py."""

    def __init__(self, scope: Construct, *, common: RoundCommon, settling: SettlingStates) -> None:
        self._scope = scope
        self._common = common
        self._settling = settling
        unreadable = self._fault(
            "Unreadable", UnreadableMessage.__name__, sfn.JsonPath.string_at("$.unreadable")
        )
        turn = sfn.Wait(scope, "AwaitTurn", time=sfn.WaitTime.seconds_path("$.waitSeconds"))
        self.start = (
            sfn.Choice(scope, "IsReadable")
            .when(sfn.Condition.is_present("$.unreadable"), unreadable.next(settling.give_up))
            .otherwise(turn.next(self._process()))
        )

    def _process(self) -> tasks.LambdaInvoke:
        limits, settling = self._common.limits, self._settling
        process = invocation_of(
            self._scope,
            "Process",
            self._common.function,
            sfn.TaskInput.from_json_path_at("$.task"),
            timeout_seconds=limits.timeout_seconds,
            output="$.answer",
        )
        is_last = sfn.Condition.number_greater_than_equals("$.receiveCount", limits.max_receive_count)
        failed = (
            sfn.Choice(self._scope, "IsLastAttempt")
            .when(is_last, settling.give_up)
            .otherwise(settling.come_back)
        )
        process.add_catch(settling.give_up, errors=[PERMANENT], result_path=ERROR)
        # Not begun, so not an attempt: throttling alone never makes a dead letter.
        throttled = settling.conclude("Throttled", "THROTTLED", failed=True).next(settling.send_again)
        process.add_catch(throttled, errors=[THROTTLED], result_path=ERROR)
        process.add_catch(self._held(is_last), errors=[LEASE_HELD], result_path=ERROR)
        process.add_catch(self._died().next(failed), errors=DIED, result_path=ERROR)
        process.add_catch(failed, errors=["States.ALL"], result_path=ERROR)
        process.next(self._by_status(failed))
        return process

    def _died(self) -> sfn.Pass:
        """Come back once the dead attempt's lease has run out: each of them counts, so that a file that kills
        every attempt ends in the DLQ."""
        return sfn.Pass(
            self._scope,
            "OutlastLease",
            result=sfn.Result.from_number(self._common.limits.lease_seconds),
            result_path="$.retrySeconds",
        )

    def _held(self, is_last: sfn.Condition) -> sfn.Choice:
        """Another attempt has the file: one of a round that was stopped, mostly, and works or died meanwhile.

        Not an attempt either, so waiting for that never makes a dead letter: at the last receive, the message
        is sent again as a new one.
        """
        again = self._settling.conclude("Held", "HELD", failed=True).next(self._settling.send_again)
        return (
            sfn.Choice(self._scope, "IsHeldToTheLast")
            .when(is_last, again)
            .otherwise(self._settling.come_back)
        )

    def _by_status(self, failed: sfn.IChainable) -> sfn.Choice:
        """An answer that is none must not end the execution, as a comparison with nothing would."""
        settling = self._settling
        malformed = self._fault("Malformed", "MalformedAnswer", "the function answered without a status")
        return (
            sfn.Choice(self._scope, "ByStatus")
            .when(
                self._answered("SUCCEEDED"),
                settling.conclude("Succeeded", "SUCCEEDED").next(settling.delete),
            )
            .when(
                self._answered("CONTINUE"),
                settling.conclude("Unfinished", "CONTINUED").next(settling.send_again),
            )
            .otherwise(malformed.next(failed))
        )

    def _answered(self, status: str) -> sfn.Condition:
        return sfn.Condition.and_(
            sfn.Condition.is_present(_STATUS), sfn.Condition.string_equals(_STATUS, status)
        )

    def _fault(self, id_: str, error: str, cause: str) -> sfn.Pass:
        """What Step Functions would have said, had it been an error of a task."""
        return sfn.Pass(self._scope, id_, parameters={"Error": error, "Cause": cause}, result_path=ERROR)
