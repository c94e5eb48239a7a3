"""What runs when LocalStack starts: put the patches in place, publish the list of parts and the speed."""

from localstack.runtime import hooks


@hooks.on_infra_start()
def apply_patches() -> None:
    from lab_emulator.patches import all_patches

    all_patches().apply()


@hooks.on_infra_start()
def measure_http_apis() -> None:
    """Let the gateway of HTTP APIs show its finished requests to the metrics."""
    from lab_emulator.http_api.data_plane.gateway import OBSERVERS
    from lab_emulator.service_metrics.http_api import measure

    OBSERVERS.append(measure)


@hooks.on_infra_start()
def publish_parts() -> None:
    from localstack.http import Request, Resource, Response
    from localstack.services.internal import get_internal_apis

    from lab_emulator.parts import report
    from lab_emulator.speed import SpeedResource

    class PartsResource:
        def on_get(self, _request: Request) -> Response:
            return Response.for_json(report())

    get_internal_apis().add(Resource("/_lab/parts", PartsResource()))
    get_internal_apis().add(Resource("/_lab/speed", SpeedResource()))
