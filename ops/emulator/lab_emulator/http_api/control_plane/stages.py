"""Stages and their deployments.

moto creates and reads stages; it can neither change them nor drop their settings. It lacks deployments.
An API is served as it stands, so that a deployment is a record and no snapshot.
"""

import re
import secrets
import string
from datetime import UTC, datetime
from typing import Any

from localstack.aws.api import RequestContext, handler
from localstack.services.moto import call_moto

from lab_emulator.http_api.control_plane.operations import (
    TAKING_NAME,
    answer,
    api_of,
    bad_request,
    child_of,
    conflict,
    wire_body,
)

STAGE_NAME = re.compile(r"\$default|[A-Za-z0-9_-]{1,128}")
LOG_DESTINATION = re.compile(r"arn:[\w-]+:logs:[\w-]+:\d{12}:log-group:[^:*]+(:\*)?")
DEPLOYMENT_ID_LENGTH = 6
# What UpdateStage may change: the name on the wire, and the attribute of moto's object.
CHANGEABLE = {
    "accessLogSettings": "access_log_settings",
    "autoDeploy": "auto_deploy",
    "clientCertificateId": "client_certificate_id",
    "defaultRouteSettings": "default_route_settings",
    "description": "description",
    "routeSettings": "route_settings",
    "stageVariables": "stage_variables",
}


class Stages:
    """CreateStage and its kin. A stage's `DeploymentId` is accepted and has no effect."""

    @handler("CreateStage", expand=False)
    def create_stage(self, context: RequestContext, request: dict[str, Any]) -> dict[str, Any]:
        name = request["StageName"]
        if not STAGE_NAME.fullmatch(name):
            raise bad_request("Stage name only allows a-zA-Z0-9_-, and $default")
        _check_stage(wire_body(context))
        with TAKING_NAME:
            if name in api_of(context, request["ApiId"]).stages:
                raise conflict("Stage already exists")
            return call_moto(context)

    @handler("UpdateStage", expand=False)
    def update_stage(self, context: RequestContext, request: dict[str, Any]) -> dict[str, Any]:
        stage = _stage(context, request)
        wire = wire_body(context)
        _check_stage(wire)
        for name, attribute in CHANGEABLE.items():
            if name in wire:
                setattr(stage, attribute, wire[name])
        stage.updated = datetime.now()
        return answer(context, stage.to_json())

    @handler("DeleteStage", expand=False)
    def delete_stage(self, context: RequestContext, request: dict[str, Any]) -> None:
        _stage(context, request)
        call_moto(context)

    @handler("DeleteAccessLogSettings", expand=False)
    def delete_access_log_settings(self, context: RequestContext, request: dict[str, Any]) -> None:
        _stage(context, request).access_log_settings = None

    @handler("DeleteRouteSettings", expand=False)
    def delete_route_settings(self, context: RequestContext, request: dict[str, Any]) -> None:
        _stage(context, request).route_settings.pop(request["RouteKey"], None)


def _stage(context: RequestContext, request: dict[str, Any]) -> Any:
    api = api_of(context, request["ApiId"])
    return child_of(api.stages, "stage", request["StageName"])


def _check_stage(wire: dict[str, Any]) -> None:
    logs = wire.get("accessLogSettings") or {}
    destination = logs.get("destinationArn")
    if destination and not LOG_DESTINATION.fullmatch(destination):
        raise bad_request("Invalid ARN specified in the request: access logs go to a CloudWatch log group")
    if destination and not logs.get("format"):
        raise bad_request("Access log format is required with a destination")
    for settings in [wire.get("defaultRouteSettings") or {}, *(wire.get("routeSettings") or {}).values()]:
        if settings.get("throttlingRateLimit", 0) < 0 or settings.get("throttlingBurstLimit", 0) < 0:
            raise bad_request("Throttling limits must not be negative")


class Deployments:
    """CreateDeployment and its kin, which moto lacks. Its API holds the records, and they end with it."""

    @handler("CreateDeployment", expand=False)
    def create_deployment(self, context: RequestContext, request: dict[str, Any]) -> dict[str, Any]:
        api = api_of(context, request["ApiId"])
        if name := request.get("StageName"):
            child_of(api.stages, "stage", name)
        deployment = {
            "AutoDeployed": False,
            "CreatedDate": datetime.now(UTC),
            "DeploymentId": _deployment_id(),
            "DeploymentStatus": "DEPLOYED",
            "Description": request.get("Description"),
        }
        _deployments(api)[deployment["DeploymentId"]] = deployment
        return deployment

    @handler("GetDeployment", expand=False)
    def get_deployment(self, context: RequestContext, request: dict[str, Any]) -> dict[str, Any]:
        deployment: dict[str, Any] = self._one(context, request)
        return deployment

    @handler("GetDeployments", expand=False)
    def get_deployments(self, context: RequestContext, request: dict[str, Any]) -> dict[str, Any]:
        return {"Items": list(_deployments(api_of(context, request["ApiId"])).values())}

    @handler("UpdateDeployment", expand=False)
    def update_deployment(self, context: RequestContext, request: dict[str, Any]) -> dict[str, Any]:
        deployment: dict[str, Any] = self._one(context, request)
        deployment["Description"] = request.get("Description", deployment["Description"])
        return deployment

    @handler("DeleteDeployment", expand=False)
    def delete_deployment(self, context: RequestContext, request: dict[str, Any]) -> None:
        self._one(context, request)
        _deployments(api_of(context, request["ApiId"])).pop(request["DeploymentId"], None)

    def _one(self, context: RequestContext, request: dict[str, Any]) -> Any:
        deployments = _deployments(api_of(context, request["ApiId"]))
        return child_of(deployments, "deployment", request["DeploymentId"])


def _deployments(api: Any) -> dict[str, dict[str, Any]]:
    """Those of moto's `api`, kept on it: what saves and resets the state of an API has them with it."""
    deployments: dict[str, dict[str, Any]] = vars(api).setdefault("lab_deployments", {})
    return deployments


def _deployment_id() -> str:
    return "".join(secrets.choice(string.ascii_lowercase) for _ in range(DEPLOYMENT_ID_LENGTH))
