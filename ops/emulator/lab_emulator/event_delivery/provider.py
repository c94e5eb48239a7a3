"""Provider of EventBridge: LocalStack's, with a courier in the place of its one attempt."""

import logging
from typing import Any

from localstack.aws.api import RequestContext, handler
from localstack.aws.api.events import (
    PutEventsRequestEntry,
    PutEventsResultEntryList,
    PutRuleResponse,
    PutTargetsResponse,
    RuleName,
    RuleState,
)
from localstack.services.events.archive import ArchiveService
from localstack.services.events.event_bus import EventBusService
from localstack.services.events.models import FormattedEvent, Rule, events_stores
from localstack.services.events.provider import EventsProvider, ValidationException
from localstack.services.events.rule import RuleService
from localstack.services.events.target import TargetSenderFactory
from localstack.services.events.utils import is_archive_arn
from localstack.services.plugins import Service, aws_provider
from localstack.utils.aws.client_types import ServicePrincipal
from localstack.utils.event_matcher import matches_event
from localstack.utils.xray.trace_header import TraceHeader

from lab_emulator.event_delivery.log_group_target import LogGroupTargetSender
from lab_emulator.event_delivery.put_events_entry import refusal
from lab_emulator.event_delivery.request_bounds import complaint, service_shape
from lab_emulator.event_delivery.rule_schedule import InvalidSchedule, Scheduler, scheduled_event, timing_of
from lab_emulator.event_delivery.target_delivery import Courier, EventDelivery
from lab_emulator.service_metrics import events as metrics

LOG = logging.getLogger(__name__)


class LabEventsProvider(EventsProvider):
    """Delivery to the targets of rules that match or are due; the rest is LocalStack's."""

    def __init__(self) -> None:
        super().__init__()
        TargetSenderFactory.register_target_sender("logs", LogGroupTargetSender)
        self._prepare()

    def _prepare(self) -> None:
        self._courier = Courier(self._target_sender_store.get)
        self._scheduler = Scheduler(self._fire)
        self._fired: dict[str, EventDelivery] = {}  # the last of each target of a scheduled rule

    def on_before_start(self) -> None:
        """Start our scheduler in the place of LocalStack's, which looks once a minute and retries nothing."""
        self._scheduler.start()

    def on_before_stop(self) -> None:
        self._scheduler.close()
        self._courier.close()
        super().on_before_stop()

    def on_before_state_load(self) -> None:
        self._scheduler.close()
        self._courier.close()

    def on_after_state_load(self) -> None:
        """Make anew what LocalStack keeps beside its stores for each bus, rule, target and archive.

        Connections and API destinations it cannot make of what is stored.
        """
        for kept in (self._event_bus_services_store, self._rule_services_store, self._target_sender_store):
            kept.clear()
        self._archive_service_store.clear()
        for account, region, store in list(events_stores.iter_stores()):
            for bus in store.event_buses.values():
                self._event_bus_services_store[bus.arn] = EventBusService(bus)
                for rule in bus.rules.values():
                    self._rule_services_store[rule.arn] = RuleService(rule)
                    for target in rule.targets.values():
                        self.create_target_sender(target, rule.arn, rule.name, region, account)
            for archive in store.archives.values():
                self._archive_service_store[archive.arn] = ArchiveService(archive)
        self._prepare()
        self._scheduler.start()

    @handler("PutRule")
    def put_rule(self, context: RequestContext, name: RuleName, **parameters: Any) -> PutRuleResponse:
        """Refuse what is out of bounds or no schedule of AWS's. Raises ValidationException."""
        _check_bounds(context)
        if expression := parameters.get("schedule_expression"):
            try:
                timing_of(expression)
            except InvalidSchedule as error:
                LOG.info("PutRule %s: %s", name, error)  # AWS does not say what is wrong
                raise ValidationException("Parameter ScheduleExpression is not valid.") from error
        return super().put_rule(context, name, **parameters)

    @handler("PutTargets")
    def put_targets(self, context: RequestContext, rule: RuleName, **parameters: Any) -> PutTargetsResponse:
        """Refuse targets that are out of bounds, before any is put. Raises ValidationException."""
        _check_bounds(context)
        return super().put_targets(context, rule, **parameters)

    def _fire(self, rule: Rule) -> None:
        """Deliver one event to each target but those that are still being offered the one before."""
        event = scheduled_event(rule)
        metrics.count_match(rule)
        for target_id in list(rule.targets):
            delivery = EventDelivery(rule, target_id, event, TraceHeader().ensure_root_exists())
            before = self._fired.get(delivery.target_key)
            if before is None or before.ended:
                self._fired[delivery.target_key] = delivery
                self._courier.deliver(delivery)

    def _process_entry(
        self,
        entry: PutEventsRequestEntry,
        processed_entries: PutEventsResultEntryList,
        failed_entry_count: dict[str, int],
        context: RequestContext,
    ) -> None:
        """Called for each entry of PutEvents."""
        if refused := refusal(entry, from_a_service=_is_from_a_service(context)):
            processed_entries.append(refused)
            failed_entry_count["count"] += 1
            return
        super()._process_entry(entry, processed_entries, failed_entry_count, context)

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
                self._courier.deliver(EventDelivery(rule, target["Id"], event_formatted, trace_header))


def _check_bounds(context: RequestContext) -> None:
    shape = service_shape("events", context.operation.name)
    if error := complaint(shape, context.service_request or {}):
        raise ValidationException(error)


def _is_from_a_service(context: RequestContext) -> bool:
    """Whether one of AWS's services puts the event for itself, and not for a customer's state machine."""
    caller = context.internal_request_params
    return caller is not None and caller.get("service_principal") != ServicePrincipal.states


@aws_provider(api="events", name="lab")
def events() -> Service:
    """Plug in under the name that `PROVIDER_OVERRIDE_EVENTS=lab` chooses."""
    return Service.for_provider(LabEventsProvider())
