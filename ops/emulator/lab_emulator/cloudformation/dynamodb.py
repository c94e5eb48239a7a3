"""AWS::DynamoDB::Table."""

import copy

from localstack.services.cloudformation.resource_provider import (
    OperationStatus,
    ProgressEvent,
    ResourceRequest,
)
from localstack.services.dynamodb.resource_providers.aws_dynamodb_table import DynamoDBTableProvider

from lab_emulator.cloudformation.resource import Model, before, changed, done, follow_tags, keep

# What this can change in place. Anything else would need a new table.
UPDATABLE = {
    "Arn",
    "BillingMode",
    "DeletionProtectionEnabled",
    "PointInTimeRecoverySpecification",
    "ProvisionedThroughput",
    "TableName",
    "Tags",
    "TimeToLiveSpecification",
}


class TableProvider(DynamoDBTableProvider):
    """Stock: point-in-time recovery and deletion protection are left out, and nothing is updated."""

    def create(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        # LocalStack renames a key of this property in place, and the next update would see a change.
        encryption = copy.deepcopy(request.desired_state.get("SSESpecification"))
        event = super().create(request)
        if encryption:
            event.resource_model["SSESpecification"] = encryption
        if event.status is OperationStatus.SUCCESS:
            _set_recovery(request)
            _set_deletion_protection(request)
        return event

    def update(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        model = keep(request, "TableName", "Arn")
        fixed = [name for name in {*model, *before(request)} - UPDATABLE if changed(request, name)]
        if fixed:
            raise NotImplementedError(
                f"LocalStack cannot change {', '.join(sorted(fixed))} of a table in place"
            )
        _set_billing(request)
        _set_time_to_live(request)
        _set_recovery(request)
        _set_deletion_protection(request)
        dynamodb = request.aws_client_factory.dynamodb
        follow_tags(request, dynamodb, ResourceArn=request.desired_state["Arn"])
        return done(model)


def _set_billing(request: ResourceRequest[Model]) -> None:
    if changed(request, "BillingMode", "ProvisionedThroughput"):
        names = ("TableName", "BillingMode", "ProvisionedThroughput")
        parameters = {name: request.desired_state[name] for name in names if name in request.desired_state}
        request.aws_client_factory.dynamodb.update_table(**parameters)


def _set_time_to_live(request: ResourceRequest[Model]) -> None:
    if not changed(request, "TimeToLiveSpecification"):
        return
    wanted = request.desired_state.get("TimeToLiveSpecification")
    request.aws_client_factory.dynamodb.update_time_to_live(
        TableName=request.desired_state["TableName"],
        TimeToLiveSpecification=wanted or before(request)["TimeToLiveSpecification"] | {"Enabled": False},
    )


def _set_recovery(request: ResourceRequest[Model]) -> None:
    if changed(request, "PointInTimeRecoverySpecification"):
        wanted = request.desired_state.get("PointInTimeRecoverySpecification") or {}
        request.aws_client_factory.dynamodb.update_continuous_backups(
            TableName=request.desired_state["TableName"],
            PointInTimeRecoverySpecification={
                "PointInTimeRecoveryEnabled": bool(wanted.get("PointInTimeRecoveryEnabled"))
            },
        )


def _set_deletion_protection(request: ResourceRequest[Model]) -> None:
    if changed(request, "DeletionProtectionEnabled"):
        request.aws_client_factory.dynamodb.update_table(
            TableName=request.desired_state["TableName"],
            DeletionProtectionEnabled=bool(request.desired_state.get("DeletionProtectionEnabled")),
        )
