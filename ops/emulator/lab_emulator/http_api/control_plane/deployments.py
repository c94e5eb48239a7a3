"""Deployments. An API is served as it stands, so that a deployment is a record and no snapshot."""

import secrets
import string
import threading
from datetime import UTC, datetime
from typing import Any

from localstack.aws.api import RequestContext, handler

from lab_emulator.http_api.control_plane.requests import api_of, child_of

ID_LENGTH = 6


class Deployments:
    """CreateDeployment and its kin, which moto lacks."""

    def __init__(self) -> None:
        self._by_api: dict[str, dict[str, dict[str, Any]]] = {}
        self._lock = threading.Lock()

    @handler("CreateDeployment", expand=False)
    def create_deployment(self, context: RequestContext, request: dict[str, Any]) -> dict[str, Any]:
        api = api_of(context, request["ApiId"])
        if name := request.get("StageName"):
            child_of(api.stages, "stage", name)
        deployment = {
            "AutoDeployed": False,
            "CreatedDate": datetime.now(UTC),
            "DeploymentId": "".join(secrets.choice(string.ascii_lowercase) for _ in range(ID_LENGTH)),
            "DeploymentStatus": "DEPLOYED",
            "Description": request.get("Description"),
        }
        self._of(context, request)[deployment["DeploymentId"]] = deployment
        return deployment

    @handler("GetDeployment", expand=False)
    def get_deployment(self, context: RequestContext, request: dict[str, Any]) -> dict[str, Any]:
        deployment: dict[str, Any] = self._one(context, request)
        return deployment

    @handler("GetDeployments", expand=False)
    def get_deployments(self, context: RequestContext, request: dict[str, Any]) -> dict[str, Any]:
        return {"Items": list(self._of(context, request).values())}

    @handler("UpdateDeployment", expand=False)
    def update_deployment(self, context: RequestContext, request: dict[str, Any]) -> dict[str, Any]:
        deployment: dict[str, Any] = self._one(context, request)
        deployment["Description"] = request.get("Description", deployment["Description"])
        return deployment

    @handler("DeleteDeployment", expand=False)
    def delete_deployment(self, context: RequestContext, request: dict[str, Any]) -> None:
        self._one(context, request)
        del self._of(context, request)[request["DeploymentId"]]

    def _of(self, context: RequestContext, request: dict[str, Any]) -> dict[str, dict[str, Any]]:
        api_of(context, request["ApiId"])
        with self._lock:
            return self._by_api.setdefault(request["ApiId"], {})

    def _one(self, context: RequestContext, request: dict[str, Any]) -> Any:
        return child_of(self._of(context, request), "deployment", request["DeploymentId"])
