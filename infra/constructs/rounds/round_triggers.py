"""Triggers of a round: the starter, which arrivals wake, and the schedule."""

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from functions.files.environment import RoundStarterEnvironment
from infra.constructs.rounds.processor_parameters import RoundCommon
from infra.constructs.rounds.round_machine import RoundMachine
from infra.constructs.rounds.round_policies import round_starter_policy

EACH_MINUTE = Duration.minutes(1)  # the shortest rate that EventBridge has
# A run that comes late has been overtaken by the next.
_MAX_EVENT_AGE = Duration.minutes(1)
_MAX_ATTEMPTS = 3


class RoundTriggers(Construct):
    """`starter`, which arrivals wake as well, and `schedule`, by which it and others run each minute.

    The schedule finds what no arrival announces: files that come back, and rounds that died.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        common: RoundCommon,
        queue: sqs.IQueue,
        table: dynamodb.ITable,
        round_: RoundMachine,
    ) -> None:
        super().__init__(scope, id_)
        self.starter = common.part(
            self,
            "round_starter",
            RoundStarterEnvironment(
                control_table_name=table.table_name,
                queue_url=queue.queue_url,
                state_machine_arn=round_.machine.state_machine_arn,
            ),
            round_starter_policy(queue=queue, control=table, machine=round_.machine, key=common.key),
        )
        self.schedule = events.Rule(
            self,
            "EachMinute",
            description=f"Starts a round of {common.full_name}, and reads the depth of its queue",
            schedule=events.Schedule.rate(EACH_MINUTE),
        )

    def each_minute(self, function: lambda_.IFunction, undelivered: sqs.IQueue) -> None:
        """Run a function on the schedule."""
        self.schedule.add_target(
            targets.LambdaFunction(
                function,
                dead_letter_queue=undelivered,
                max_event_age=_MAX_EVENT_AGE,
                retry_attempts=_MAX_ATTEMPTS,
            )
        )
