"""AWS::CloudWatch: Alarm, CompositeAlarm and Dashboard. Putting any of them again replaces it."""

from localstack.services.cloudformation.resource_provider import (
    ProgressEvent,
    ResourceProvider,
    ResourceRequest,
)
from localstack.services.cloudwatch.resource_providers.aws_cloudwatch_alarm import CloudWatchAlarmProvider
from localstack.services.cloudwatch.resource_providers.aws_cloudwatch_compositealarm import (
    CloudWatchCompositeAlarmProvider,
)

from lab_emulator.cloudformation.resource import Model, default_name, done, keep, schema, tag_changes


class Alarm(CloudWatchAlarmProvider):
    """Stock: tags are left out, and an update leaves the old threshold in force."""

    def create(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        event = super().create(request)
        _apply_tags(request, event.resource_model["Arn"])
        return event

    def update(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        keep(request, "AlarmName")
        return self.create(request)


class CompositeAlarm(CloudWatchCompositeAlarmProvider):
    """Stock: tags are left out, and nothing is updated."""

    def create(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        event = super().create(request)
        _apply_tags(request, event.resource_model["Arn"])
        return event

    def update(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        keep(request, "AlarmName")
        return self.create(request)


def _apply_tags(request: ResourceRequest[Model], arn: str) -> None:
    removed, added = tag_changes(request)
    cloudwatch = request.aws_client_factory.cloudwatch
    if removed:
        cloudwatch.untag_resource(ResourceARN=arn, TagKeys=removed)
    if added:
        cloudwatch.tag_resource(ResourceARN=arn, Tags=added)


class Dashboard(ResourceProvider[Model]):
    """Missing in LocalStack."""

    TYPE = "AWS::CloudWatch::Dashboard"
    SCHEMA = schema("DashboardName", create_only=("DashboardName",))

    def create(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        model = request.desired_state
        request.aws_client_factory.cloudwatch.put_dashboard(
            DashboardName=default_name(request, "DashboardName"), DashboardBody=model["DashboardBody"]
        )
        return done(model)

    def update(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        keep(request, "DashboardName")
        return self.create(request)

    def delete(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        name = request.desired_state["DashboardName"]
        request.aws_client_factory.cloudwatch.delete_dashboards(DashboardNames=[name])
        return done({})
