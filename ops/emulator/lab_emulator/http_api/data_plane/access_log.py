"""One line a request, in the format of the stage's AccessLogSettings."""

import json
import re

from localstack.http import Response

from lab_emulator.http_api.data_plane.context_variables import context_variable
from lab_emulator.http_api.data_plane.exchange import Exchange
from lab_emulator.logs.vended_logs import VendedLogLine, deliver

VARIABLE = re.compile(r"\$context\.([A-Za-z0-9_]+(?:\.[A-Za-z0-9_:-]+)*)")
ABSENT = "-"


def log_access(exchange: Exchange, response: Response) -> None:
    """Hand the line over for delivery to the stage's log group; stages without one log nothing."""
    settings = exchange.found_stage and exchange.found_stage.access_log_settings
    if not settings or not settings.get("destinationArn"):
        return
    stream = f"{exchange.api.api_id}/{exchange.stage.name}"
    text = render(settings["format"], exchange, response)
    deliver(VendedLogLine(settings["destinationArn"], stream, int(exchange.received_at * 1000), text))


def render(template: str, exchange: Exchange, response: Response) -> str:
    """Fill in the template's variables. Values are escaped as in JSON, so that none can forge a line."""
    of_response = {
        "dataProcessed": str(len(exchange.body)),
        "responseLatency": str(exchange.elapsed_millis),
        "responseLength": str(response.calculate_content_length() or 0),
        "status": str(response.status_code),
    }

    def value_of(found: re.Match[str]) -> str:
        value = of_response.get(found[1]) or context_variable(exchange, found[1])
        return ABSENT if value is None else json.dumps(value, ensure_ascii=False)[1:-1]

    return VARIABLE.sub(value_of, template)
