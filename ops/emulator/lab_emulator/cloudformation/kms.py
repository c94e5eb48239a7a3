"""AWS::KMS: Key and Alias."""

import json

from localstack.services.cloudformation.resource_provider import ProgressEvent, ResourceRequest
from localstack.services.kms.resource_providers.aws_kms_alias import KMSAliasProvider
from localstack.services.kms.resource_providers.aws_kms_key import KMSKeyProvider

from lab_emulator.cloudformation.resource import Model, changed, done, keep, tag_changes


class KeyProvider(KMSKeyProvider):
    """Stock: nothing is updated, and the waiting period before deletion is left out."""

    def update(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        kms, model = request.aws_client_factory.kms, keep(request, "KeyId", "Arn")
        if changed(request, "KeySpec", "KeyUsage", "MultiRegion", "Origin"):
            raise NotImplementedError("LocalStack cannot change what kind of key a KMS key is in place")
        key = {"KeyId": model["KeyId"]}
        kms.update_key_description(**key, Description=model.get("Description") or "")
        if policy := model.get("KeyPolicy"):
            kms.put_key_policy(**key, PolicyName="default", Policy=json.dumps(policy))
        (kms.enable_key_rotation if model.get("EnableKeyRotation") else kms.disable_key_rotation)(**key)
        (kms.enable_key if model.get("Enabled", True) else kms.disable_key)(**key)
        removed, added = tag_changes(request)
        if removed:
            kms.untag_resource(**key, TagKeys=removed)
        if added:
            tags = [{"TagKey": tag["Key"], "TagValue": tag["Value"]} for tag in added]
            kms.tag_resource(**key, Tags=tags)
        return done(model)

    def delete(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        model = request.desired_state
        days = int(model.get("PendingWindowInDays") or 30)
        request.aws_client_factory.kms.schedule_key_deletion(KeyId=model["KeyId"], PendingWindowInDays=days)
        return done({})


class KeyAliasProvider(KMSAliasProvider):
    """Stock: an alias keeps pointing at the old key."""

    def update(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        model = request.desired_state
        request.aws_client_factory.kms.update_alias(
            AliasName=model["AliasName"], TargetKeyId=model["TargetKeyId"]
        )
        return done(model)
