"""Changes of one HTTP API by requests that come at once."""

from typing import Any

import pytest

from tests.emulator.emulator_python import answer_of

# An API in moto; each change lasts until a second request like it was answered, or has had the time to be.
PROGRAM = """
import json, threading
from types import SimpleNamespace
from moto.apigatewayv2.models import apigatewayv2_backends
from localstack.aws.api import CommonServiceException
from lab_emulator.http_api.authorizer_cache import AUTHORIZER_RESULTS, CacheKey
from lab_emulator.http_api.control_plane import authorizers, routes, stages

key = CacheKey("orders", "$default", "0f", ("token",))
route, stage = SimpleNamespace(route_key="GET /orders"), SimpleNamespace(name="beta")
authorizer = SimpleNamespace(to_json=lambda: {})
api = SimpleNamespace(routes={}, stages={}, integrations={}, authorizers={"0f": authorizer})
api.get_routes = lambda: list(api.routes.values())
apigatewayv2_backends["000000000000"]["us-east-1"].apis["orders"] = api

def context(**wire):
    request = SimpleNamespace(get_data=lambda: json.dumps(wire).encode())
    return SimpleNamespace(account_id="000000000000", region="us-east-1", request=request)

def outcome_of_second(module, create, takes):
    outcomes = []
    def create_again():
        try:
            create()
            outcomes.append("created")
        except CommonServiceException as error:
            outcomes.append(error.code)
    second = threading.Thread(target=create_again)
    def first_in_moto(context):
        module.call_moto = lambda context: takes()
        second.start()
        second.join(1)
        takes()
    module.call_moto = first_in_moto
    create()
    second.join(20)
    return outcomes

def create_route():
    routes.Routes().create_route(context(routeKey="GET /orders"), {"ApiId": "orders"})

def create_stage():
    stages.Stages().create_stage(context(), {"ApiId": "orders", "StageName": "beta"})

def asked_meanwhile(context):
    AUTHORIZER_RESULTS.put(key, {"isAuthorized": True}, 300)
    return {}

authorizers.call_moto = asked_meanwhile
authorizers.Authorizers().update_authorizer(
    context(
        authorizerType="REQUEST",
        authorizerUri="arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
        "arn:aws:lambda:us-east-1:000000000000:function:authorizer/invocations",
        authorizerPayloadFormatVersion="2.0",
    ),
    {"ApiId": "orders", "AuthorizerId": "0f"},
)
answer = {
    "route": outcome_of_second(routes, create_route, lambda: api.routes.update({len(api.routes): route})),
    "stage": outcome_of_second(stages, create_stage, lambda: api.stages.update(beta=stage)),
    "kept result": AUTHORIZER_RESULTS.get(key),
}
"""


@pytest.fixture(scope="module")
def changed() -> Any:
    return answer_of(PROGRAM)


@pytest.mark.parametrize("kind", ["route", "stage"])
def test_of_two_that_take_one_name_at_once_the_second_is_refused(changed: Any, kind: str) -> None:
    assert changed[kind] == ["ConflictException"]


def test_a_result_of_the_authorizer_as_it_was_does_not_outlive_its_update(changed: Any) -> None:
    assert changed["kept result"] is None
