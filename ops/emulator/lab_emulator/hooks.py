"""Hooks: what this package does when LocalStack starts, and when it is ready."""

import os

from localstack.runtime import hooks


@hooks.on_infra_start()
def apply_patches() -> None:
    """Put the patches in place, each with its reason in `patches`."""
    from lab_emulator.patches import all_patches

    all_patches().apply()


@hooks.on_infra_start()
def measure_http_apis() -> None:
    """Let the gateway of HTTP APIs show its finished requests to the metrics."""
    from lab_emulator.http_api.data_plane.gateway import OBSERVERS
    from lab_emulator.service_metrics.http_api import measure

    OBSERVERS.append(measure)


@hooks.on_infra_start()
def listen_for_segments() -> None:
    """Open the port of the X-Ray daemon: a function's environment names it."""
    from lab_emulator.xray.tracing import tracing

    tracing()


@hooks.on_infra_start()
def check_permissions() -> None:
    """Look at each call of the API before it is served, and at what has changed policies after it."""
    from localstack.aws import handlers

    from lab_emulator.iam.gateway_check import after_response, check_request

    handlers.serve_custom_service_request_handlers.append(check_request)
    handlers.run_custom_response_handlers.append(after_response)


@hooks.on_infra_start()
def publish_parts() -> None:
    """Answer `/_lab/parts`, `/_lab/folder`, `/_lab/speed`, `/_lab/state` and `/_lab/iam`.

    A successful GET of /_lab/parts is not logged.
    """
    from localstack.http import Request, Resource, Response
    from localstack.services.internal import get_internal_apis

    from lab_emulator import health
    from lab_emulator.deployed_state import state_resource
    from lab_emulator.iam import iam_resource
    from lab_emulator.parts.part_list import report
    from lab_emulator.speed import SpeedResource

    class PartsResource:
        def on_get(self, _request: Request) -> Response:
            return Response.for_json(report())

    class FolderResource:
        """Where it writes: by that a command tells the lab of its own checkout from another's."""

        def on_get(self, _request: Request) -> Response:
            return Response.for_json({"folder": os.environ.get("LAB_STATE_DIR", "")})

    get_internal_apis().add(Resource(health.PATH, PartsResource()))
    get_internal_apis().add(Resource("/_lab/folder", FolderResource()))
    get_internal_apis().add(Resource("/_lab/speed", SpeedResource()))
    get_internal_apis().add(Resource(state_resource.PATH, state_resource.StateResource()))
    for path, resource in iam_resource.resources().items():
        get_internal_apis().add(Resource(path, resource))

    health.keep_out_of_log()


@hooks.on_infra_ready()
def announce() -> None:
    """Print the endpoint, once it answers and every part is loaded; else which part is not."""
    from localstack import config

    from lab_emulator import garbage_collection, processor_affinity
    from lab_emulator.parts.part_list import report

    if missing := [str(part["name"]) for part in report() if not part["loaded"]]:
        print(f"these parts of the emulator did not load: {', '.join(missing)}", flush=True)
    else:
        print(f"The emulator is ready: {config.external_service_url()}", flush=True)
    garbage_collection.settle()  # the report has loaded what the parts belong to
    processor_affinity.keep()
