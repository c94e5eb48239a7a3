"""The bus that the worker publishes each event's outcome to, and how to listen to it."""

from aws_cdk import aws_events as events
from constructs import Construct

from functions.ingestion.outcome_names import SOURCE


class EventBus(Construct):
    """A bus of our own: the account's default one would mix our events with those of AWS services."""

    def __init__(self, scope: Construct, id_: str) -> None:
        super().__init__(scope, id_)
        self.bus = events.EventBus(self, "Bus", description="Outcomes of the ingestion lab's events")

    def outcome_rule(self, scope: Construct, id_: str, *, detail_type: str) -> events.Rule:
        """A rule, in the listener's own stack, that matches the outcomes of one kind."""
        return events.Rule(
            scope,
            id_,
            event_bus=self.bus,
            description=f"{detail_type} events of {SOURCE}",
            event_pattern=events.EventPattern(source=[SOURCE], detail_type=[detail_type]),
        )
