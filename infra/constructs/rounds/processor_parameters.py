"""Parameters of a staggered processor: its limits, the thresholds of its alarms, what all its parts share."""

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
from infra.settings import Settings
from infra.settings.files import least_visibility_seconds, max_wait_seconds
from infra.synth_errors import SettingsError

_LEASE_MARGIN_SECONDS = 5


@dataclass(frozen=True, kw_only=True)
class RoundLimits:
    """Pace, concurrency and patience. Raises SettingsError where a message could come back too soon.

    `visibility_seconds` of None takes the least that is safe.
    """

    timeout_seconds: int  # of the processing function
    stagger_milliseconds: int = 1_000  # between two starts of a round, before depth and priority count
    concurrency: int = 3  # until the scaler has read the queue's depth
    min_concurrency: int = 1
    max_concurrency: int = 10
    files_per_slot: int = 10  # waiting files that justify one more at once
    scale_down_readings: int = 3  # low readings, a minute apart, before concurrency goes down
    max_receive_count: int = 5  # attempts without progress before the DLQ
    retry_seconds: int = 10  # before the second attempt; each further one waits twice as long
    visibility_seconds: int | None = None
    # Backpressure grows while one of these is exceeded in a round, and falls again while none is.
    error_rate_percent: int = 20
    latency_milliseconds: int = 35_000  # mean of the calls downstream; those may take 5 to 30 s

    def __post_init__(self) -> None:
        if self.queue_visibility_seconds < self._least_visibility_seconds:
            raise SettingsError(
                f"a visibility timeout of {self.visibility_seconds} s is shorter than a round may take: "
                f"set it to at least {self._least_visibility_seconds}"
            )

    @property
    def lease_seconds(self) -> int:
        """How long an attempt may hold its object: past its timeout, however late its last write comes."""
        return self.timeout_seconds + _LEASE_MARGIN_SECONDS

    @property
    def max_wait_seconds(self) -> int:
        """Of one file, before its turn."""
        return max_wait_seconds(self.stagger_milliseconds)

    @property
    def queue_visibility_seconds(self) -> int:
        """The visibility timeout in force."""
        chosen = self.visibility_seconds
        return self._least_visibility_seconds if chosen is None else chosen

    @property
    def _least_visibility_seconds(self) -> int:
        return least_visibility_seconds(
            timeout_seconds=self.timeout_seconds,
            min_concurrency=self.min_concurrency,
            stagger_milliseconds=self.stagger_milliseconds,
        )


@dataclass(frozen=True, kw_only=True)
class RoundThresholds:
    """Thresholds of the alarms: each rises above its number."""

    queue_age_seconds: int = 3_600
    queue_backlog_messages: int = 1_000
    dead_letters: int = 0
    errors: int = 0
    throttles: int = 0
    duration_percent: int = 90  # of the function's timeout, 95th percentile


# Of the functions that decide; the machine waits a little longer for an answer, see CALL_TIMEOUT_SECONDS.
_TIMEOUT_SECONDS = 25


@dataclass(frozen=True)
class RoundCommon:
    """What all parts share: `function` processes the files; `code` holds the parts' own functions."""

    name: str
    function: lambda_.IFunction
    limits: RoundLimits
    code: lambda_.Code
    settings: Settings
    key: kms.IKey | None

    @property
    def full_name(self) -> str:
        """Name in the account: of the queue, the log of failures, their events."""
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
