"""Resource: what the providers of all resource types share.

LocalStack's engine hands a provider the template's properties as `desired_state` and, for an
update, what the last create or update returned as `previous_state`. The model that a provider
returns is what Ref and GetAtt read.
"""

from collections.abc import Set
from typing import Any

from localstack.services.cloudformation.provider_utils import generate_default_name
from localstack.services.cloudformation.resource_provider import (
    OperationStatus,
    ProgressEvent,
    ResourceRequest,
)

Model = dict[str, Any]


def done(model: Model) -> ProgressEvent[Model]:
    """The operation succeeded, and this is the resource now."""
    return ProgressEvent(OperationStatus.SUCCESS, resource_model=model)


def default_name(request: ResourceRequest[Model], property_name: str) -> str:
    """Return the template's name for the resource; give it one where the template does not."""
    name = request.desired_state.get(property_name)
    if not name:
        name = generate_default_name(request.stack_name, request.logical_resource_id)
        request.desired_state[property_name] = name
    return name


def keep(request: ResourceRequest[Model], *properties: str) -> Model:
    """Carry over what the first create settled and a template need not repeat: names, ids, ARNs."""
    for name in properties:
        if name in before(request):
            request.desired_state.setdefault(name, before(request)[name])
    return request.desired_state


def before(request: ResourceRequest[Model]) -> Model:
    """Return the resource as it was before this update."""
    return request.previous_state or {}


def changed(request: ResourceRequest[Model], *properties: str) -> bool:
    """Tell whether any of the properties is not what it was."""
    return any(request.desired_state.get(name) != before(request).get(name) for name in properties)


def refuse_other_changes(request: ResourceRequest[Model], updatable: Set[str], what: str) -> None:
    """Raise NotImplementedError where a property changed that is not `updatable`, for the deployment to say
    so: it would be green, and nothing changed."""
    others = {*request.desired_state, *before(request)} - updatable
    if fixed := sorted(name for name in others if changed(request, name)):
        raise NotImplementedError(f"LocalStack cannot change {', '.join(fixed)} of {what} in place")


def tag_changes(request: ResourceRequest[Model]) -> tuple[list[str], list[dict[str, str]]]:
    """Return the keys to remove and the tags to add or overwrite."""
    wanted = request.desired_state.get("Tags") or []
    had = before(request).get("Tags") or []
    removed = {tag["Key"] for tag in had} - {tag["Key"] for tag in wanted}
    return sorted(removed), [tag for tag in wanted if tag not in had]


def follow_tags(request: ResourceRequest[Model], client: Any, **resource: str) -> None:
    """Bring the tags of `resource` to what the template says, where they are lists of Key and Value.

    `resource` is the parameter by which the client's UntagResource and TagResource name it.
    """
    removed, added = tag_changes(request)
    if removed:
        client.untag_resource(**resource, TagKeys=removed)
    if added:
        client.tag_resource(**resource, Tags=added)


def schema(identifier: str, *, read_only: tuple[str, ...] = (), create_only: tuple[str, ...] = ()) -> dict:
    """Return the three lists of a CloudFormation schema that LocalStack's engine reads."""
    return {
        "primaryIdentifier": [f"/properties/{identifier}"],
        "readOnlyProperties": [f"/properties/{name}" for name in read_only],
        "createOnlyProperties": [f"/properties/{name}" for name in create_only],
    }
