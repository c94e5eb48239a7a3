"""Function of Lambda: with a log group of its own, tracing, structured logs, and only the rights it uses."""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from functions.common.environment import Environment, to_variables
from infra.constructs.log_group import log_group
from infra.constructs.removal_policy import removal_policy
from infra.settings import Settings


class LambdaFn(Construct):
    """`function`, its `role` and its `log_group`.

    The role lists what the caller states, writing to the function's own log group, and tracing: the managed
    AWSLambdaBasicExecutionRole would let it write to every log group of the account.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        package: str | None = None,
        environment: Environment,
        statements: Sequence[iam.PolicyStatement],
        code: lambda_.Code,
        timeout_seconds: int,
        settings: Settings,
        reserved_concurrency: int | None = None,
        memory_megabytes: int | None = None,
        orchestration: Environment | None = None,
    ) -> None:
        """`name` is the function's service name in logs and traces, `package` its package below `functions`,
        dotted, where that is another; `orchestration` what it needs where there is a workflow to start."""
        super().__init__(scope, id_)
        self.log_group = log_group(
            self,
            "Logs",
            retention_days=settings.log_retention_days,
            removal_policy=removal_policy(settings),
        )
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        self.role.add_to_policy(self._log_statement())
        for statement in statements:
            self.role.add_to_policy(statement)
        self.function = lambda_.Function(
            self,
            "Function",
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,
            handler=f"functions.{package or name}.handler.handler",
            code=code,
            role=self.role,
            timeout=Duration.seconds(timeout_seconds),
            memory_size=memory_megabytes or settings.function_memory_megabytes,
            reserved_concurrent_executions=reserved_concurrency,
            log_group=self.log_group,
            tracing=lambda_.Tracing.ACTIVE,
            environment=to_variables(environment)
            | (to_variables(orchestration) if orchestration else {})
            | _powertools_variables(name, settings),
        )

    def _log_statement(self) -> iam.PolicyStatement:
        return iam.PolicyStatement(
            actions=["logs:CreateLogStream", "logs:PutLogEvents"], resources=[self.log_group.log_group_arn]
        )


def _powertools_variables(name: str, settings: Settings) -> dict[str, str]:
    return {
        "POWERTOOLS_SERVICE_NAME": name,
        "POWERTOOLS_LOG_LEVEL": "INFO",
        "POWERTOOLS_METRICS_NAMESPACE": settings.metrics_namespace,
    }
