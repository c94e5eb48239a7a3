"""State machine of a round, its states, and the function that decides for it.

The states take the lock, receive, plan, process, report, and see whether there is more. The lock is opened
again for each batch, which costs nothing where it is held, and so reads the concurrency that the scaler has
set meanwhile.
"""

from collections.abc import Mapping
from typing import TypeVar

from aws_cdk import Duration, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from functions.files.environment import RoundControlEnvironment
from infra.constructs.lambda_fn import LambdaFn
from infra.constructs.log_group import log_group
from infra.constructs.policies import look_at_executions
from infra.constructs.rounds.item_states import ItemStates, SettlingStates
from infra.constructs.rounds.processor_parameters import RoundCommon
from infra.constructs.rounds.round_policies import machine_policy, round_control_policy, start_execution
from infra.constructs.rounds.round_queues import RoundQueues
from infra.constructs.rounds.state_calls import decision, sdk_call
from infra.settings.files import ROUND_MESSAGES, SETTLE_SECONDS

# An execution has at most 25,000 events, of which a batch of ten takes some 700 where everything is retried:
# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
MAX_BATCHES = 25
# A long poll asks all of SQS's servers, so that a queue that looks empty is: a short one asks some.
_POLL_SECONDS = 2
_AT = sfn.JsonPath
_BATCH = "$.batch"  # of messages, then the plan for them, then what became of them: one at a time, for size
_BATCHES_LEFT = sfn.Condition.number_less_than("$.batches", MAX_BATCHES)

Guarded = TypeVar("Guarded", tasks.CallAwsService, tasks.LambdaInvoke, sfn.Map)


class RoundStates:
    """`start` is the machine's first state. Whatever fails here closes the round and fails the execution."""

    def __init__(
        self, scope: Construct, *, control: lambda_.IFunction, queue: sqs.IQueue, item: ItemStates
    ) -> None:
        self._scope = scope
        self._control = control
        self._failing = self._close_and_fail()
        count = sfn.Pass(
            scope, "CountBatch", parameters={"batches": _AT.math_add(_AT.number_at("$.batches"), 1)}
        )
        close = self._close(count)
        work = self._receive(queue).next(
            sfn.Choice(scope, "HasMessages")
            .when(sfn.Condition.is_present("$.batch.Messages[0]"), self._work(item, count, close))
            .otherwise(close)
        )
        opened = self._step("Open", "open", output="$.round").next(
            sfn.Choice(scope, "IsGranted")
            .when(sfn.Condition.boolean_equals("$.round.Payload.granted", True), work)
            .otherwise(sfn.Succeed(scope, "AlreadyRunning"))
        )
        count.next(opened)
        self.start = sfn.Pass(scope, "Begin", parameters={"batches": 0}).next(count)

    def _receive(self, queue: sqs.IQueue) -> tasks.CallAwsService:
        return self._guarded(
            sdk_call(
                self._scope,
                "Receive",
                "sqs",
                "receiveMessage",
                {
                    "QueueUrl": queue.queue_url,
                    "MaxNumberOfMessages": ROUND_MESSAGES,
                    "WaitTimeSeconds": _POLL_SECONDS,
                    "MessageAttributeNames": ["All"],
                    "MessageSystemAttributeNames": ["ApproximateReceiveCount"],
                },
                output=_BATCH,
            )
        )

    def _work(self, item: ItemStates, again: sfn.IChainable, close: sfn.IChainable) -> sfn.Chain:
        plan = self._step("Plan", "plan", {"messages": "$.batch.Messages"}, output=_BATCH)
        files = sfn.Map(
            self._scope,
            "Files",
            items_path="$.batch.Payload.items",
            max_concurrency_path="$.round.Payload.concurrency",
            result_path=_BATCH,
        ).item_processor(item.start)
        report = self._step("Report", "report", {"results": _BATCH})
        left = sfn.Choice(self._scope, "IsBatchLeft").when(_BATCHES_LEFT, again).otherwise(close)
        return plan.next(self._guarded(files)).next(report).next(left)

    def _close(self, again: sfn.IChainable) -> sfn.Chain:
        more = sfn.Condition.boolean_equals("$.closed.Payload.more", True)
        return self._step("Close", "close", output="$.closed").next(
            sfn.Choice(self._scope, "IsThereMore")
            .when(sfn.Condition.and_(more, _BATCHES_LEFT), again)
            .when(more, self._continue())
            .otherwise(sfn.Succeed(self._scope, "QueueEmpty"))
        )

    def _continue(self) -> tasks.CallAwsService:
        """In an execution of its own, before this one's history is full."""
        machine = _AT.string_at("$$.StateMachine.Id")
        return sdk_call(
            self._scope, "ContinueAnew", "sfn", "startExecution", {"StateMachineArn": machine, "Input": "{}"}
        )

    def _close_and_fail(self) -> tasks.LambdaInvoke:
        failed = sfn.Fail(self._scope, "RoundFailed", error_path="$.error.Error", cause_path="$.error.Cause")
        close = decision(self._scope, "CloseFailedRound", self._control, "close")
        close.add_catch(failed, result_path="$.closeError")
        close.next(failed)
        return close

    def _step(
        self, id_: str, step: str, paths: Mapping[str, str] | None = None, *, output: str | None = None
    ) -> tasks.LambdaInvoke:
        return self._guarded(decision(self._scope, id_, self._control, step, paths, output=output))

    def _guarded(self, state: Guarded) -> Guarded:
        state.add_catch(self._failing, result_path="$.error")
        return state


