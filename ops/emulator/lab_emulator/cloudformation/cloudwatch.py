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

from lab_emulator.cloudformation.resource import Model, default_name, done, follow_tags, keep, schema


class _PutAgain(ResourceProvider[Model]):
    """What both kinds of alarm need beside their stock provider: tags, and an update that puts them again."""

    def create(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        event = super().create(request)
        cloudwatch = request.aws_client_factory.cloudwatch
        follow_tags(request, cloudwatch, ResourceARN=event.resource_model["Arn"])
        return event

    def update(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        keep(request, "AlarmName")
        return self.create(request)


class AlarmProvider(_PutAgain, CloudWatchAlarmProvider):
    """Stock: tags are left out, and an update leaves the old threshold in force."""


class CompositeAlarmProvider(_PutAgain, CloudWatchCompositeAlarmProvider):
    """Stock: tags are left out, and nothing is updated."""


class DashboardProvider(ResourceProvider[Model]):
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
