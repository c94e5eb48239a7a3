"""Where an authorizer finds who is calling: `$request.header.X`, `$request.querystring.X`, ..."""

from lab_emulator.http_api.data_plane.context_variables import context_variable
from lab_emulator.http_api.data_plane.exchange import Exchange
from lab_emulator.http_api.data_plane.proxy_event import query_parameters


def identity_value(exchange: Exchange, source: str) -> str | None:
    """Return the value at an identity source, or None if the request has none."""
    kind, _, name = source.removeprefix("$").partition(".")
    if kind == "request":
        kind, _, name = name.partition(".")
    if kind == "header":
        return ",".join(exchange.request.headers.getlist(name)) or None
    if kind == "querystring":
        return query_parameters(exchange).get(name) or None
    if kind == "stageVariables":
        return (exchange.stage.stage_variables or {}).get(name) or None
    return context_variable(exchange, name)
