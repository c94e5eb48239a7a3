"""The state machine of a staggered processor, and the function that decides for it."""

from aws_cdk import Duration, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from functions.files.environment import RoundControlEnvironment
from infra.constructs.lambda_fn import LambdaFn
from infra.constructs.log_group import log_group
from infra.constructs.rounds.common import StaggeredCommon
from infra.constructs.rounds.item_states import ItemStates
from infra.constructs.rounds.machine_policy import machine_policy, start_execution
from infra.constructs.rounds.queues import StaggeredQueues
from infra.constructs.rounds.round_policies import round_control_policy
from infra.constructs.rounds.round_states import MAX_BATCHES, RoundStates
from infra.constructs.rounds.settling_states import SettlingStates
from infra.constructs.statements import look_at_executions
from infra.round_duration import SETTLE_SECONDS


class RoundMachine(Construct):
    """`machine`, a STANDARD workflow, one execution of which works at a time; its `log_group`, `control`."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        common: StaggeredCommon,
        queues: StaggeredQueues,
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

    def _decisions(self, queues: StaggeredQueues, table: dynamodb.ITable) -> LambdaFn:
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
            # A batch takes no longer than its messages are hidden; see StaggeredLimits.
            timeout=Duration.seconds((MAX_BATCHES + 1) * self._common.limits.queue_visibility_seconds),
            tracing_enabled=True,
            # What failed. The rest, and the data, the history of each execution keeps for 90 days.
            logs=sfn.LogOptions(
                destination=self.log_group, level=sfn.LogLevel.ERROR, include_execution_data=False
            ),
            role=role.without_policy_updates(),
        )

    def _role(self, queues: StaggeredQueues) -> iam.Role:
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
