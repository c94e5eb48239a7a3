"""AWS::Events: EventBus and Rule."""

from localstack.services.cloudformation.resource_provider import ProgressEvent, ResourceRequest
from localstack.services.events.resource_providers.aws_events_eventbus import EventsEventBusProvider
from localstack.services.events.resource_providers.aws_events_rule import (
    EventsRuleProvider,
    extract_rule_name,
)

from lab_emulator.cloudformation.resource import Model, before, done, follow_tags, keep


class EventBusProvider(EventsEventBusProvider):
    """Stock: tags are left out, and nothing is updated."""

    def create(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        event = super().create(request)
        _apply_tags(request)
        return event

    def update(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        model = keep(request, "Name", "Arn", "Id")
        others = {name for name in {*model, *before(request)} if model.get(name) != before(request).get(name)}
        if others - {"Tags"}:
            raise NotImplementedError("LocalStack can change nothing but the tags of an event bus in place")
        _apply_tags(request)
        return done(model)


class EventRuleProvider(EventsRuleProvider):
    """Stock: nothing is updated, and deleting looks on the default bus, so a custom bus keeps its rules."""

    def create(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        event = super().create(request)
        _apply_tags(request)
        return event

    def update(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        model = request.desired_state
        model["Name"] = extract_rule_name(before(request)["Id"])
        self._remove_targets(request, keeping={target["Id"] for target in model.get("Targets") or []})
        return self.create(request)

    def delete(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        self._remove_targets(request, keeping=set())
        request.aws_client_factory.events.delete_rule(**_address(request, "Name"))
        return done({})

    def _remove_targets(self, request: ResourceRequest[Model], keeping: set[str]) -> None:
        events = request.aws_client_factory.events
        targets = events.list_targets_by_rule(**_address(request, "Rule"))["Targets"]
        if identifiers := [target["Id"] for target in targets if target["Id"] not in keeping]:
            events.remove_targets(**_address(request, "Rule"), Ids=identifiers)


def _address(request: ResourceRequest[Model], name_parameter: str) -> dict[str, str]:
    """Return the parameters that name a deployed rule on its own bus."""
    model = before(request)
    address = {name_parameter: extract_rule_name(model["Id"])}
    if bus := model.get("EventBusName"):
        address["EventBusName"] = bus
    return address


def _apply_tags(request: ResourceRequest[Model]) -> None:
    follow_tags(request, request.aws_client_factory.events, ResourceARN=request.desired_state["Arn"])
