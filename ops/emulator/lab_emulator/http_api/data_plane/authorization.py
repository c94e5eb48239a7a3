"""Asks the route's authorizer, if it has one."""

from lab_emulator.http_api.data_plane.errors import internal_server_error
from lab_emulator.http_api.data_plane.exchange import Exchange
from lab_emulator.http_api.data_plane.jwt_authorizer import authorize_by_jwt
from lab_emulator.http_api.data_plane.lambda_authorizer import authorize_by_lambda

BY_TYPE = {"CUSTOM": authorize_by_lambda, "JWT": authorize_by_jwt}


def authorize(exchange: Exchange) -> None:
    """Raise 401 or 403 unless the request is let in; keep what is known of the caller for the integration."""
    if exchange.match is None or exchange.match.route.authorization_type in (None, "NONE"):
        return
    route = exchange.match.route
    authorizer = exchange.api.authorizers.get(route.authorizer_id)
    if authorizer is None:
        raise internal_server_error(f"The route's authorizer {route.authorizer_id} is gone")
    exchange.authorizer = BY_TYPE[route.authorization_type](exchange, authorizer)
