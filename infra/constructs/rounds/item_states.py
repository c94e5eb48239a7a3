"""What a round does with one message: wait its turn, process the file, settle the message.

Each way ends in a small object for the round's report, whatever happens: an item never fails the Map, so its
neighbours go on.
"""

from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from functions.common.errors import LeaseHeld
from functions.files.rounds.s3_event import UnreadableMessage
from functions.files.rounds.task import PermanentFailure
from infra.constructs.rounds.common import StaggeredCommon
from infra.constructs.rounds.settling_states import ERROR, SettlingStates
from infra.constructs.rounds.state_calls import THROTTLED, invocation_of

PERMANENT = PermanentFailure.__name__
# How Lambda and Step Functions say that the attempt died before it could give its lease back.
# https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
DIED = ["Runtime.ExitError", "Sandbox.Timedout", "Lambda.Unknown", "States.Timeout"]
LEASE_HELD = LeaseHeld.__name__
_STATUS = "$.answer.Payload.status"


class ItemStates:
    """`start` is the Map's item processor. Its input is an item of functions/files/rounds/plan.py."""

    def __init__(self, scope: Construct, *, common: StaggeredCommon, settling: SettlingStates) -> None:
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
        goes out anew.
        """
        anew = self._settling.conclude("Held", "HELD", failed=True).next(self._settling.send_again)
        return (
            sfn.Choice(self._scope, "IsHeldToTheLast").when(is_last, anew).otherwise(self._settling.come_back)
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
