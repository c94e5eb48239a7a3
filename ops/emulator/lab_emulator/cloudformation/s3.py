"""AWS::S3: Bucket and BucketPolicy."""

from localstack.services.cloudformation.resource_provider import ProgressEvent, ResourceRequest
from localstack.services.s3.resource_providers.aws_s3_bucket import S3BucketProvider
from localstack.services.s3.resource_providers.aws_s3_bucketpolicy import S3BucketPolicyProvider

from lab_emulator.cloudformation.bucket_settings import SETTINGS
from lab_emulator.cloudformation.resource import Model, before, done, keep

# What the first create settled and a template does not name.
SETTLED = ("BucketName", "Arn", "DomainName", "RegionalDomainName", "WebsiteURL")


class Bucket(S3BucketProvider):
    """Stock: anybody may read it, lifecycle and encryption are left out, nothing is updated.

    A bucket that is not empty is not deleted, as on AWS; stock, its objects go with it.
    """

    def create(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        request.desired_state.setdefault("AccessControl", "Private")
        event = super().create(request)
        _follow(request, {name for name in SETTINGS if name in request.desired_state})
        return event

    def update(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        model = keep(request, *SETTLED)
        model.setdefault("AccessControl", "Private")
        names = {*model, *before(request)}
        changed = {name for name in names if model.get(name) != before(request).get(name)}
        if unknown := changed - SETTINGS.keys():
            raise NotImplementedError(f"LocalStack cannot change {', '.join(sorted(unknown))} in place")
        _follow(request, changed)
        return done(model)

    def delete(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        request.aws_client_factory.s3.delete_bucket(Bucket=request.desired_state["BucketName"])
        return done({})


class BucketPolicy(S3BucketPolicyProvider):
    """Stock: nothing is updated, and an id that is made of the document could not stay the same."""

    def create(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        event = super().create(request)
        event.resource_model["Id"] = event.resource_model["Bucket"]
        return event

    def update(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        return self.create(request)


def _follow(request: ResourceRequest[Model], names: set[str]) -> None:
    s3, model = request.aws_client_factory.s3, request.desired_state
    for name in sorted(names):
        if model.get(name):
            SETTINGS[name].put(s3, model["BucketName"], model[name])
        else:
            SETTINGS[name].remove(s3, model["BucketName"])
