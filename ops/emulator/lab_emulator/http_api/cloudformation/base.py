"""What all AWS::ApiGatewayV2 types share: each is one noun of one API client."""

import contextlib
from typing import Any, ClassVar

from localstack.services.cloudformation.resource_provider import (
    ProgressEvent,
    ResourceProvider,
    ResourceRequest,
)

from lab_emulator.cloudformation.resource import done

Properties = dict[str, Any]


class ApiGatewayV2Resource(ResourceProvider[Properties]):
    """Create, update in place and delete by `<verb>_<noun>` of the apigatewayv2 client.

    LocalStack's client drops properties that the operation does not take and converts the
    types of the others, so that a resource's properties serve as the call's parameters.
    """

    NOUN: ClassVar[str]
    KEYS: ClassVar[tuple[str, ...]]  # what names the resource to Update and Delete
    ATTRIBUTES: ClassVar[tuple[str, ...]] = ()  # taken from the answer to Create: for Ref and GetAtt
    UNSET: ClassVar[Properties] = {}  # what to send for a property that the template no longer has

    def create(self, request: ResourceRequest[Properties]) -> ProgressEvent[Properties]:
        answer = self._call("create", request, request.desired_state)
        return done(request.desired_state | {name: answer[name] for name in self.ATTRIBUTES})

    def update(self, request: ResourceRequest[Properties]) -> ProgressEvent[Properties]:
        before, after = request.previous_state or {}, request.desired_state
        kept = {name: before[name] for name in (*self.KEYS, *self.ATTRIBUTES)}
        unset = {name: value for name, value in self.UNSET.items() if name in before and name not in after}
        self._call("update", request, unset | after | kept)
        self.tidy(request, before, after)
        return done(after | kept)

    def delete(self, request: ResourceRequest[Properties]) -> ProgressEvent[Properties]:
        """Delete the resource. What went before, alone or with its API, or never came, is success too."""
        state = request.desired_state
        client = request.aws_client_factory.apigatewayv2
        if all(name in state for name in self.KEYS):
            with contextlib.suppress(client.exceptions.NotFoundException):
                self._call("delete", request, {name: state[name] for name in self.KEYS})
        return done({})

    def tidy(self, request: ResourceRequest[Properties], before: Properties, after: Properties) -> None:
        """Do what an update needs beside the Update operation."""

    def _call(self, verb: str, request: ResourceRequest[Properties], parameters: Properties) -> Properties:
        operation = getattr(request.aws_client_factory.apigatewayv2, f"{verb}_{self.NOUN}")
        answer: Properties = operation(**parameters)
        return answer
