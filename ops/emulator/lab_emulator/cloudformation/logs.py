"""AWS::Logs: LogGroup, MetricFilter, SubscriptionFilter, QueryDefinition and ResourcePolicy."""

from localstack.services.cloudformation.resource_provider import (
    ProgressEvent,
    ResourceProvider,
    ResourceRequest,
)
from localstack.services.logs.resource_providers.aws_logs_loggroup import LogsLogGroupProvider
from localstack.services.logs.resource_providers.aws_logs_subscriptionfilter import (
    LogsSubscriptionFilterProvider,
)

from lab_emulator.cloudformation.resource import (
    Model,
    before,
    default_name,
    done,
    keep,
    refuse_other_changes,
    schema,
    tag_changes,
)


class LogGroupProvider(LogsLogGroupProvider):
    """Stock: retention, tags and key are left out, and nothing is ever updated."""

    def create(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        logs, model = request.aws_client_factory.logs, request.desired_state
        optional = {"tags": {tag["Key"]: tag["Value"] for tag in model.get("Tags") or []}}
        if model.get("KmsKeyId"):
            optional["kmsKeyId"] = model["KmsKeyId"]
        name = default_name(request, "LogGroupName")
        logs.create_log_group(logGroupName=name, **optional)
        _set_retention(logs, model)
        groups = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
        model["Arn"] = next(group["arn"] for group in groups if group["logGroupName"] == name)
        return done(model)

    def update(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        logs, model = request.aws_client_factory.logs, keep(request, "LogGroupName", "Arn")
        refuse_other_changes(request, _GROUP_UPDATABLE, "a log group")
        _set_retention(logs, model)
        _set_key(logs, request)
        removed, added = tag_changes(request)
        arn = model["Arn"].removesuffix(":*")
        if removed:
            logs.untag_resource(resourceArn=arn, tagKeys=removed)
        if added:
            logs.tag_resource(resourceArn=arn, tags={tag["Key"]: tag["Value"] for tag in added})
        return done(model)


_GROUP_UPDATABLE = {"Arn", "KmsKeyId", "LogGroupName", "RetentionInDays", "Tags"}


def _set_key(logs, request: ResourceRequest[Model]) -> None:
    name = request.desired_state["LogGroupName"]
    if key := request.desired_state.get("KmsKeyId"):
        logs.associate_kms_key(logGroupName=name, kmsKeyId=key)
    elif before(request).get("KmsKeyId"):
        logs.disassociate_kms_key(logGroupName=name)


def _set_retention(logs, model: Model) -> None:
    if days := model.get("RetentionInDays"):
        logs.put_retention_policy(logGroupName=model["LogGroupName"], retentionInDays=int(days))
    else:
        logs.delete_retention_policy(logGroupName=model["LogGroupName"])


class MetricFilterProvider(ResourceProvider[Model]):
    """Missing in LocalStack. Putting a filter again replaces it, so an update is a create."""

    TYPE = "AWS::Logs::MetricFilter"
    SCHEMA = schema("FilterName", create_only=("FilterName", "LogGroupName"))

    def create(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        model = request.desired_state
        request.aws_client_factory.logs.put_metric_filter(
            logGroupName=model["LogGroupName"],
            filterName=default_name(request, "FilterName"),
            filterPattern=model["FilterPattern"],
            metricTransformations=[_transformation(entry) for entry in model["MetricTransformations"]],
        )
        return done(model)

    def update(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        keep(request, "FilterName")
        return self.create(request)

    def delete(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        model = request.desired_state
        request.aws_client_factory.logs.delete_metric_filter(
            logGroupName=model["LogGroupName"], filterName=model["FilterName"]
        )
        return done({})


def _transformation(properties: Model) -> Model:
    """The API's names are the template's with a small initial; only the dimensions differ in shape."""
    converted = {name[0].lower() + name[1:]: value for name, value in properties.items()}
    if dimensions := properties.get("Dimensions"):
        converted["dimensions"] = {entry["Key"]: entry["Value"] for entry in dimensions}
    if "defaultValue" in converted:
        converted["defaultValue"] = float(converted["defaultValue"])
    return converted


class SubscriptionFilterProvider(LogsSubscriptionFilterProvider):
    """Stock: it bears the log group's name, has no role, and is never updated."""

    def create(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        model = request.desired_state
        names = {"RoleArn": "roleArn", "Distribution": "distribution"}
        request.aws_client_factory.logs.put_subscription_filter(
            logGroupName=model["LogGroupName"],
            filterName=default_name(request, "FilterName"),
            filterPattern=model["FilterPattern"],
            destinationArn=model["DestinationArn"],
            **{names[name]: model[name] for name in names if name in model},
        )
        return done(model)

    def update(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        keep(request, "FilterName")
        return self.create(request)

    def delete(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        model = request.desired_state
        request.aws_client_factory.logs.delete_subscription_filter(
            logGroupName=model["LogGroupName"], filterName=model["FilterName"]
        )
        return done({})


class QueryDefinitionProvider(ResourceProvider[Model]):
    """Missing in LocalStack."""

    TYPE = "AWS::Logs::QueryDefinition"
    SCHEMA = schema("QueryDefinitionId", read_only=("QueryDefinitionId",))

    def create(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        model = request.desired_state
        names = ("Name", "QueryString", "LogGroupNames", "QueryLanguage", "QueryDefinitionId")
        answer = request.aws_client_factory.logs.put_query_definition(
            **{name[0].lower() + name[1:]: model[name] for name in names if name in model}
        )
        return done(model | {"QueryDefinitionId": answer["queryDefinitionId"]})

    def update(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        keep(request, "QueryDefinitionId")
        return self.create(request)

    def delete(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        identifier = request.desired_state["QueryDefinitionId"]
        request.aws_client_factory.logs.delete_query_definition(queryDefinitionId=identifier)
        return done({})


class ResourcePolicyProvider(ResourceProvider[Model]):
    """Missing in LocalStack. It lets EventBridge write to a log group."""

    TYPE = "AWS::Logs::ResourcePolicy"
    SCHEMA = schema("PolicyName", create_only=("PolicyName",))

    def create(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        model = request.desired_state
        request.aws_client_factory.logs.put_resource_policy(
            policyName=model["PolicyName"], policyDocument=model["PolicyDocument"]
        )
        return done(model)

    def update(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        return self.create(request)

    def delete(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        request.aws_client_factory.logs.delete_resource_policy(policyName=request.desired_state["PolicyName"])
        return done({})
