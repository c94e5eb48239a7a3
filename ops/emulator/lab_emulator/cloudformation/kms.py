"""AWS::KMS: Key and Alias."""

import json

from localstack.services.cloudformation.resource_provider import ProgressEvent, ResourceRequest
from localstack.services.kms.resource_providers.aws_kms_alias import KMSAliasProvider
from localstack.services.kms.resource_providers.aws_kms_key import KMSKeyProvider

from lab_emulator.cloudformation.resource import Model, before, changed, done, keep, tag_changes

ROTATION_DAYS = 365  # unless the template says otherwise (KMS API reference, EnableKeyRotation)


class KeyProvider(KMSKeyProvider):
    """Stock: nothing is updated; the periods of rotation and before deletion are left out."""

    def create(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        event = super().create(request)
        if request.desired_state.get("Enabled", True):
            _set_rotation(request)
        return event

    def update(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        kms, model = request.aws_client_factory.kms, keep(request, "KeyId", "Arn")
        if changed(request, "KeySpec", "KeyUsage", "MultiRegion", "Origin"):
            raise NotImplementedError("LocalStack cannot change what kind of key a KMS key is in place")
        key = {"KeyId": model["KeyId"]}
        kms.update_key_description(**key, Description=model.get("Description") or "")
        if policy := model.get("KeyPolicy"):
            kms.put_key_policy(**key, PolicyName="default", Policy=json.dumps(policy))
        # A disabled key takes no change of its rotation: enabled before it, disabled after it.
        if model.get("Enabled", True):
            kms.enable_key(**key)
        _set_rotation(request)
        if not model.get("Enabled", True):
            kms.disable_key(**key)
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


def _set_rotation(request: ResourceRequest[Model]) -> None:
    kms, model = request.aws_client_factory.kms, request.desired_state
    wanted, had = bool(model.get("EnableKeyRotation")), bool(before(request).get("EnableKeyRotation"))
    if wanted and (not had or changed(request, "RotationPeriodInDays")):
        period = {"RotationPeriodInDays": int(model.get("RotationPeriodInDays") or ROTATION_DAYS)}
        kms.enable_key_rotation(KeyId=model["KeyId"], **period)
    elif had and not wanted:
        kms.disable_key_rotation(KeyId=model["KeyId"])


class KeyAliasProvider(KMSAliasProvider):
    """Stock: an alias keeps pointing at the old key."""

    def update(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        model = request.desired_state
        request.aws_client_factory.kms.update_alias(
            AliasName=model["AliasName"], TargetKeyId=model["TargetKeyId"]
        )
        return done(model)
