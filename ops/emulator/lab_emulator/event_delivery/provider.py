"""LocalStack's EventBridge with a courier in the place of its one attempt."""

from localstack.aws.api.events import RuleState
from localstack.services.events.models import FormattedEvent, Rule
from localstack.services.events.provider import EventsProvider
from localstack.services.events.utils import is_archive_arn
from localstack.services.plugins import Service, aws_provider
from localstack.utils.event_matcher import matches_event
from localstack.utils.xray.trace_header import TraceHeader

from lab_emulator.event_delivery.courier import Courier
from lab_emulator.event_delivery.delivery import Delivery
from lab_emulator.service_metrics import events as metrics


class LabEventsProvider(EventsProvider):
    """Rules that are matched have their targets served by the courier; the rest is LocalStack's."""

    def __init__(self) -> None:
        super().__init__()
        self._courier = Courier(self._target_sender_store.get)

    def on_before_stop(self) -> None:
        self._courier.close()
        super().on_before_stop()

    def _process_rules(
        self,
        rule: Rule,
        region: str,
        account_id: str,
        event_formatted: FormattedEvent,
        trace_header: TraceHeader,
    ) -> None:
        """Called for each rule of the bus, once PutEvents has answered. Stock, disabled rules match too."""
        if rule.state == RuleState.DISABLED or not matches_event(rule.event_pattern, event_formatted):
            return
        metrics.count_match(rule)
        for target in list(rule.targets.values()):
            if is_archive_arn(target["Arn"]):
                self._put_to_archive(
                    region, account_id, archive_target_id=target["Id"], event=event_formatted
                )
            else:
                self._courier.deliver(Delivery(rule, target["Id"], event_formatted, trace_header))


@aws_provider(api="events", name="lab")
def events() -> Service:
    """Plug in under the name that `PROVIDER_OVERRIDE_EVENTS=lab` chooses."""
    return Service.for_provider(LabEventsProvider())
