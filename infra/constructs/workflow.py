"""Express workflow that runs the five steps."""

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.constructs.log_group import log_group
from infra.constructs.policies import state_machine_policy
from infra.constructs.removal_policy import removal_policy
from infra.constructs.workflow_states import AcceptStates, ProcessStates
from infra.constructs.workflow_steps import WorkflowSteps
from infra.settings import Settings


class Workflow(Construct):
    """`machine`, its `log_group`, and its `steps`.

    One machine with two ways in: `accept` for ingest, `process` for the worker. The queue stands between them
    in either topology, so the DLQ, the partial batch response and redrive are the same.
    """

    def __init__(self, scope: Construct, id_: str, *, steps: WorkflowSteps, settings: Settings) -> None:
        super().__init__(scope, id_)
        self.steps = steps
        self.log_group = log_group(
            self,
            "Logs",
            retention_days=settings.log_retention_days,
            removal_policy=removal_policy(settings),
        )
        role = self._role()
        self.machine = sfn.StateMachine(
            self,
            "Machine",
            state_machine_type=sfn.StateMachineType.EXPRESS,
            definition_body=sfn.DefinitionBody.from_chainable(self._by_phase()),
            timeout=Duration.seconds(settings.execution_timeout_seconds),
            tracing_enabled=True,
            # What happened, and not to whose data: events are the customers' own.
            logs=sfn.LogOptions(
                destination=self.log_group, level=sfn.LogLevel.ALL, include_execution_data=False
            ),
            role=role.without_policy_updates(),
        )
        self.machine.node.add_dependency(role)  # with its policy: the service tries the log group out

    def _by_phase(self) -> sfn.Choice:
        steps = self.steps
        accept = AcceptStates(self, validate=steps.validate.function, publish=steps.publish.function)
        process = ProcessStates(
            self,
            idempotency=steps.idempotency.function,
            processor=steps.processor.function,
            events=steps.events.function,
        )
        return (
            sfn.Choice(self, "Phase")
            .when(sfn.Condition.string_equals("$.phase", "accept"), accept.start)
            .when(sfn.Condition.string_equals("$.phase", "process"), process.start)
        )

    def _role(self) -> iam.Role:
        """Exactly the calls that the machine makes: the CDK's own grants name every version of a function."""
        role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("states.amazonaws.com"))
        for statement in state_machine_policy(*(step.function for step in self.steps.all.values())):
            role.add_to_policy(statement)
        return role
