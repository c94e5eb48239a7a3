"""Changes to LocalStack's code for API Gateway."""

from localstack.utils.patch import Patch


def patches() -> list[Patch]:
    """The patches in the order in which they are applied."""
    return [*_routes(), *_encoded_bodies()]


def _routes() -> list[Patch]:
    """Share the execute-api routes between API Gateway's two versions.

    Version 1 registers every execute-api path once it is loaded and answers 404 for ids it does not
    know, so that it has to let ids of version 2 pass. There is no hook.
    """
    from localstack.services.apigateway.next_gen.execute_api.router import ApiGatewayEndpoint

    from lab_emulator.http_api.data_plane import router

    return [Patch.function(ApiGatewayEndpoint.__call__, router.prefer_http_api)]


def _encoded_bodies() -> list[Patch]:
    """Leave bodies as they came: LocalStack unpacks gzip for all services but S3, API Gateway for none."""
    from localstack.aws.handlers.codec import ContentDecoder

    from lab_emulator.http_api.data_plane import router

    return [Patch.function(ContentDecoder.__call__, router.keep_encoded)]
