"""How a round settles a message: delete it, let it come back, send it anew, or give it up."""

from typing import Any

from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from infra.constructs.rounds.common import StaggeredCommon
from infra.constructs.rounds.file_events import FAILED, SOURCE
from infra.constructs.rounds.queues import StaggeredQueues
from infra.constructs.rounds.state_calls import decision, sdk_call

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
        common: StaggeredCommon,
        control: lambda_.IFunction,
        queues: StaggeredQueues,
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
        """Say what became of the item: with the function's answer, or with the error's type."""
        told: dict[str, Any] = {"answer": _AT.object_at("$.answer.Payload")}
        if failed:
            told = {"errorType": _AT.string_at(f"{ERROR}.Error")}
        return sfn.Pass(self._scope, id_, parameters={"outcome": outcome, **told}, result_path=_RESULT)

    def _delete(self) -> tasks.CallAwsService:
        """Whoever gets a message that could not be deleted finds that its file is done."""
        delete = self._on_queue(
            "Delete", "deleteMessage", {"ReceiptHandle": _AT.string_at("$.receiptHandle")}
        )
        delete.add_catch(self._settled, result_path=ERROR)
        delete.next(self._settled)
        return delete

    def _come_back(self) -> sfn.Chain:
        """After some seconds, and not after the visibility time-out, which is that of a whole round."""
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
        """As a new message, whose receive count begins anew: the file got on, or was not even begun."""
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
