"""What all parts of one staggered processor share."""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import RemovalPolicy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from functions.common.environment import Environment
from infra.constructs.lambda_fn import LambdaFn
from infra.constructs.removal_policy import removal_policy
from infra.constructs.rounds.limits import StaggeredLimits
from infra.settings import Settings

# Of the functions that decide; the machine waits a little longer for an answer, see CALL_TIMEOUT_SECONDS.
_TIMEOUT_SECONDS = 25


@dataclass(frozen=True)
class StaggeredCommon:
    """`function` processes the files; `code` holds the parts' functions."""

    name: str
    function: lambda_.IFunction
    limits: StaggeredLimits
    code: lambda_.Code
    settings: Settings
    key: kms.IKey | None

    @property
    def full_name(self) -> str:
        """What bears a name in the account: the queue, the log of failures, their events."""
        return f"IngestionLab-{self.settings.env_name}-{self.name}"

    @property
    def removal_policy(self) -> RemovalPolicy:
        return removal_policy(self.settings)

    def part(
        self,
        scope: Construct,
        name: str,
        environment: Environment,
        statements: Sequence[iam.PolicyStatement],
    ) -> LambdaFn:
        """One of the processor's own functions, by the name of its package."""
        return LambdaFn(
            scope,
            "".join(word.capitalize() for word in name.split("_")),
            name=name,
            package=f"files.{name}",
            environment=environment,
            statements=statements,
            code=self.code,
            timeout_seconds=_TIMEOUT_SECONDS,
            settings=self.settings,
        )