class RoundMachine(Construct):
    """`machine`, a STANDARD workflow, one execution of which works at a time; its `log_group`, `control`."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        common: RoundCommon,
        queues: RoundQueues,
        table: dynamodb.ITable,
    ) -> None:
        super().__init__(scope, id_)
        self._common = common
        self.control = self._decisions(queues, table)
        self.log_group = log_group(
            self,
            "Logs",
            retention_days=common.settings.log_retention_days,
            removal_policy=common.removal_policy,
        )
        control = self.control.function
        settling = SettlingStates(self, common=common, control=control, queues=queues)
        item = ItemStates(self, common=common, settling=settling)
        states = RoundStates(self, control=control, queue=queues.queue, item=item)
        role = self._role(queues)
        self.machine = self._machine(states, role)
        self.machine.node.add_dependency(role)  # with its policy: the service tries the log group out
        # Policies of their own: the machine waits for those of the roles, which so cannot name it.
        iam.Policy(self, "ContinuesAnew", statements=[start_execution(self.machine)], roles=[role])
        iam.Policy(
            self,
            "AsksForOwners",
            statements=[look_at_executions(self.machine)],
            roles=[self.control.role],
        )

    def _decisions(self, queues: RoundQueues, table: dynamodb.ITable) -> LambdaFn:
        limits = self._common.limits
        return self._common.part(
            self,
            "round_control",
            RoundControlEnvironment(
                control_table_name=table.table_name,
                queue_url=queues.queue.queue_url,
                concurrency=limits.concurrency,
                min_concurrency=limits.min_concurrency,
                max_concurrency=limits.max_concurrency,
                stagger_milliseconds=limits.stagger_milliseconds,
                max_wait_seconds=limits.max_wait_seconds,
                recall_seconds=limits.timeout_seconds + SETTLE_SECONDS,
                retry_seconds=limits.retry_seconds,
                error_rate_percent=limits.error_rate_percent,
                latency_milliseconds=limits.latency_milliseconds,
            ),
            round_control_policy(queue=queues.queue, control=table, key=self._common.key),
        )

    def _machine(self, states: RoundStates, role: iam.Role) -> sfn.StateMachine:
        return sfn.StateMachine(
            self,
            "Machine",
            state_machine_type=sfn.StateMachineType.STANDARD,
            definition_body=sfn.DefinitionBody.from_chainable(states.start),
            # A batch takes no longer than its messages are hidden; see RoundLimits.
            timeout=Duration.seconds((MAX_BATCHES + 1) * self._common.limits.queue_visibility_seconds),
            tracing_enabled=True,
            # What failed. The rest, and the data, the history of each execution keeps for 90 days.
            logs=sfn.LogOptions(
                destination=self.log_group, level=sfn.LogLevel.ERROR, include_execution_data=False
            ),
            role=role.without_policy_updates(),
        )

    def _role(self, queues: RoundQueues) -> iam.Role:
        """Exactly the calls that the machine makes."""
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("states.amazonaws.com"))
        for statement in machine_policy(
            functions=(self._common.function, self.control.function),
            queue=queues.queue,
            dlq=queues.dlq,
            bus_arn=Stack.of(self).format_arn(
                service="events", resource="event-bus", resource_name="default"
            ),
            key=self._common.key,
        ):
            role.add_to_policy(statement)
        return role
